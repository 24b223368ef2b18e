"""Reads from a request and its response what the trace says of them, without asking the database anything."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import json
import pathlib
import uuid
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any
from urllib.parse import parse_qsl, unquote

from django_journey.trace.redact import MASK, Redactor
from django_journey.trace.serving import Serving

__all__ = ["facts_of_request", "facts_of_response", "hide_secrets", "note_context", "note_template"]

_MOST_CONTEXTS = 20
_MOST_ERRORS = 50
_LARGEST_JSON = 64 * 1024

# Hosts that tests use for "the site"; another one is a part of the story and is shown.
_USUAL_HOSTS = frozenset({"testserver", "localhost", "127.0.0.1", "[::1]"})

# What str() of a URL's argument may be asked of: a model's could run a query.
_SIMPLE = (str, int, float, bool, uuid.UUID, datetime.date, datetime.time, decimal.Decimal, pathlib.PurePath)


def note_template(serving: Serving, name: Any) -> None:
    """Note a template, once; what renders a form's own widgets is left out."""
    if isinstance(name, str) and not name.startswith("django/forms/"):
        serving.templates[name] = None


def note_context(serving: Serving, layers: list[dict[Any, Any]]) -> None:
    """Keep a rendered context, uncopied, till the request ends."""
    if len(serving.contexts) < _MOST_CONTEXTS:
        serving.contexts.append(layers)


def facts_of_request(request: Any, redactor: Redactor) -> dict[str, Any]:
    """Return the fields of the event that the request tells, its secret arguments masked."""
    facts: dict[str, Any] = {
        "method": str(request.method),
        "url": _url(request),
        "user": _user(request),
        "messages": tuple(_messages(request)),
        "browser": _from_a_browser(request.META),
    }
    match = getattr(request, "resolver_match", None)
    if match is not None:
        arguments = {str(index): value for index, value in enumerate(match.args)} | match.kwargs
        facts |= {
            "view": str(match._func_path),
            "shared": _shares_its_name(match.func),
            "url_name": match.view_name if match.url_name else "",
            "route": str(match.route or ""),
            "kwargs": {name: _argument(name, value, redactor) for name, value in arguments.items()},
        }
    return facts


def facts_of_response(response: Any, serving: Serving) -> dict[str, Any]:
    """Return the fields of the event that the response and its contexts tell."""
    if response is None:
        return {"form_errors": tuple(_form_errors(serving.contexts))}
    content_type = str(response.headers.get("Content-Type", ""))
    return {
        "status": response.status_code,
        "content_type": content_type,
        "size": _size(response),
        "redirect": str(response.headers.get("Location", "")),
        "form_errors": tuple(_form_errors(serving.contexts)) if "html" in content_type else (),
    }


def hide_secrets(request: Any, response: Any, redactor: Redactor) -> None:
    """Tell the redactor the secrets that a request carried, as far as they were read by the site itself."""
    for value in _secret_headers_and_cookies(request, response, redactor):
        redactor.hide(value)
    seen = request.__dict__
    post = seen.get("_post")
    for name, values in post.lists() if post else ():
        for value in values:
            if redactor.is_secret(name, str(value)):
                redactor.hide(str(value))
    for name, value in parse_qsl(request.META.get("QUERY_STRING", "")):
        if redactor.is_secret(name, value):
            redactor.hide(value)
    for data in _json_of(seen, request, response):
        _hide_in(data, redactor)
    match = getattr(request, "resolver_match", None)
    if match is not None:
        hide_arguments(match.kwargs, redactor)


def hide_arguments(arguments: dict[str, Any], redactor: Redactor) -> None:
    """Tell the redactor the secrets among a URL's arguments (a password-reset token, say)."""
    for name, value in arguments.items():
        if isinstance(value, (str, uuid.UUID)) and redactor.is_secret(name, str(value)):
            redactor.hide(str(value))


def _secret_headers_and_cookies(request: Any, response: Any, redactor: Redactor) -> Iterator[str]:
    for key, value in request.META.items():
        if key.startswith("HTTP_") and key != "HTTP_COOKIE" and redactor.is_secret(key[5:], str(value)):
            yield str(value)
            yield str(value).partition(" ")[2]
    for name, value in request.COOKIES.items():
        if redactor.is_secret(name, value):
            yield value
    for name, morsel in response.cookies.items() if response is not None else ():
        if redactor.is_secret(name, morsel.value):
            yield morsel.value


def _json_of(seen: dict[str, Any], request: Any, response: Any) -> Iterator[Any]:
    body = seen.get("_body")
    if body and len(body) <= _LARGEST_JSON and "json" in request.META.get("CONTENT_TYPE", ""):
        with contextlib.suppress(ValueError):
            yield json.loads(body)
    # REST framework reads the stream itself; its own request knows what it read.
    context = getattr(response, "renderer_context", None)
    if isinstance(context, dict):
        yield getattr(context.get("request"), "__dict__", {}).get("_full_data")


