"""Tests that are too broad or too heavy are named beside their own suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey._report import html
from django_journey._report.embedded_pages import EmbeddedPages
from django_journey._report.model import Run, assemble
from django_journey._report.outliers import outliers
from django_journey._report.terminal import summary
from django_journey._trace.record.events import QuerySummary
from tests.report.synthetic import Process


def suite(tests: int, *heavy: int, views: int = 1) -> Run:
    """Return a run of tests of one to three requests, and one of each of these amounts."""
    process = Process()
    for number, amount in enumerate([*(number % 3 + 1 for number in range(tests)), *heavy]):
        play = process.test(f"t.py::test_{number}")
        for request in range(amount):
            play.request(view=f"x.view_{request % views}", queries=QuerySummary(2))
        play.end_test()
    return assemble(process.events)


def told(run: Run) -> dict[str, tuple[str, ...]]:
    return {each.test.name: each.reasons for each in outliers(run)}


def test_a_test_with_far_more_requests_than_its_suite_is_named_with_what_is_usual() -> None:
    assert told(suite(30, 61)) == {"t.py::test_30": ("61 requests (three of four tests: up to 3)",)}


def test_views_and_queries_are_measured_too_and_the_furthest_comes_first() -> None:
    found = told(suite(30, 200, views=12))["t.py::test_30"]
    assert [words.split(" (")[0] for words in found] == ["200 requests", "12 views", "400 queries"]


@pytest.mark.parametrize("heavy", [10, 30])
def test_a_small_figure_is_no_outlier(heavy: int) -> None:
    assert told(suite(30, heavy)) == {}


def test_of_a_small_suite_nothing_is_said() -> None:
    assert told(suite(18, 500)) == {}
    assert told(suite(19, 500)) != {}


def test_a_suite_of_heavy_tests_has_no_outliers() -> None:
    process = Process()
    for number in range(40):
        play = process.test(f"t.py::test_{number}")
        for _ in range(40 + number):
            play.request()
        play.end_test()
    assert told(assemble(process.events)) == {}


def test_terminal_and_report_name_them(tmp_path: Path) -> None:
    run = suite(30, 61)
    text = " ".join(" ".join(summary(run)).split())
    assert "Heavier than the rest: t.py::test_30: 61 requests (three of four tests: up to 3)" in text
    page = html.page(run, EmbeddedPages())
    assert '<h2 id="heavy">Heavier than the rest</h2>' in page
    assert "Heavier than the rest" not in " ".join(summary(suite(30)))
