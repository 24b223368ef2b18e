"""Guesses what an endpoint takes from its view: a form, a serializer or plain fields, and a made-up value for each."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_journey.routes import field_values, plain_views
from django_journey.routes.urlconf import Route

__all__ = ["Guess", "guess", "handlers_of"]

_REDIRECTS = frozenset(
    {"redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "get_success_url"}
)
# What REST framework's own actions answer.
_STATUSES = {"create": 201, "destroy": 204}
_FRAMEWORKS = ("django.", "rest_framework.")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a request to an endpoint may look like.

    Args:
        kind: ``json``, ``form``, ``multipart``, or empty if nothing is known.
        fields: The source of a default for each field that must be given.
        optional: Fields that may be given.
        source: The form or the serializer that told it.
        expect: The status of a request that succeeds, or 0 if the view does not tell.
    """

    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    source: str = ""
    expect: int = 0


def guess(route: Route, method: str) -> Guess:
    """Guess the body of a request, and the status of one that succeeds.

    Args:
        route: The endpoint's route.
        method: The HTTP method in upper case.

    Returns:
        The guess; an empty one where the view tells nothing, or the method changes nothing.
    """
    if method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return Guess()
    view_class = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    action = (getattr(route.callback, "actions", None) or {}).get(method.lower(), "")
    if method == "DELETE":
        return Guess(expect=_STATUSES.get(action, 0))
    handlers = list(handlers_of(route.callback, view_class, method))
    serializer = _serializer(view_class, action, handlers)
    if serializer is not None:
        values = field_values.of_serializer(serializer, partial=method == "PATCH")
        return Guess("json", *values, serializer.__name__, _STATUSES.get(action, 0))
    answers_json = any("JsonResponse" in names for _, names in handlers)
    redirects = not answers_json and (
        hasattr(view_class, "get_success_url") or any(names & _REDIRECTS for _, names in handlers)
    )
    expect = 302 if redirects and method == "POST" else 0
    form = _form(view_class, handlers)
    if form is not None:
        required, optional, files = field_values.of_form(form, partial=method == "PATCH")
        kind = "multipart" if files else "json" if answers_json else "form"
        return Guess(kind, required, optional, form.__name__, expect)
    return _plain([function for function, _ in handlers], expect)


def _plain(functions: list[Any], expect: int) -> Guess:
    used = plain_views.used(functions)
    if used is None:
        return Guess(expect=expect)
    names = [*used.required, *used.optional]
    required = field_values.of_names(used.required, plain_views.fields_behind(names, functions))
    return Guess(used.kind, required, used.optional, "", expect)


def _serializer(view_class: Any, action: str, handlers: list[tuple[Any, frozenset[str]]]) -> Any:
    found = getattr(view_class, "serializer_class", None)
    if action:
        # An action of a view set may have its own.
        found = getattr(getattr(view_class, action, None), "kwargs", {}).get("serializer_class", found)
    if found is None and hasattr(view_class, "get_serializer_class"):
        try:
            view = view_class()
            view.action = action
            found = view.get_serializer_class()
        except Exception:  # it wants a request; the classes that its code names are asked next
            found = None
    return found if _is(found, "BaseSerializer") else _named(handlers, "BaseSerializer")


def _form(view_class: Any, handlers: list[tuple[Any, frozenset[str]]]) -> Any:
    """Return the form class of a generic view, or the only one that the code of the handlers names."""
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

    Methods of the view's own class that a handler calls belong to it: ``self._change`` of a ``put``.
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
    """Yield the project's own function behind a method, also one that a framework's decorator holds."""
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
