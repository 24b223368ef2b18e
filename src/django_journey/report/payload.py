"""The run as plain data for the script of the HTML report: one small row per test, details apart.

A big run has 20,000 requests; nobody reads more than a few dozen of them. So the rows are one JSON array that
is parsed when the report opens, and the details of each test are a packed JSON object of their own that is
unpacked when the test is looked at. Fields that are empty are left out of both.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from typing import Any

from django_journey.dom.inert import inert
from django_journey.errors import visible
from django_journey.report.model import Part, Run, Step, Test, repeated, told, walk
from django_journey.report.pyramid import layer_of, views_of
from django_journey.trace.events import Failure, Look, MailSent, Noted, Queries, RequestServed
from django_journey.trace.led import what_led_there

__all__ = ["details", "inert_json", "pack", "row"]


def row(test: Test, *, key: str) -> dict[str, Any]:
    """Return what the list of tests shows and searches of a test.

    Args:
        test: The test.
        key: The id of its details in the report.
    """
    requests = test.requests
    views = views_of(requests)
    failure = test.explanation
    data = _filled(
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
            "queries": sum(
                part.queries.count for part in walk(test.parts) if isinstance(part, (Step, RequestServed))
            ),
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
    shown: dict[str, Any] = _shown(data)
    return shown


def details(test: Test) -> dict[str, Any]:
    """Return everything else of a test: why it failed, and what happened, in order."""
    failure = test.explanation
    led = what_led_there(test.requests) if test.bad else []
    data = _filled(
        {"failure": _failure(failure) if failure else None, "led": led, "parts": _parts(test.parts)}
    )
    shown: dict[str, Any] = _shown(data)
    return shown


def pack(data: bytes) -> str:
    """Return bytes as the script unpacks them: zlib, then base64; safe inside any element."""
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def inert_json(data: Any) -> str:
    """Return compact JSON that can stand in a ``<script>`` element, whatever its texts contain.

    Source: HTML Living Standard, "Restrictions for contents of script elements": with every ``<`` written as
    an escape, none of the strings that end or re-open a script can occur.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def compact(data: Any) -> bytes:
    """Return compact JSON as bytes; a text that is no valid Unicode becomes readable instead of failing."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")


def _shown(data: Any) -> Any:
    """Return data with visible texts; a mail's own page is shown in a frame, as it is."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        frame = "html" if data.get("is") == "mail" else ""
        return {visible(key): value if key == frame else _shown(value) for key, value in data.items()}
    return [_shown(item) for item in data] if isinstance(data, list | tuple) else data


def _parts(parts: list[Part]) -> list[dict[str, Any]]:
    return [{**_part(part), "of": owner} if owner else _part(part) for part, owner in told(parts)]


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Step():
            return _step(part)
        case RequestServed():
            return _request(part)
        case MailSent():
            return _mail(part)
        case Noted():
            return _note(part)


def _step(step: Step) -> dict[str, Any]:
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
            "look": _look(step.look) if step.look else None,
            "failure": _failure(step.failure) if step.failure else None,
            **_sql(step.queries),
            "parts": _parts(step.parts),
        }
    )


def _sql(queries: Queries) -> dict[str, Any]:
    shapes = [
        [shape.sql, shape.count, _ms(shape.milliseconds), shape.alias, 1 if repeated(shape) else 0]
        for shape in queries.shapes
    ]
    return {"sql": queries.count, "sqlms": _ms(queries.milliseconds), "shapes": shapes}


def _request(request: RequestServed) -> dict[str, Any]:
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
            **_sql(request.queries),
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


def _look(look: Look) -> dict[str, Any]:
    return _filled({"url": look.url, "title": look.title, "page": look.page, "shot": look.screenshot})


def _failure(failure: Failure) -> dict[str, Any]:
    return _filled({**asdict(failure), "nearest": list(failure.nearest), "template": list(failure.template)})


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value or (value == 0 and name == "status")}


def _ms(milliseconds: float) -> float:
    """Three figures are enough to read; they keep the report small."""
    return round(milliseconds, 1 if milliseconds >= 10 else 2)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def table(run: Run) -> list[tuple[str, Test]]:
    """Return the tests with their ids in the report, in the order in which they began."""
    return [(f"t{index}", test) for index, test in enumerate(run.tests, 1)]
