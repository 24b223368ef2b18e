"""Compares a run with the runs before it: new failures, flaky and slower tests, more queries, new pages.

``history.jsonl`` in the report's folder has one line for each of the last runs: of each test its outcome, milliseconds
and queries, and the views that were requested. A test is compared with its own last record, so that a run of a
part of the suite says nothing about the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from django_journey._report.model import FAILED, Difference, Run, Test
from django_journey._report.pyramid import views_of
from django_journey._report.wording import count, duration, outcome_words

__all__ = ["HEADINGS", "Past", "changes", "past_of", "read_history", "write_history"]

#: The kinds of changes, in the order in which they are shown.
HEADINGS = {
    "new failure": "New failures",
    "flaky": "Flaky",
    "slower": "Slower",
    "slowing": "Slowing down",
    "more queries": "More queries",
    "passes again": "Pass again",
    "new page": "New pages",
    "new test": "New tests",
}

_FILE = "history.jsonl"
_RUNS = 10
_SCHEMA = 1
_SLOWER, _LEAST_SECONDS = 1.5, 0.1  # both must be exceeded
_FEW = 3  # with fewer earlier runs than this, by twice as much
_MORE, _LEAST_QUERIES = 1.1, 3
_ENOUGH = 20  # tests that show how fast the machine was

_Record = tuple[str, float, int]  # outcome, milliseconds, queries


@dataclass(slots=True)
class Past:
    """What is known of one run.

    Args:
        began: When it began, in seconds since the epoch, which identifies it.
        tests: Outcome, milliseconds and queries of each test, by its name.
        views: The views that it requested.
    """

    began: float
    tests: dict[str, _Record] = field(default_factory=dict)
    views: frozenset[str] = frozenset()


def past_of(run: Run) -> Past:
    """Return what later runs are compared with."""
    tests: dict[str, _Record] = {
        test.key: (test.outcome, round(test.seconds * 1000, 1), test.query_count)
        for test in run.last
        if test.name
    }
    return Past(round(run.began, 3), tests, frozenset(_views(run)))


def read_history(folder: Path, run: Run) -> list[Past]:
    """Return the runs before this one, the oldest first; a line that can't be read is added to the run's troubles."""
    return [past for past, _ in _lines(folder, run)]


def write_history(folder: Path, run: Run) -> None:
    """Add the run to the folder's history; the oldest is dropped."""
    now = past_of(run)
    data = {"schema": _SCHEMA, "began": now.began, "tests": now.tests, "views": sorted(now.views)}
    before = [line for _, line in _lines(folder, run)]
    lines = [*before[1 - _RUNS :], json.dumps(data, separators=(",", ":")), ""]
    draft = folder / f".{_FILE}.part"
    draft.write_text("\n".join(lines), encoding="utf-8")
    draft.replace(folder / _FILE)


def changes(run: Run, earlier: list[Past]) -> list[Difference]:
    """Compare a run with earlier ones.

    Args:
        run: The run.
        earlier: The runs before it, the oldest first.

    Returns:
        The changes by kind, in the order of ``HEADINGS``; nothing without an earlier run.
    """
    if not earlier:
        return []
    records = {
        test.key: [past.tests[test.key] for past in earlier if test.key in past.tests] for test in run.last
    }
    pace = _pace(run.last, records)
    found = [each for test in run.last for each in _changes_of(test, records[test.key], pace, run)]
    seen = frozenset().union(*(past.views for past in earlier))
    found += [Difference("new page", None, view) for view in sorted(_views(run) - seen)]
    order = list(HEADINGS)
    return sorted(found, key=lambda each: order.index(each.kind))


def _changes_of(test: Test, records: list[_Record], pace: float, run: Run) -> Iterator[Difference]:
    attempts = [each.bad for each in run.tests if each.key == test.key] if test.attempt > 1 else []
    past = [outcome in FAILED for outcome, _, _ in records if outcome != "skipped"]
    if not records:
        yield Difference("new test", test, outcome_words(test.outcome))
    if test.outcome == "skipped":
        return
    bad = [*past, test.bad]
    if len(set(attempts)) > 1:
        yield Difference("flaky", test, "failed, and passed when it was run again")
    elif sum(one != other for one, other in pairwise(bad)) > 1:
        yield Difference("flaky", test, f"failed in {sum(bad)} of the last {len(bad)} runs")
    elif test.bad and not any(past[-1:]):
        yield Difference("new failure", test, "passed the last time" if past else "is new")
    elif past and past[-1] and not test.bad:
        yield Difference("passes again", test, "failed the last time")
    if not test.bad:
        yield from _figures(test, [record for record in records if record[0] == "passed"], pace)


def _figures(test: Test, records: list[_Record], pace: float) -> Iterator[Difference]:
    """Yield what takes longer or runs more queries than in the runs that passed."""
    if not records:
        return
    times = [milliseconds / 1000 for _, milliseconds, _ in records]
    usual = median(times[-5:]) * pace
    early, late = median(times[:3]) * pace, median([*times[-2:], test.seconds])
    if _is_more(usual, test.seconds, 1 if len(times) >= _FEW else 2):
        yield Difference("slower", test, f"{duration(test.seconds)}, usually {duration(usual)}")
    elif len(times) >= 5 and _is_more(early, late):
        yield Difference("slowing", test, f"{duration(late)}, {duration(early)} {len(times)} runs ago")
    queries, before = test.query_count, records[-1][2]
    if queries >= before + _LEAST_QUERIES and queries > before * _MORE:
        yield Difference(
            "more queries", test, f"{count(queries, 'query', 'queries')}, {before:,} the last time"
        )


def _is_more(usual: float, now: float, times: int = 1) -> bool:
    return now > usual * (1 + times * (_SLOWER - 1)) and now > usual + times * _LEAST_SECONDS


def _pace(tests: Iterable[Test], records: dict[str, list[_Record]]) -> float:
    """Return how much slower the machine was this time: half of the tests took longer by this factor or more."""
    ratios = [
        test.seconds * 1000 / records[test.key][-1][1]
        for test in tests
        if records[test.key] and records[test.key][-1][1] > 1
    ]
    return max(1.0, median(ratios)) if len(ratios) >= _ENOUGH else 1.0


def _views(run: Run) -> set[str]:
    return {view for test in run.tests for view in views_of(test.requests)}


def _lines(folder: Path, run: Run) -> Iterator[tuple[Past, str]]:
    """Yield the runs before this one, each with its line."""
    path = folder / _FILE
    for number, line in enumerate(
        path.read_text("utf-8", "replace").splitlines() if path.is_file() else (), 1
    ):
        try:
            past = _past(json.loads(line))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            trouble = f"{_FILE}, line {number} is damaged: that run is not compared with"
            run.troubles += [trouble] if trouble not in run.troubles else []
            continue
        if past is not None and past.began < round(run.began, 3):
            yield past, line


def _past(data: dict[str, Any]) -> Past | None:
    """Return the run of a line; of another version's, nothing."""
    if data["schema"] != _SCHEMA:
        return None
    tests = {
        str(name): (str(outcome), float(milliseconds), int(queries))
        for name, (outcome, milliseconds, queries) in data["tests"].items()
    }
    return Past(float(data["began"]), tests, frozenset(map(str, data["views"])))
