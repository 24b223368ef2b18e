"""Reads from a request and its response what the trace says of them, without asking the test's own code anything."""

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

from django_journey.trace.own_values import class_value, is_a, plain_text, variables
from django_journey.trace.redact import MASK, Redactor
from django_journey.trace.serving import Serving

__all__ = ["facts_of_request", "facts_of_response", "hide_arguments", "hide_secrets"]

_LARGEST_JSON = 64 * 1024
_MOST_JSON = 2_000

# Hosts that tests use for "the site"; another one is a part of the story and is shown.
_USUAL_HOSTS = frozenset({"testserver", "localhost", "127.0.0.1", "[::1]"})
_PLAIN_PATH = re.compile(r"[\w/.~-]*", re.ASCII)

_LEVELS = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}

_loads: Callable[[str], Any] = json.JSONDecoder().decode


def facts_of_request(request: Any, redactor: Redactor) -> dict[str, Any]:
    """Return the fields of the event that the request tells, its secret arguments masked."""
    seen = variables(request)
    facts: dict[str, Any] = {
        "method": plain_text(seen.get("method") or ""),
        "url": _url(seen),
        "user": _user(seen),
        "messages": tuple(_messages(seen)),
        "browser": _from_a_browser(seen.get("META", {})),
    }
    match = seen.get("resolver_match")
    if is_a(match, ResolverMatch):
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
    """Return the fields of the event that the response tells, with the form errors of the pages."""
    if not is_a(response, HttpResponseBase):
        return {"form_errors": tuple(serving.form_errors)}
    headers = response.headers
    content_type = plain_text(headers.get("Content-Type", ""))
    return {
        "status": response.status_code,
        "content_type": content_type,
        "size": _size(variables(response), headers),
        "redirect": plain_text(headers.get("Location", "")),
        "form_errors": tuple(serving.form_errors) if "html" in content_type else (),
    }


def hide_secrets(request: Any, response: Any, redactor: Redactor) -> None:
    """Tell the redactor the secrets that a request carried, as far as they were read by the site itself."""
    seen = variables(request)
    for value in _secret_headers_and_cookies(seen, response, redactor):
        redactor.hide(value)
    post = seen.get("_post")
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
    """Tell the redactor the secrets among a URL's arguments (a password-reset token, say)."""
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
    body = seen.get("_body")
    if type(body) is bytes and 0 < len(body) <= _LARGEST_JSON:
        kind = seen.get("META", {}).get("CONTENT_TYPE", "")
        if type(kind) is str and "json" in kind:
            with suppress(ValueError, RecursionError):
                yield _loads(body.decode())
    # REST framework reads the stream itself; its own request knows what it read.
    context = variables(response).get("renderer_context")
    if type(context) is dict:
        yield variables(context.get("request")).get("_full_data")


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
    """Tell whether a browser sent a request; a test's client may borrow its headers, but has no socket.

    Source: Fetch Metadata Request Headers, 2; browsers send them to trustworthy origins such as localhost alone.
    """
    if not (meta.get("SERVER_SOFTWARE") or meta.get("REMOTE_PORT")):
        return False
    return "HTTP_SEC_FETCH_MODE" in meta or plain_text(meta.get("HTTP_USER_AGENT", "")).startswith("Mozilla/")


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
    text = plain_text(value)
    return MASK if redactor.is_secret(name, text) and redactor.hide(text) else unquote(text)


def _size(seen: dict[str, Any], headers: Any) -> int:
    length = headers.get("Content-Length", "")
    if type(length) is str and length.isdecimal():
        return int(length)
    pieces = seen.get("_container")
    return sum(len(piece) for piece in pieces if type(piece) is bytes) if type(pieces) is list else 0


def _user(seen: dict[str, Any]) -> str:
    """Return the user's name if the site itself asked who it is; to ask now could run a query."""
    user = seen.get("user")
    if is_a(user, LazyObject):
        user = variables(user).get("_wrapped", empty)
        if user is empty:
            user = seen.get("_cached_user", seen.get("_acached_user"))
    if user is None or type(user).__name__ == "AnonymousUser":
        return ""
    name = variables(user).get(class_value(user, "USERNAME_FIELD") or "username")
    return plain_text(name) if name is not None else ""


def _messages(seen: dict[str, Any]) -> Iterator[str]:
    """Yield what was shown and what was stored for the next page, consuming nothing."""
    storage = variables(seen.get("_messages"))
    shown = storage.get("_loaded_data") if storage.get("used") is True else None
    for messages in (shown, storage.get("_queued_messages")):
        for message in messages if type(messages) is list else ():
            said = variables(message)
            yield f"{_level(said.get('level'))}: {plain_text(said.get('message', ''))}"


def _level(level: Any) -> str:
    """Return a message's level as the project's ``MESSAGE_TAGS`` say, where they were asked for already."""
    base = variables(sys.modules.get("django.contrib.messages.storage.base"))
    tags = variables(base.get("LEVEL_TAGS")).get("_wrapped")
    return plain_text((tags if type(tags) is dict else _LEVELS).get(level, ""))
