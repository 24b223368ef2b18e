"""Finds the tests that are much heavier than the rest of their suite, or that left a browser running.

The rule: for each measure (views, requests, rows written, queries) the suite's quartiles are computed from the tests
that have any. A test is an outlier if its figure exceeds the upper quartile by more than three times the interquartile
range (Tukey's outer fence), and exceeds a floor, since a few more of a small number do not matter. If fewer than
twenty tests have any, no test is an outlier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from django_journey._report.model import Run, Test
from django_journey._report.pyramid import views_of
from django_journey._report.wording import count
from django_journey._trace.record.events import Noted

__all__ = ["FEWEST", "FLOORS", "Outlier", "browsers_left", "outliers"]

#: How many tests must have a measure.
FEWEST = 20

#: Up to these figures no test is an outlier.
FLOORS = {"views": 8, "requests": 30, "rows written": 300, "queries": 300}

_ONE = {"views": "view", "requests": "request", "rows written": "row written", "queries": "query"}


@dataclass(frozen=True, slots=True)
class Outlier:
    """A test that does far more than the rest.

    Args:
        test: The test.
        reasons: Its figures beside the usual ones, the furthest out first.
        times: Its furthest figure divided by the fence.
    """

    test: Test
    reasons: tuple[str, ...]
    times: float


def outliers(run: Run) -> list[Outlier]:
    """Return the outliers, the furthest out first."""
    figures = {id(test): _figures(test) for test in run.last if test.outcome != "skipped"}
    fences = {
        name: fence
        for name in FLOORS
        if (fence := _fence(name, (each[name] for each in figures.values()))) is not None
    }
    found = []
    for test in run.last:
        each = figures.get(id(test), {})
        beyond = [
            (each[name] / fence, name) for name, (_, fence) in fences.items() if each.get(name, 0) > fence
        ]
        if beyond:
            beyond.sort(reverse=True)
            reasons = (_words(name, each[name], fences[name][0]) for _, name in beyond)
            found.append(Outlier(test, tuple(reasons), beyond[0][0]))
    return sorted(found, key=lambda outlier: -outlier.times)


def browsers_left(run: Run) -> list[tuple[Test | None, Noted]]:
    """Return the browsers that still ran at the end of the run, with the tests that started them."""
    found: list[tuple[Test | None, Noted]] = [
        (test, note) for test in run.tests for note in test.notes if note.data.get("left")
    ]
    outside = [event for event in run.outside if isinstance(event, Noted) and event.data.get("left")]
    return [*found, *((None, note) for note in outside)]


def _figures(test: Test) -> dict[str, int]:
    requests = test.requests
    return {
        "views": len(views_of(requests)),
        "requests": sum(not request.parent for request in requests),
        "rows written": test.rows,
        "queries": test.query_count + test.queries.count,
    }


def _fence(name: str, figures: Iterable[int]) -> tuple[float, float] | None:
    """Return the upper quartile of a measure, and the fence of outliers."""
    some = [figure for figure in figures if figure]
    if len(some) < FEWEST:
        return None
    lower, _, upper = quantiles(some, n=4, method="inclusive")
    return upper, max(FLOORS[name], upper + 3 * (upper - lower))


def _words(name: str, figure: int, usual: float) -> str:
    return f"{count(figure, _ONE[name], name)} (three of four tests: up to {usual:,.0f})"
