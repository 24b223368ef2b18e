"""A suite of hostile tests ends traced as it ends untraced, under every runner: each outcome, statement and fact.

``project`` is the suite. It replaces clocks, files, modules and settings, counts who uses them, and notes facts that
a test could see. ``python -m tests.harmless`` does the same with any project.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from django_journey._report import load
from tests.harmless.comparison import RUNNERS, Outcome, run

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="module", params=sorted(RUNNERS))
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Outcome, Path]:
    """The suite's outcome under one runner, untraced and traced, and the report's folder."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(PROJECT, folder / "project", ignore=shutil.ignore_patterns("__pycache__"))
    plain = run(folder / "project", RUNNERS[request.param], folder / "plain.json")
    traced = run(folder / "project", RUNNERS[request.param], folder / "traced.json", report=folder / "report")
    return plain, traced, folder / "report"


def test_every_test_ends_the_same_and_sees_the_same(runs: tuple[Outcome, Outcome, Path]) -> None:
    """F2: tracing changes nothing that a test could see."""
    plain, traced, _ = runs
    assert len(plain.tests) > 100, plain.output
    assert plain.differences(traced) == []


def test_what_was_compared_was_traced(runs: tuple[Outcome, Outcome, Path]) -> None:
    _, traced, report = runs
    run = load(report)
    # Children that a test forked may end in any way, so the run need not be marked as finished.
    assert any(process.finished for process in run.processes), traced.output
    assert len(run.tests) > 100
    assert sum(len(test.requests) for test in run.tests) > 100
