"""The run as plain data for the script of the HTML report: one small row per test, details apart.

A big run has 20,000 requests, of which a reader opens a few dozen. So the rows are one JSON array that
is parsed when the report opens, and the details of each test are a separate, compressed JSON object that is
decompressed when the test is opened. Both leave out empty fields.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django_journey._dom.tree.inert_page import inert
from django_journey._report.model import Part, Run, Step, Test
from django_journey._report.pyramid import layer_of, views_of
from django_journey._report.story_lines import story_lines
from django_journey._trace.failures.lead_up import lead_up
from django_journey._trace.record.events import (
    Details,
    Failure,
    MailSent,
    Noted,
    QueryShape,
    QuerySummary,
    RequestServed,
    StoredSnapshot,
)
from django_journey.errors import visible

__all__ = ["compact", "details", "in_reading_order", "inert_json", "pack", "repeated", "row", "table"]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
#: From this many times in one request, a query that differs only in its values counts as repeated.
_REPEATED = 3

_BOOKKEEPING = re.compile(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET)\b", re.IGNORECASE)

_HIDDEN = re.compile(r"\\[bfru]")  # how JSON writes control characters, apart from tab and newline


def row(test: Test, *, key: str) -> dict[str, Any]:
    """Return a test's row, which the list shows and searches.

    Args:
        test: The test.
        key: The id of its details in the report.
    """
    requests = test.requests
    views = views_of(requests)
    failure = test.explanation
    return _filled(
        {
            "id": key,
            "title": test.heading,
            "name": test.name or test.key,
            "file": test.file,
            "line": test.line,
            "attempt": test.attempt if test.attempt > 1 else 0,
            "outcome": test.outcome,
            "layer": layer_of(test) or "",
            "story": test.story,
            "ms": _ms(test.seconds * 1000),
            "steps": len(test.steps),
            "requests": len(requests),
            "queries": test.query_count,
            "mails": len(test.mails),
            "actors": test.actors,
            "views": views,
            "urls": sorted({request.url_name for request in requests if request.url_name}),
            "driver": test.driver,
            "why": (failure.sought or _first_line(failure.message)) if failure else "",
            "reason": test.reason,
            "more": bool(test.parts or failure),
        }
    )


def details(test: Test) -> dict[str, Any]:
    """Return a test's details: why it failed, and what happened, in order."""
    failure = test.explanation
    led = lead_up(test.requests) if test.bad else []
    return _filled(
        {
            "failure": _failure(failure) if failure else None,
            "led": led,
            "parts": _parts(test.parts, test.details),
            "story": "\n".join(story_lines(test)),
        }
    )


def pack(data: bytes) -> str:
    """Return bytes compressed with zlib and encoded as base64, which is safe inside any element."""
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def inert_json(data: Any) -> str:
    """Return compact JSON that can stand in a ``<script>`` element, with any texts.

    Source: HTML Living Standard, "Restrictions for contents of script elements": with every ``<`` written as
    an escape, none of the strings that end or re-open a script can occur.
    """
    text = _json(data)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def compact(data: Any) -> bytes:
    """Return compact JSON as bytes; invalid Unicode is replaced."""
    return _json(data).encode("utf-8", "replace")


def _json(data: Any) -> str:
    text = _encode(data)
    # Most data has no hidden characters; searching its JSON is faster than walking through it.
    plain = text.isascii() and text.isprintable() and _HIDDEN.search(text) is None
    return text if plain else _encode(_shown(data))


