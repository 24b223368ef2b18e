"""Names the tests that are too broad or too heavy beside what is usual in their own suite, or left a browser running.

The rule: of each measure (views, requests, rows written, queries) the suite's quartiles are taken from the tests
that have any. A test stands out whose figure is beyond the upper quartile by more than three times the distance
between the quartiles (Tukey's outer fence), and beyond a floor, since nobody minds a few more of little. Where
fewer than twenty tests have any, nothing is said: there is no usual yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from django_journey.report.model import Run, Step, Test, walk
from django_journey.report.pyramid import views_of
from django_journey.report.words import count
from django_journey.trace.events import Noted, RequestServed

__all__ = ["FEWEST", "FLOORS", "Outlier", "browsers_left", "outliers"]

#: So many tests must have a measure at all.
FEWEST = 20

#: No test stands out up to here.
FLOORS = {"views": 8, "requests": 30, "rows written": 300, "queries": 300}

_ONE = {"views": "view", "requests": "request", "rows written": "row written", "queries": "query"}


@dataclass(frozen=True, slots=True)
class Outlier:
    """A test that does far more than is usual.

    Args:
        test: The test.
        told: What it does, beside what is usual, the furthest out first.
        times: How many times as much as the fence its furthest figure is.
    """

    test: Test
    told: tuple[str, ...]
    times: float


def outliers(run: Run) -> list[Outlier]:
    """Return the tests that stand out, the furthest out first."""
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
            told = (_words(name, each[name], fences[name][0]) for _, name in beyond)
            found.append(Outlier(test, tuple(told), beyond[0][0]))
    return sorted(found, key=lambda outlier: -outlier.times)


def browsers_left(run: Run) -> list[tuple[Test | None, Noted]]:
    """Return the browsers that were still running when the run was over, with the tests that started them."""
    found: list[tuple[Test | None, Noted]] = [
        (test, note) for test in run.tests for note in test.notes if note.data.get("left")
    ]
    outside = [event for event in run.outside if isinstance(event, Noted) and event.data.get("left")]
    return [*found, *((None, note) for note in outside)]


def _figures(test: Test) -> dict[str, int]:
    requests = test.requests
    queries = sum(part.queries.count for part in walk(test.parts) if isinstance(part, Step | RequestServed))
    return {
        "views": len(views_of(requests)),
        "requests": sum(not request.parent for request in requests),
        "rows written": test.rows,
        "queries": queries + test.queries.count,
    }


def _fence(name: str, figures: Iterable[int]) -> tuple[float, float] | None:
    """Return the upper quartile of a measure, and from where on a test stands out."""
    some = [figure for figure in figures if figure]
    if len(some) < FEWEST:
        return None
    lower, _, upper = quantiles(some, n=4, method="inclusive")
    return upper, max(FLOORS[name], upper + 3 * (upper - lower))


def _words(name: str, figure: int, usual: float) -> str:
    return f"{count(figure, _ONE[name], name)} (three of four tests: up to {usual:,.0f})"
