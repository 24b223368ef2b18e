"""Translates Playwright's errors, where a verb of a story gets them, into the library's own with their four parts."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from typing import Any

from django_journey._dom.query import query_errors
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Attribute, Label, Part, Query, TestId, Text
from django_journey._dom.query.selectors import by_role
from django_journey._dom.tree.document import Document
from django_journey.errors import Error, ExpectationError, Explanation, StrictModeError, TooManyRedirects
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["translated"]

_LINES = 12
_CALL = re.compile(
    r'waiting for get_by_(\w+)\(("(?:[^"\\]|\\.)*")(?:, name=("(?:[^"\\]|\\.)*"))?(, exact=True)?\)'
    r"(?:\.filter\(visible=True\))?(?:\.first)?(?: to be \w+)?"
)
_CRASHED = re.compile(r"crashed|frame was detached")
_CLOSED = re.compile(r"has been closed|Connection closed")


def translated(error: Exception, page: Any) -> Exception:
    """Return the library's own error for one of Playwright's, or the error itself if it is none of Playwright's.

    Args:
        error: What a verb raised.
        page: Playwright's page, or ``None`` if none was open yet.
    """
    theirs = any(cls.__module__.startswith("playwright.") for cls in type(error).__mro__)
    expected = type(error) is AssertionError and "Call log:" in str(error)
    if not (theirs or expected):
        return error
    if theirs and (ended := _ended(error, page)) is not None:
        return ended
    first, *rest = [line.strip() for line in str(error).splitlines() if line.strip()]
    log = tuple(line.removeprefix("- ") for line in rest if line != "Call log:")[:_LINES]
    timed_out = "Timeout" in type(error).__name__
    near = _near(page, log) if timed_out or expected else Explanation("")
    explanation = Explanation(
        first,
        where="" if page is None or page.is_closed() else page.url,
        nearest=(*near.nearest, *log),
        instead=near.instead or "the report shows the page as it was, with a picture: --journey-report",
    )
    if expected:
        return ExpectationError(explanation)
    if "strict mode violation" in first:
        return StrictModeError(explanation)
    if "ERR_TOO_MANY_REDIRECTS" in first:
        return TooManyRedirects(explanation)
    return NotInTime(explanation) if timed_out else Error(explanation)


def _ended(error: Exception, page: Any) -> Error | None:
    """Return the error about a browser or a page whose process has ended."""
    crashed = _CRASHED.search(str(error)) is not None
    if page is None or not (crashed or _CLOSED.search(str(error))):
        return None
    runs = page.context.browser is None or page.context.browser.is_connected()
    if runs and (page.is_closed() or not crashed):
        return None  # the test has closed it
    said = " ".join(str(error).split())
    return Error(
        Explanation(
            "the page of the browser has crashed" if runs else "the browser has died",
            where=said if len(said) <= 200 else f"{said[:200]}…",
            instead="look for what has ended it: too little memory (dmesg), or a small /dev/shm in a container;\n"
            "the next story gets another one",
        )
    )


def _near(page: Any, log: tuple[str, ...]) -> Explanation:
    """Return the elements nearest to what was waited for, as the errors of a browserless page list them."""
    part = next((part for line in log if (part := _sought(line)) is not None), None)
    if page is not None and part is not None:
        with suppress(Exception):  # the page may be closed, and the error itself matters more
            doc, query = Document(page.content(), url=page.url), Query((part,))
            if not find_all(doc, query):
                return query_errors.missing(doc, query, call="", where="")
    return Explanation("")


def _sought(line: str) -> Part | None:
    """Read from a line of Playwright's log what it waited for, where that is one call on the page."""
    match = _CALL.fullmatch(line)
    if match is None:
        return None
    kind, first, name, exact = match[1], ast.literal_eval(match[2]), match[3], bool(match[4])
    match kind:
        case "role":
            return by_role(first, name=ast.literal_eval(name) if name else None, exact=exact)
        case "label":
            return Label(first, exact)
        case "text":
            return Text(first, exact)
        case "placeholder" | "title" | "alt_text":
            return Attribute(kind.removesuffix("_text"), first, exact)
        case "test_id":
            return TestId(first)
    return None
