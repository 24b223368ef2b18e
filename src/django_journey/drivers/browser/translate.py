"""Gives an error of Playwright's the name and the four parts of ours, where a verb of a story met it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from django_journey import errors
from django_journey.errors import Explanation

__all__ = ["translated"]

_LINES = 12
_NEAREST = 5
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
_SNAPSHOT_NAME = re.compile(r'^- \w+ "((?:[^"\\]|\\.)+)"')


def translated(error: Exception, page: Any) -> Exception:
    """Return our twin of an error of Playwright's, or the error itself if it is none.

    Args:
        error: What a verb met.
        page: Playwright's page that it met it on, or ``None`` if none was open yet.
    """
    theirs = any(cls.__module__.startswith("playwright.") for cls in type(error).__mro__)
    expected = type(error) is AssertionError and "Call log:" in str(error)
    if not (theirs or expected):
        return error
    first, *rest = [line.strip() for line in str(error).splitlines() if line.strip()]
    log = tuple(line.removeprefix("- ") for line in rest if line != "Call log:")[:_LINES]
    timed_out = "Timeout" in type(error).__name__
    explanation = Explanation(
        first,
        where="" if page is None or page.is_closed() else page.url,
        nearest=(*log, *(_similar(page, " ".join(log)) if timed_out else ())),
        instead="the report shows the page as it was, with a picture: --journey-report",
    )
    if expected:
        return errors.ExpectationError(explanation)
    if "strict mode violation" in first:
        return errors.StrictModeError(explanation)
    if "ERR_TOO_MANY_REDIRECTS" in first:
        return errors.TooManyRedirects(explanation)
    return errors.TimeoutError(explanation) if timed_out else errors.Error(explanation)


def _similar(page: Any, sought: str) -> tuple[str, ...]:
    """Return the parts of the page whose names come nearest to what was waited for."""
    names = _QUOTED.findall(sought)
    if page is None:
        return ()
    try:
        lines = [line.strip() for line in page.locator("body").aria_snapshot().splitlines()]
    except Exception:  # a page that is gone has nothing to tell, and the error at hand matters more
        return ()
    ranked = []
    for line in lines:
        match = _SNAPSHOT_NAME.match(line)
        if match is not None:
            likeness = max(
                (SequenceMatcher(None, name.lower(), match[1].lower()).ratio() for name in names), default=0
            )
            ranked.append((likeness, line.removeprefix("- ")))
    ranked.sort(key=lambda item: -item[0])
    return tuple(f"on the page: {line}" for likeness, line in ranked[:_NEAREST] if likeness > 0.4)