def _hide_in(data: Any, redactor: Redactor) -> None:
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, (str, int)) and redactor.is_secret(str(name), str(value)):
                redactor.hide(str(value))
            else:
                _hide_in(value, redactor)
    elif isinstance(data, list):
        for item in data:
            _hide_in(item, redactor)


def _url(request: Any) -> str:
    path = request.get_full_path()
    host = str(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME") or "")
    if not host or host.rpartition(":")[0] in _USUAL_HOSTS or host in _USUAL_HOSTS:
        return str(path)
    return f"{request.scheme}://{host}{path}"


def _from_a_browser(meta: dict[str, Any]) -> bool:
    """Tell whether a browser sent a request; a test's client may borrow its headers, but has no socket.

    Source: Fetch Metadata Request Headers, 2; browsers send them to trustworthy origins such as localhost alone.
    """
    if not (meta.get("SERVER_SOFTWARE") or meta.get("REMOTE_PORT")):
        return False
    return "HTTP_SEC_FETCH_MODE" in meta or str(meta.get("HTTP_USER_AGENT", "")).startswith("Mozilla/")


def _shares_its_name(view: Any) -> bool:
    """Tell whether a view is one of several of its dotted name.

    So are functions that another function makes, classes with arguments for ``as_view()``, the actions of a view set,
    and instances that are called.
    """
    if type(view) is not FunctionType:
        return True
    own = view.__dict__
    made = own.get("view_class", view)
    return bool("<locals>" in made.__qualname__ or own.get("view_initkwargs") or own.get("actions"))


def _argument(name: str, value: Any, redactor: Redactor) -> str:
    if not isinstance(value, _SIMPLE) and value is not None:
        return f"<{type(value).__name__}>"
    text = str(value)
    return MASK if redactor.is_secret(name, text) and redactor.hide(text) else unquote(text)


def _size(response: Any) -> int:
    if response.streaming:
        return 0
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else len(response.content)


def _user(request: Any) -> str:
    """Return the user's name if the site itself asked who it is; to ask now could run a query."""
    from django.utils.functional import LazyObject, empty

    user = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = user.__dict__.get("_wrapped", empty)
        if user is empty:
            user = request.__dict__.get("_cached_user") or request.__dict__.get("_acached_user")
    if user is None or not getattr(user, "is_authenticated", False):
        return ""
    field = getattr(type(user), "USERNAME_FIELD", "")
    if field in getattr(user, "__dict__", {}):
        return str(user.__dict__[field])
    return str(user) if not hasattr(user, "_meta") else ""


def _messages(request: Any) -> Iterator[str]:
    """Yield what was shown and what was stored for the next page, consuming nothing."""
    seen = getattr(request.__dict__.get("_messages"), "__dict__", {})
    shown = seen.get("_loaded_data") if seen.get("used") else None
    for message in [*(shown or ()), *(seen.get("_queued_messages") or ())]:
        yield f"{message.level_tag}: {message.message}"


def _form_errors(contexts: Iterable[list[dict[Any, Any]]]) -> list[str]:
    """Return the errors of bound forms that are already known; no form is validated for it."""
    from django.forms import BaseForm, BaseFormSet

    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting = [value for layers in contexts for layer in layers for value in layer.values()]
    while waiting and len(found) < _MOST_ERRORS:
        value = waiting.pop(0)
        if isinstance(value, BaseForm):
            if id(value) not in seen and value.is_bound:
                seen.add(id(value))
                found |= dict.fromkeys(_errors_of_form(value))
        elif isinstance(value, BaseFormSet):
            if id(value) not in seen and value.is_bound:
                seen.add(id(value))
                found |= dict.fromkeys(
                    f"__all__: {error}" for error in value.__dict__.get("_non_form_errors") or ()
                )
                waiting[:0] = value.__dict__.get("forms") or ()
        elif type(value) in (list, tuple) and len(value) <= _MOST_ERRORS:
            waiting += [item for item in value if _may_hold_a_form(item)]
        elif _may_hold_a_form(value):
            waiting += [value.__dict__.get("form"), value.__dict__.get("formset")]
    return list(found)[:_MOST_ERRORS]


def _may_hold_a_form(value: Any) -> bool:
    from django.forms import BaseForm, BaseFormSet

    admins = type(value).__module__ == "django.contrib.admin.helpers" and hasattr(value, "__dict__")
    return admins or isinstance(value, (BaseForm, BaseFormSet))


def _errors_of_form(form: Any) -> Iterator[str]:
    for name, errors in (form.__dict__.get("_errors") or {}).items():
        for error in errors:
            yield f"{form.add_prefix(name)}: {error}"
