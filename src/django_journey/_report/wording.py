"""How outcomes, amounts and durations are written, in the terminal and in HTML alike."""

from __future__ import annotations

import html

from django_journey._report.model import FAILED, Run
from django_journey._report.pyramid import Layer, Pyramid
from django_journey.errors import visible

__all__ = [
    "HEALTH",
    "OUTCOME",
    "count",
    "duration",
    "escape",
    "headline",
    "outcome_words",
    "percent",
    "shape",
]

OUTCOME: dict[str, str] = {
    "passed": "passed",
    "failed": "failed",
    "error": "with errors",
    "skipped": "skipped",
    "xfailed": "failed as expected",
    "xpassed": "passed unexpectedly",
    "unfinished": "did not finish",
}

#: The healthy shape in words; integration tests of both kinds share what units and browser leave.
HEALTH: dict[Layer, str] = {
    "unit": "about 70 %",
    "narrow": "the rest",
    "broad": "the rest",
    "browser": "a few",
}


def escape(text: str) -> str:
    """Return a text as HTML in which each character is visible."""
    return html.escape(visible(text))


def outcome_words(outcome: str) -> str:
    """Return an outcome in words; a runner's own word stays unchanged."""
    return OUTCOME.get(outcome, outcome)


def headline(run: Run) -> str:
    """Return how a run ended, in one sentence; expected failures do not count as passed."""
    outcomes = [test.outcome for test in run.last]
    ran = [outcome for outcome in outcomes if outcome != "skipped"]
    bad = sum(outcome in FAILED for outcome in outcomes)
    expected = outcomes.count("xfailed")
    if not outcomes:
        return "No test was traced"
    if bad:
        return f"{bad:,} of {count(len(outcomes), 'test')} failed"
    if not ran:
        return "All tests were skipped"
    if expected:
        passed = f"{len(ran) - expected:,} of {count(len(ran), 'test')} passed"
        return f"{passed}, {expected:,} failed as expected"
    return f"All {len(ran):,} tests passed" if len(ran) > 1 else "The test passed"


def shape(pyramid: Pyramid, run: Run) -> str:
    """Return the verdict on a suite's shape, with the number of tests."""
    skipped = len(run.last) - pyramid.count
    amount = f"{count(pyramid.count, 'test')} ran" + (f", {skipped:,} skipped" if skipped else "")
    return f"{pyramid.verdict} ({amount})"


def count(amount: int, one: str, many: str = "") -> str:
    """Return an amount with its noun: ``1 test``, ``2 tests``."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a readable duration: ``12 ms``, ``3.4 s``, ``2 min 5 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def percent(share: float) -> str:
    """Return a share (0 to 1) in per cent; a small share is ``<1%``, never ``0%``."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
