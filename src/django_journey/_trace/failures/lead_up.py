"""Lists what led to a failure: the last responses with their form errors, messages and exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_journey._trace.failures.tracebacks import is_foreign
from django_journey._trace.record.events import Failure, RequestServed
from django_journey.errors import visible

__all__ = ["lead_up"]

_RESPONSES = 4
_ERRORS = 6
_MESSAGES = 4
_OWN_FRAMES = 2
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PARTS = ("image/", "font/", "text/css", "text/javascript", "application/javascript")
_FRAME = re.compile(r'^  File "(.+)", line (\d+), in (.+)\n(?:    (.+))?', re.MULTILINE)


def lead_up(requests: Iterable[RequestServed]) -> list[str]:
    """Return the last responses line by line, the last one last.

    The last form that was sent is always among them: a form that was shown again with an error is the most common
    cause of a later failure. Successful requests for files of a page are left out.

    Args:
        requests: The requests of a test, in order.
    """
    pages = [request for request in requests if not request.parent and not _is_part(request)]
    shown = pages[-_RESPONSES:]
    sent = [request for request in pages[:-_RESPONSES] if request.method not in _SAFE]
    if sent and all(request.method in _SAFE for request in shown):
        between = pages.index(sent[-1]) < len(pages) - _RESPONSES - 1
        return _lines([sent[-1]], ["…"] if between else [], shown)
    return _lines([], [], shown)


def _lines(first: list[RequestServed], between: list[str], last: list[RequestServed]) -> list[str]:
    lines = [line for request in first for line in _described(request)] + between
    lines += [line for request in last for line in _described(request)]
    return [visible(line) for line in lines]


def _is_part(request: RequestServed) -> bool:
    if request.url.endswith("/favicon.ico"):
        return True  # browsers request it unasked
    return request.status < 400 and request.content_type.startswith(_PARTS)


def _described(request: RequestServed) -> Iterator[str]:
    led = f" → {request.redirect}" if request.redirect else ""
    view = request.view or ("no URL pattern fits" if request.status == 404 else "no view")
    yield f"{request.method} {request.url} {request.status or 'no answer'}{led} ({view})"
    yield from _few("form error: ", request.form_errors, _ERRORS)
    yield from _few("message: ", request.messages, _MESSAGES)
    if request.failure is not None:
        yield from _raised(request.failure)


def _few(what: str, items: tuple[str, ...], most: int) -> Iterator[str]:
    for item in items[:most]:
        yield f"  {what}{item}"
    if len(items) > most:
        yield f"  … {len(items) - most} more"


def _raised(failure: Failure) -> Iterator[str]:
    message = failure.message.strip().partition("\n")[0]
    yield f"  raised {failure.type.rpartition('.')[2]}{f': {message}' if message else ''}"
    yield from (f"    {line}" for line in failure.template)
    frames = _FRAME.findall(failure.traceback)[::-1]
    own = [frame for frame in frames[1:] if not (is_foreign(frame[0]) or "get_response(" in frame[3])]
    for file, line, function, code in [*frames[:1], *own[:_OWN_FRAMES]]:  # the innermost first
        yield f"    at {file}:{line} in {function}{f': {code}' if code else ''}"
