"""Reads the facts of a request and its response for the trace, without running code of the test or the site."""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FunctionType
from typing import Any
from urllib.parse import parse_qsl, unquote

from django.http import parse_cookie
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.datastructures import MultiValueDict
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.functional import LazyObject, empty

from django_journey._adapters.django import (
    CACHED_USERS,
    LAZY_VALUE,
    MESSAGES,
    MESSAGES_LOADED,
    MESSAGES_QUEUED,
    REQUEST_BODY,
    REQUEST_POST,
    RESPONSE_CONTENT,
    view_path,
)
from django_journey._adapters.rest_framework import PARSED_DATA
from django_journey._trace.hooks.active_request import ActiveRequest
from django_journey._trace.safety.safe_values import class_value, is_a, plain_text, variables
from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["facts_of_request", "facts_of_response", "hide_arguments", "hide_secrets"]

_LARGEST_JSON = 64 * 1024
_MOST_JSON = 2_000
_MOST_FIELDS, _LONGEST_FIELD = 40, 80

# Hosts that tests use for "the site"; another one is a part of the story and is shown.
_USUAL_HOSTS = frozenset({"testserver", "localhost", "127.0.0.1", "[::1]"})
_PLAIN_PATH = re.compile(r"[\w/.~-]*", re.ASCII)

_LEVELS = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}

_loads: Callable[[str], Any] = json.JSONDecoder().decode


def facts_of_request(request: Any, redactor: Redactor) -> dict[str, Any]:
    """Return the event's fields that come from the request, secret arguments masked."""
    seen = variables(request)
    facts: dict[str, Any] = {
        "method": plain_text(seen.get("method") or ""),
        "url": _url(seen),
        "user": _user(seen),
        "messages": tuple(_messages(seen)),
        "browser": _from_a_browser(seen.get("META", {})),
    }
    if posted := _posted(seen, redactor):
        facts["posted"] = posted
    match = seen.get("resolver_match")
    if is_a(match, ResolverMatch):
        arguments = {str(index): value for index, value in enumerate(match.args)} | match.kwargs
        facts |= {
            "view": view_path(match),
            "shared": _shares_its_name(match.func),
            "url_name": match.view_name if match.url_name else "",
            "route": str(match.route or ""),
            "kwargs": {name: _argument(name, value, redactor) for name, value in arguments.items()},
        }
    return facts


def facts_of_response(response: Any, active: ActiveRequest) -> dict[str, Any]:
    """Return the event's fields that come from the response, with the form errors of pages."""
    if not is_a(response, HttpResponseBase):
        return {"form_errors": tuple(active.form_errors)}
    headers = response.headers
    content_type = plain_text(headers.get("Content-Type", ""))
    return {
        "status": response.status_code,
        "content_type": content_type,
        "size": _size(variables(response), headers),
        "redirect": plain_text(headers.get("Location", "")),
        "form_errors": tuple(active.form_errors) if "html" in content_type else (),
    }


def hide_secrets(request: Any, response: Any, redactor: Redactor) -> None:
    """Give the redactor the secrets that a request carried, as far as the site itself read them."""
    seen = variables(request)
    for value in _secret_headers_and_cookies(seen, response, redactor):
        redactor.hide(value)
    post = seen.get(REQUEST_POST)
    for name, values in dict.items(post) if is_a(post, MultiValueDict) else ():
        for value in map(plain_text, values):
            if redactor.is_secret(name, value):
                redactor.hide(value)
    for name, value in parse_qsl(plain_text(seen.get("META", {}).get("QUERY_STRING") or "")):
        if redactor.is_secret(name, value):
            redactor.hide(value)
    for data in _json_of(seen, response):
        _hide_in(data, redactor)
    match = seen.get("resolver_match")
    if is_a(match, ResolverMatch):
        hide_arguments(match.kwargs, redactor)


def hide_arguments(arguments: dict[str, Any], redactor: Redactor) -> None:
    """Give the redactor the secrets among a URL's arguments (a password-reset token, say)."""
    for name, value in arguments.items():
        if is_a(value, (str, uuid.UUID)) and redactor.is_secret(name, plain_text(value)):
            redactor.hide(plain_text(value))


def _secret_headers_and_cookies(seen: dict[str, Any], response: Any, redactor: Redactor) -> Iterator[str]:
    meta = seen.get("META", {})
    for key, value in meta.items():
        if key[:5] == "HTTP_" and key != "HTTP_COOKIE":
            text = plain_text(value)
            if redactor.is_secret(key[5:], text):
                yield text
                yield text.partition(" ")[2]
    cookies = seen.get("COOKIES")
    if cookies is None:
        cookies = parse_cookie(plain_text(meta.get("HTTP_COOKIE", "")))
    for name, value in cookies.items():
        if redactor.is_secret(name, plain_text(value)):
            yield plain_text(value)
    for name, morsel in response.cookies.items() if is_a(response, HttpResponseBase) else ():
        if redactor.is_secret(name, morsel.value):
            yield morsel.value


def _json_of(seen: dict[str, Any], response: Any) -> Iterator[Any]:
    body = seen.get(REQUEST_BODY)
    if type(body) is bytes and 0 < len(body) <= _LARGEST_JSON:
        kind = seen.get("META", {}).get("CONTENT_TYPE", "")
        if type(kind) is str and "json" in kind:
            with suppress(ValueError, RecursionError):
                yield _loads(body.decode())
    # REST framework reads the stream itself; its own request has the data.
    context = variables(response).get("renderer_context")
    if type(context) is dict:
        yield variables(context.get("request")).get(PARSED_DATA)


