"""Groups failures by their cause, so that one broken view is one item in the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django_journey._report.model import Test
from django_journey._trace.record.events import Failure, RequestServed

__all__ = ["group_by_cause", "names_of", "reason_line"]

_NAMED = 3
_VALUE = re.compile(r"0x[0-9a-f]+|\d+")
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


def group_by_cause(tests: Iterable[Test]) -> list[list[Test]]:
    """Return tests in groups of one cause each, in the order of the tests.

    Failures have the same cause if their last request raised in the same line of the site, or if they have the same
    message, apart from numbers, after a request to the same view.
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


def reason_line(test: Test) -> str:
    """Return in one line why a test failed."""
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
    return (kind, _VALUE.sub("#", reason_line(test)), last.view)


def _raised_at(failure: Failure) -> str:
    frames = _FRAME.findall(failure.traceback)
    return ":".join(frames[-1]) if frames else ""
