"""Judges an endpoint's answer: a wrong status becomes an error that shows what came back and what may help."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django_journey.dom.parser import parent_element, parse
from django_journey.dom.text import text_content
from django_journey.errors import ExpectationError, Explanation
from django_journey.routes.clients import Answer, Message

__all__ = ["check"]

_LINES = 12
# Where Django's forms, and the usual CSS frameworks, write what is wrong with a field.
_ERRORS = ".errorlist, .errornote, .invalid-feedback, .is-danger, .text-danger, .alert-danger, .form-error"
_WIDTH = 160


def check(
    answer: Answer,
    message: Message,
    expected: tuple[int, ...],
    *,
    call: str,
    actor: str = "",
    token: str = "",
    seed: int | None = None,
) -> None:
    """Refuse an answer whose status is not the one that was expected.

    Args:
        answer: What came back.
        message: What was sent.
        expected: The statuses that are right; any below 400 if empty.
        call: The endpoint's name in its class.
        actor: Who called.
        token: The CSRF token that was sent, if any.
        seed: The seed of the made-up values, if any were made.

    Raises:
        ExpectationError: It has another status.
    """
    if answer.status in expected or (not expected and answer.status < 400):
        return
    wanted = " or ".join(map(str, expected)) if expected else "a status below 400"
    hints = [_advice(answer, message, token, call)]
    if seed is not None:
        hints.append(f"the made-up values come from seed={seed}")
    raise ExpectationError(
        Explanation(
            f"{call} is answered with {wanted}",
            where=f"{message.method} {message.address}" + (f" as {actor}" if actor else ""),
            nearest=(f"{answer.status} {_phrase(answer.status)}", *_excerpt(answer)),
            instead="\n".join(hints),
        )
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _excerpt(answer: Answer) -> list[str]:
    """Return what an answer says in a few lines: JSON field by field, a page by its text."""
    if answer.location:
        return [f"Location: {answer.location}"]
    try:
        lines = _of_json(json.loads(answer.text))
    except ValueError:
        lines = _form_errors(answer.text) or _of_page(answer.text)
    shown = [line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…" for line in lines[:_LINES]]
    if len(lines) > _LINES:
        shown.append(f"… and {len(lines) - _LINES} more lines")
    return shown


def _of_json(data: Any, path: str = "") -> list[str]:
    if isinstance(data, dict) and data:
        return [
            line
            for name, value in data.items()
            for line in _of_json(value, f"{path}.{name}" if path else name)
        ]
    if isinstance(data, list) and data and all(isinstance(item, (dict, list)) for item in data):
        return [line for index, value in enumerate(data) for line in _of_json(value, f"{path}[{index}]")]
    text = ", ".join(map(str, data)) if isinstance(data, list) else str(data)
    return [f"{path}: {text}" if path else text]


def _form_errors(markup: str) -> list[str]:
    """Return what a page complains of beside the fields of its forms: ``title: This field is required.``."""
    if "<" not in markup:
        return []
    tree = parse(markup)
    found: list[str] = []
    for box in tree.select(_ERRORS):
        text = " ".join(text_content(box).split())
        field = (box.attr("id") or "").removeprefix("id_").removesuffix("_error")
        if text and not any(text in line for line in found):
            found.append(f"{field or _field_beside(box)}: {text}".removeprefix(": "))
    return found


def _field_beside(box: Any) -> str:
    """Return the name of the one control that shares the nearest ancestor with a message."""
    around = parent_element(box)
    while around is not None and around.tag != "form":
        controls = {
            control.attr("name")
            for control in around.select("input, select, textarea")
            if control.attr("name")
        }
        if controls:
            return str(controls.pop()) if len(controls) == 1 else ""
        around = parent_element(around)
    return ""


def _of_page(text: str) -> list[str]:
    from django.utils.html import strip_tags

    if "<" in text:
        head, _, rest = text.partition("</head>")
        title = head.partition("<title>")[2].partition("</title>")[0].strip()
        text = f"{title}\n{strip_tags(rest)}" if rest else strip_tags(text)
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def _advice(answer: Answer, message: Message, token: str, call: str) -> str:
    status = answer.status
    if status == 403 and "csrf" in answer.text.lower():
        if token:
            return "the token was sent and refused: an own X-CSRFToken header, or CSRF_TRUSTED_ORIGINS?"
        return (
            "no CSRF cookie has been given out yet: open the page that serves the front end first,\n"
            'or name it in the class: csrf_page = "url-name"'
        )
    if status == 200 and message.kind and _form_errors(answer.text):
        return f"the form was shown again: give the fields that it complains of, {call}(field=…)"
    if status in {301, 302, 303, 307, 308}:
        return f"{call}(…, expect={status}), or {call}(…, follow=True) for the page that it leads to"
    return {
        400: f"give the fields that it complains of: {call}(field=…); or expect=400 if that is the story",
        401: "sign in first: journey.actor(user), or client.force_login(user)",
        403: "call it as somebody who may, or expect=403 if that is the story",
        404: "the URL exists, what it names does not (for this user)",
        405: f"the view takes another method than {message.method}",
        415: f"the view does not read {'a ' + message.kind + ' body' if message.kind else 'a request without a body'}",
    }.get(status, f"{call}(…, expect={status}) if that is the story")