def _hide_in(data: Any, redactor: Redactor) -> None:
    waiting, looked = [data], 0
    while waiting and looked < _MOST_JSON:
        looked += 1
        one = waiting.pop()
        if is_a(one, dict):
            for name, value in dict.items(one):
                if is_a(value, (str, int)) and redactor.is_secret(plain_text(name), plain_text(value)):
                    redactor.hide(plain_text(value))
                else:
                    waiting.append(value)
        elif is_a(one, list):
            waiting += list.__iter__(one)


def _url(seen: dict[str, Any]) -> str:
    meta = seen.get("META", {})
    path, query = plain_text(seen.get("path", "")), plain_text(meta.get("QUERY_STRING") or "")
    if not _PLAIN_PATH.fullmatch(path):
        path = escape_uri_path(path)
    if query:
        path = f"{path}?{iri_to_uri(query)}"
    host = plain_text(meta.get("HTTP_HOST") or meta.get("SERVER_NAME") or "")
    if not host or host in _USUAL_HOSTS or host.rpartition(":")[0] in _USUAL_HOSTS:
        return path
    scheme = meta.get("wsgi.url_scheme") or seen.get("scope", {}).get("scheme") or "http"
    return f"{plain_text(scheme)}://{host}{path}"


def _from_a_browser(meta: dict[str, Any]) -> bool:
    """Tell whether a browser sent a request; a test client may copy a browser's headers, but has no socket.

    Source: Fetch Metadata Request Headers, 2; browsers send them to trustworthy origins such as localhost alone.
    """
    if not (meta.get("SERVER_SOFTWARE") or meta.get("REMOTE_PORT")):
        return False
    return "HTTP_SEC_FETCH_MODE" in meta or plain_text(meta.get("HTTP_USER_AGENT", "")).startswith("Mozilla/")


def _shares_its_name(view: Any) -> bool:
    """Tell whether several views may share a view's dotted name.

    That holds for functions defined in a function, classes with arguments for ``as_view()``, actions of a view set,
    and callable instances.
    """
    if type(view) is not FunctionType:
        return True
    own = view.__dict__
    made = own.get("view_class", view)
    return bool("<locals>" in made.__qualname__ or own.get("view_initkwargs") or own.get("actions"))


def _argument(name: str, value: Any, redactor: Redactor) -> str:
    text = plain_text(value)
    return MASK if redactor.is_secret(name, text) and redactor.hide(text) else unquote(text)


def _posted(seen: dict[str, Any], redactor: Redactor) -> dict[str, str]:
    """Return the fields of a form that the site read, without their CSRF token."""
    post = seen.get(REQUEST_POST)
    fields = list(dict.items(post))[:_MOST_FIELDS] if is_a(post, MultiValueDict) else []
    return {
        plain_text(name): MASK if redactor.is_secret(name, text) else _beginning(text, redactor)
        for name, values in fields
        for text in [plain_text(values[-1]) if values else ""]
        if name != "csrfmiddlewaretoken"
    }


def _beginning(text: str, redactor: Redactor) -> str:
    """Return what is shown of a value: of a long one, masked first, since half a secret would not be recognised."""
    return text if len(text) <= _LONGEST_FIELD else redactor.clean(text)[:_LONGEST_FIELD]


def _size(seen: dict[str, Any], headers: Any) -> int:
    length = headers.get("Content-Length", "")
    if type(length) is str and length.isdecimal():
        return int(length)
    pieces = seen.get(RESPONSE_CONTENT)
    return sum(len(piece) for piece in pieces if type(piece) is bytes) if type(pieces) is list else 0


def _user(seen: dict[str, Any]) -> str:
    """Return the user's name if the site itself loaded the user; to load it now could run a query."""
    user = seen.get("user")
    if is_a(user, LazyObject):
        user = variables(user).get(LAZY_VALUE, empty)
        if user is empty:
            user = next((seen[name] for name in CACHED_USERS if name in seen), None)
    if user is None or type(user).__name__ == "AnonymousUser":
        return ""
    name = variables(user).get(class_value(user, "USERNAME_FIELD") or "username")
    return plain_text(name) if name is not None else ""


def _messages(seen: dict[str, Any]) -> Iterator[str]:
    """Yield the messages that were shown and those stored for the next page, consuming none."""
    storage = variables(seen.get(MESSAGES))
    shown = storage.get(MESSAGES_LOADED) if storage.get("used") is True else None
    for messages in (shown, storage.get(MESSAGES_QUEUED)):
        for message in messages if type(messages) is list else ():
            said = variables(message)
            yield f"{_level(said.get('level'))}: {plain_text(said.get('message', ''))}"


def _level(level: Any) -> str:
    """Return a message's level by the project's ``MESSAGE_TAGS``, if they are already loaded."""
    base = variables(sys.modules.get("django.contrib.messages.storage.base"))
    tags = variables(base.get("LEVEL_TAGS")).get(LAZY_VALUE)
    return plain_text((tags if type(tags) is dict else _LEVELS).get(level, ""))
