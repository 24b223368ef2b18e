"""Guesses an endpoint's input from its view: a form, a serializer or plain fields, and a default for each."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey._routes import field_values, view_source
from django_journey._routes.url_names import UrlRoute

__all__ = ["GuessedInput", "guess", "handlers_of"]

_REDIRECTS = frozenset(
    {"redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "get_success_url"}
)
# The statuses of REST framework's own actions.
_STATUSES = {"create": 201, "destroy": 204}
_FRAMEWORKS = ("django.", "rest_framework.")


@dataclass(frozen=True, slots=True)
class GuessedInput:
    """The guessed input of an endpoint.

    Args:
        kind: ``json``, ``form``, ``multipart``, or empty if nothing is known.
        fields: The source of a default for each required field.
        optional: Fields that may be given.
        source: The name of the form or serializer.
        expect: The status of a successful request, or 0 if the view does not show it.
    """

    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    source: str = ""
    expect: int = 0


def guess(route: UrlRoute, method: str) -> GuessedInput:
    """Guess the body of a request, and the status of a successful one.

    Args:
        route: The endpoint's route.
        method: The HTTP method in upper case.

    Returns:
        The guess; empty if the view shows nothing, or the method is safe.
    """
    if method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return GuessedInput()
    view_class = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    action = (getattr(route.callback, "actions", None) or {}).get(method.lower(), "")
    if method == "DELETE":
        return GuessedInput(expect=_STATUSES.get(action, 0))
    handlers = list(handlers_of(route.callback, view_class, method))
    serializer = _serializer(view_class, action, handlers)
    if serializer is not None:
        values = field_values.of_serializer(serializer, partial=method == "PATCH")
        return GuessedInput("json", *values, serializer.__name__, _STATUSES.get(action, 0))
    answers_json = any("JsonResponse" in names for _, names in handlers)
    redirects = not answers_json and (
        hasattr(view_class, "get_success_url") or any(names & _REDIRECTS for _, names in handlers)
    )
    expect = 302 if redirects and method == "POST" else 0
    form = _form(view_class, handlers)
    if form is not None:
        required, optional, files = field_values.of_form(form, partial=method == "PATCH")
        kind = "multipart" if files else "json" if answers_json else "form"
        return GuessedInput(kind, required, optional, form.__name__, expect)
    return _plain([function for function, _ in handlers], expect)


def _plain(functions: list[Any], expect: int) -> GuessedInput:
    used = view_source.fields_read(functions)
    if used is None:
        return GuessedInput(expect=expect)
    names = [*used.required, *used.optional]
    required = field_values.of_names(used.required, view_source.fields_behind(names, functions))
    return GuessedInput(used.kind, required, used.optional, "", expect)


def _serializer(view_class: Any, action: str, handlers: list[tuple[Any, frozenset[str]]]) -> Any:
    found = getattr(view_class, "serializer_class", None)
    if action:
        # An action of a view set may have its own serializer.
        found = getattr(getattr(view_class, action, None), "kwargs", {}).get("serializer_class", found)
    if found is None and hasattr(view_class, "get_serializer_class"):
        try:
            view = view_class()
            view.action = action
            found = view.get_serializer_class()
        except Exception:  # it needs a request; the classes that its code names are tried next
            found = None
    return found if _is(found, "BaseSerializer") else _named(handlers, "BaseSerializer")


def _form(view_class: Any, handlers: list[tuple[Any, frozenset[str]]]) -> Any:
    """Return the form class of a generic view, or the only one that the handlers' code names."""
    declared = getattr(view_class, "form_class", None)
    if _is(declared, "BaseForm"):
        return declared
    model, fields = getattr(view_class, "model", None), getattr(view_class, "fields", None)
    if model is not None and fields and hasattr(view_class, "get_form_class"):
        from django.forms import modelform_factory

        return modelform_factory(model, fields=fields)
    return _named(handlers, "BaseForm")


def _named(handlers: list[tuple[Any, frozenset[str]]], base: str) -> Any:
    """Return the only class of a kind that the code names, also as ``forms.ArticleForm``."""
    named = set()
    for function, names in handlers:
        known = [function.__globals__.get(name) for name in names]
        modules = [
            each for each in known if inspect.ismodule(each) and not each.__name__.startswith(_FRAMEWORKS)
        ]
        known += [getattr(module, name, None) for module in modules for name in names]
        named |= {candidate for candidate in known if _is(candidate, base)}
    return named.pop() if len(named) == 1 else None


def handlers_of(callback: Any, view_class: Any, method: str) -> Iterator[tuple[Any, frozenset[str]]]:
    """Yield the functions that handle a method, and the names that their code uses.

    Methods of the view's class that a handler calls are included: ``self._change`` of a ``put``.
    """
    if view_class is None:
        function = callback
        while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
            function = function.func if isinstance(function, functools.partial) else function.__wrapped__
        if inspect.isfunction(function):
            yield function, frozenset(function.__code__.co_names)
        return
    actions = getattr(callback, "actions", None) or {}
    waiting = [actions.get(method.lower(), method.lower()), "get_form", "get_form_class", "form_valid"]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for function in _functions(getattr(view_class, name, None)):
            names = frozenset(function.__code__.co_names)
            yield function, names
            waiting.extend(names & set(dir(view_class)))


def _functions(method: Any) -> Iterator[Any]:
    """Yield the project's function behind a method, also behind a framework's decorator."""
    function = inspect.unwrap(method) if method is not None else None
    if not inspect.isfunction(function):
        return
    if not function.__module__.startswith(_FRAMEWORKS):
        yield function
        return
    for cell in function.__closure__ or ():
        held = inspect.unwrap(cell.cell_contents) if callable(cell.cell_contents) else None
        if inspect.isfunction(held) and not held.__module__.startswith(_FRAMEWORKS):
            yield held


def _is(candidate: Any, base: str) -> bool:
    return isinstance(candidate, type) and any(cls.__name__ == base for cls in candidate.__mro__)