def _shown(data: Any) -> Any:
    """Return data with visible texts; a mail's HTML stays unchanged, since a frame shows it."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        frame = "html" if data.get("is") == "mail" else ""
        return {visible(key): value if key == frame else _shown(value) for key, value in data.items()}
    return [_shown(item) for item in data] if isinstance(data, list | tuple) else data


_Known = Mapping[tuple[int, int], Details]
_NONE = Details()


def _parts(parts: list[Part], known: _Known) -> list[dict[str, Any]]:
    return [
        {**_part(part, known), "of": owner} if owner else _part(part, known)
        for part, owner in in_reading_order(parts)
    ]


def in_reading_order(parts: list[Part]) -> list[tuple[Part, int]]:
    """Return parts in the order for a reader, each with the number of the request that it belongs to, or 0.

    A request is recorded when it has been answered, so after the mails and notes that it caused; here they follow
    it. Those without a request's number belong to the request during which they were recorded.
    """
    result: list[tuple[Part, int]] = []
    waiting: list[Part] = []
    for part in parts:
        if isinstance(part, (MailSent, Noted)):
            waiting.append(part)
            continue
        owned: list[Part] = []
        if isinstance(part, RequestServed):
            began = part.at - part.milliseconds / 1000
            owned = [item for item in waiting if _belongs(item, part.request, began)]
        result += [(item, 0) for item in waiting if item not in owned]
        result.append((part, 0))
        result += [(item, part.request) for item in owned if isinstance(part, RequestServed)]
        waiting = []
    return result + [(item, 0) for item in waiting]


def _belongs(part: Part, request: int, began: float) -> bool:
    named = part.request if isinstance(part, (MailSent, Noted)) else 0
    return named == request if named else part.at >= began


def _part(part: Part, known: _Known) -> dict[str, Any]:
    match part:
        case Step():
            return _step(part, known)
        case RequestServed():
            return _request(part, known.get((part.request, 0), _NONE))
        case MailSent():
            return _mail(part)
        case Noted():
            return _note(part)


def _step(step: Step, known: _Known) -> dict[str, Any]:
    return _filled(
        {
            "is": "step",
            "n": step.number,
            "actor": step.actor,
            "verb": step.verb,
            "what": step.what,
            "place": step.place,
            "ms": _ms(step.seconds * 1000) if step.seconds is not None else 0,
            "cut": not step.finished,
            "bad": not step.ok,
            "snapshot": _snapshot(step.snapshot) if step.snapshot else None,
            "failure": _failure(step.failure) if step.failure else None,
            **_sql(step.queries, known.get((0, step.number), _NONE)),
            "parts": _parts(step.parts, known),
        }
    )


def _sql(queries: QuerySummary, known: Details) -> dict[str, Any]:
    more = {(each.alias, each.sql): [list(each.places), list(each.values)] for each in known.statements}
    shapes = [
        [
            *(shape.sql, shape.count, _ms(shape.milliseconds), shape.alias, 1 if repeated(shape) else 0),
            *more.get((shape.alias, shape.sql), ()),
        ]
        for shape in queries.shapes
    ]
    found = {"sql": queries.count, "sqlms": _ms(queries.milliseconds), "shapes": shapes}
    return {**found, "rows": list(known.rows)}


def repeated(shape: QueryShape) -> bool:
    """Tell whether a query ran so often within one request that it is probably in a loop."""
    return shape.count >= _REPEATED and not _BOOKKEEPING.match(shape.sql)


def _request(request: RequestServed, known: Details) -> dict[str, Any]:
    return _filled(
        {
            "is": "request",
            "n": request.request,
            "in": request.parent,
            "method": request.method,
            "url": request.url,
            "status": request.status,
            "view": request.view,
            "name": request.url_name,
            "route": request.route,
            "kwargs": request.kwargs,
            "type": request.content_type,
            "size": request.size,
            "ms": _ms(request.milliseconds),
            "redirect": request.redirect,
            "templates": list(request.templates),
            "errors": list(request.form_errors),
            "messages": list(request.messages),
            "user": request.user,
            "posted": request.posted,
            "files": list(known.files),
            "sent": known.sent,
            "headers": known.headers,
            "reply": known.answer_headers,
            "answered": known.answered,
            "session": list(known.session),
            "context": list(known.context),
            **_sql(request.queries, known),
            "failure": _failure(request.failure) if request.failure else None,
        }
    )


def _mail(mail: MailSent) -> dict[str, Any]:
    return _filled(
        {
            "is": "mail",
            "subject": mail.subject,
            "from": mail.sender,
            "to": list(mail.to),
            "cc": list(mail.cc),
            "bcc": list(mail.bcc),
            "text": mail.text,
            "html": inert(mail.html) if mail.html else "",
            "attachments": list(mail.attachments),
        }
    )


def _note(note: Noted) -> dict[str, Any]:
    return _filled({"is": "note", "topic": note.topic, "title": note.title, "data": note.data})


def _snapshot(snapshot: StoredSnapshot) -> dict[str, Any]:
    return _filled(
        {"url": snapshot.url, "title": snapshot.title, "page": snapshot.page, "shot": snapshot.screenshot}
    )


def _failure(failure: Failure) -> dict[str, Any]:
    return _filled({**asdict(failure), "nearest": list(failure.nearest), "template": list(failure.template)})


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value or (value == 0 and name == "status")}


def _ms(milliseconds: float) -> float:
    """Round to about three digits, which keeps the report small."""
    return round(milliseconds, 1 if milliseconds >= 10 else 2)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def table(run: Run) -> list[tuple[str, Test]]:
    """Return the tests in the order in which they began, each with its id, which the next run's report has too."""
    found: dict[str, Test] = {}
    for test in run.tests:
        key = "t" + hashlib.sha256(f"{test.key} {test.attempt}".encode("utf-8", "replace")).hexdigest()[:10]
        while key in found:
            key += "x"
        found[key] = test
    return list(found.items())
