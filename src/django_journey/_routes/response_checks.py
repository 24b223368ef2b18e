"""Checks an endpoint's response: a wrong status raises an error that shows the response and advice."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django_journey._dom.rendering.text import text_content
from django_journey._dom.tree.parser import parent_element, parse
from django_journey._routes.clients import EndpointRequest, EndpointResponse
from django_journey.errors import ExpectationError, Explanation

__all__ = ["check"]

_LINES = 12
# Where Django's forms and common CSS frameworks show a field's errors.
_ERRORS = ".errorlist, .errornote, .invalid-feedback, .is-danger, .text-danger, .alert-danger, .form-error"
_WIDTH = 160


def check(
    response: EndpointResponse,
    request: EndpointRequest,
    expected: tuple[int, ...],
    *,
    call: str,
    actor: str = "",
    token: str = "",
    seed: int | None = None,
) -> None:
    """Refuse a response whose status was not expected.

    Args:
        response: The response.
        request: The request.
        expected: The accepted statuses; any below 400 if empty.
        call: The endpoint's name in its class.
        actor: The caller's name.
        token: The CSRF token that was sent, if any.
        seed: The seed of the generated values, if there are any.

    Raises:
        ExpectationError: It has another status.
    """
    if response.status in expected or (not expected and response.status < 400):
        return
    wanted = " or ".join(map(str, expected)) if expected else "a status below 400"
    hints = [_advice(response, request, token, call)]
    if seed is not None:
        hints.append(f"the generated values come from seed={seed}")
    raise ExpectationError(
        Explanation(
            f"{call} is answered with {wanted}",
            where=f"{request.method} {request.address}" + (f" as {actor}" if actor else ""),
            nearest=(f"{response.status} {_phrase(response.status)}", *_excerpt(response)),
            instead="\n".join(hints),
        )
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _excerpt(response: EndpointResponse) -> list[str]:
    """Return a response's content in a few lines: JSON field by field, or a page's text."""
    if response.location:
        return [f"Location: {response.location}"]
    try:
        lines = _of_json(json.loads(response.text))
    except ValueError:
        lines = _form_errors(response.text) or _of_page(response.text)
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
    """Return the errors that a page shows beside its form fields: ``title: This field is required.``."""
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


def _advice(response: EndpointResponse, request: EndpointRequest, token: str, call: str) -> str:
    status = response.status
    if status == 403 and "csrf" in response.text.lower():
        if token:
            return "the token was sent and refused: an own X-CSRFToken header, or CSRF_TRUSTED_ORIGINS?"
        return (
            "no CSRF cookie has been set yet: open the page of the front end first,\n"
            'or name it in the class: csrf_page = "url-name"'
        )
    if status == 200 and request.kind and _form_errors(response.text):
        return f"the form was shown again: give the fields with errors, {call}(field=…)"
    if status in {301, 302, 303, 307, 308}:
        return f"{call}(…, expect={status}), or {call}(…, follow=True) for the redirect's target"
    return {
        400: f"give the fields with errors: {call}(field=…); or expect=400 if that is intended",
        401: "sign in first: journey.actor(user), or client.force_login(user)",
        403: "call it as a user with permission, or expect=403 if that is intended",
        404: "the URL exists, but the object does not (for this user)",
        405: f"the view takes another method than {request.method}",
        415: f"the view does not read {'a ' + request.kind + ' body' if request.kind else 'a request without a body'}",
    }.get(status, f"{call}(…, expect={status}) if that is intended")
