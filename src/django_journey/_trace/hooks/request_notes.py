"""Reads the details of an answered request: plain values and bytes, without running any code of the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict

from django_journey._adapters.django import REQUEST_BODY, REQUEST_FILES, RESPONSE_CONTENT, SESSION_DATA
from django_journey._adapters.rest_framework import PARSED_DATA
from django_journey._trace.hooks.active_request import ActiveRequest
from django_journey._trace.record.details import RequestNotes, TestDetails, cut
from django_journey._trace.record.json_lines import plain_data
from django_journey._trace.safety.safe_values import is_a, plain_text, variables
from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["note_details"]

_LARGEST_BODY = 64 * 1024
_LONGEST_VALUE = 200
_TEXTS = ("text/plain", "text/csv", "json", "xml", "javascript", "urlencoded")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def note_details(
    details: TestDetails, active: ActiveRequest, request: Any, response: Any, redactor: Redactor
) -> None:
    """Store what a request had and did, until its test ends."""
    seen = variables(request)
    meta = seen.get("META", {})
    notes = RequestNotes(active.number, context=active.context)
    notes.headers = {
        key[5:].replace("_", "-").title(): plain_text(value)
        for key, value in meta.items()
        if key[:5] == "HTTP_"
    }
    kind = plain_text(meta.get("CONTENT_TYPE") or "")
    if kind:
        notes.headers["Content-Type"] = kind
    if not kind.startswith(_FORMS):
        notes.sent = _sent(seen, response)
    files = seen.get(REQUEST_FILES)
    if is_a(files, MultiValueDict) and files:
        notes.files = tuple(_files(files))
    if is_a(response, HttpResponseBase):
        notes.answer_headers = {name: plain_text(value) for name, value in response.headers.items()}
        if response.cookies:
            notes.answer_headers["Set-Cookie"] = "; ".join(response.cookies)
        if any(text in notes.answer_headers.get("Content-Type", "") for text in _TEXTS):
            pieces = variables(response).get(RESPONSE_CONTENT)
            if type(pieces) is list and all(type(piece) is bytes for piece in pieces):
                notes.answered = b"".join(pieces)[:_LARGEST_BODY]
    notes.session = tuple(_session(details.sessions, seen, response, redactor))
    details.add_request(notes)
    details.add_statements(active.queries, active.executions, request=active.number)


def _sent(seen: dict[str, Any], response: Any) -> Any:
    body = seen.get(REQUEST_BODY)
    if type(body) is bytes and body:
        return body[:_LARGEST_BODY]
    # REST framework reads the stream itself; its own request has the data.
    context = variables(response).get("renderer_context")
    data = variables(context.get("request")).get(PARSED_DATA) if type(context) is dict else None
    return plain_data(data) if type(data) in (dict, list) and data else None


def _files(files: Any) -> Iterator[str]:
    for name, several in dict.items(files):
        for file in several:
            known = variables(file)
            yield f"{name}: {plain_text(known.get('_name', ''))} ({plain_text(known.get('size'))} bytes)"


def _session(
    sessions: dict[str, dict[str, Any]], seen: dict[str, Any], response: Any, redactor: Redactor
) -> Iterator[str]:
    """Yield what the request changed in its session, as far as the site loaded it; unloaded, it stays so."""
    own = variables(seen.get("session"))
    data = own.get(SESSION_DATA)
    if type(data) is not dict:
        return
    name = settings.SESSION_COOKIE_NAME
    came = plain_text(seen.get("COOKIES", {}).get(name, ""))
    morsel = response.cookies.get(name) if is_a(response, HttpResponseBase) else None
    now = {plain_text(key): plain_data(value) for key, value in data.items()}
    before = sessions.get(came) if came else {}
    sessions[morsel.value if morsel is not None and morsel.value else came] = now
    if own.get("modified") is not True:
        return
    for key, value in now.items():
        if before is None or key not in before:
            yield f"{key} = {_shown(key, value, redactor)}"
        elif before[key] != value:
            yield f"{key}: {_shown(key, before[key], redactor)} → {_shown(key, value, redactor)}"
    yield from (f"{key} removed" for key in before or () if key not in now)


def _shown(key: str, value: Any, redactor: Redactor) -> str:
    clean = redactor.data({key: value})[key]
    return MASK if clean == MASK else cut(clean if type(clean) is str else repr(clean), _LONGEST_VALUE)
