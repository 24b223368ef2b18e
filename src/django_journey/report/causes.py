"""Puts failures of one cause together, so that one broken view is one thing to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django_journey.report.model import Test
from django_journey.trace.events import Failure, RequestServed

__all__ = ["alike", "names_of", "why"]

_NAMED = 3
_VALUE = re.compile(r"0x[0-9a-f]+|\d+")
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


def alike(tests: Iterable[Test]) -> list[list[Test]]:
    """Return tests in groups of one cause each, the groups and what is in them in the order of the tests.

    Failures have one cause where the last request raised in the same line of the site, or where the same was said
    after a request to the same view, numbers aside.
    """
    groups: dict[tuple[str, ...], list[Test]] = {}
    for test in tests:
        groups.setdefault(_cause(test), []).append(test)
    return list(groups.values())


def names_of(tests: Sequence[Test]) -> str:
    """Return the names of a few tests, and how many more there are."""
    names = [test.name or test.key for test in tests[:_NAMED]]
    more = len(tests) - len(names)
    return ", ".join([*names, *([f"and {more:,} more"] if more else [])])


def why(test: Test) -> str:
    """Return in one line why a test is to be looked at."""
    failure = test.explanation
    if failure is not None:
        return failure.sought or failure.message.strip().partition("\n")[0]
    return "did not finish" if test.outcome == "unfinished" else test.reason


def _cause(test: Test) -> tuple[str, ...]:
    requests = [request for request in test.requests if not request.parent]
    last = requests[-1] if requests else RequestServed()
    if last.failure is not None:
        return ("server", last.failure.type, _raised_at(last.failure) or last.view)
    failure = test.explanation
    if failure is None and not test.reason:
        return (test.outcome, test.key, str(test.attempt))
    kind = failure.type if failure is not None else test.outcome
    return (kind, _VALUE.sub("#", why(test)), last.view)


def _raised_at(failure: Failure) -> str:
    frames = _FRAME.findall(failure.traceback)
    return ":".join(frames[-1]) if frames else ""
