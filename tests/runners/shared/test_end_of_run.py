"""The end of a traced run never changes what the tests said."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey import _report
from django_journey._report.model import Run
from django_journey._runners.shared.end_of_run import tell
from django_journey._trace.record.trace_file import TraceFile
from django_journey._trace.secrets.redactor import Redactor


def test_a_folder_without_a_trace_is_reported_without_a_traceback(tmp_path: Path) -> None:
    lines = tell(tmp_path, write_report=True, width=80, colour=False)
    assert lines[0].startswith("django-journey could not write its report: there is no trace to read")


def test_an_error_of_the_report_is_reported_and_not_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(folder: Path, name: str) -> Run:
        raise KeyError("x")

    monkeypatch.setattr(_report, "load", load)
    assert tell(tmp_path, write_report=True, width=80, colour=False) == [
        "django-journey could not write its report: KeyError: 'x'",
        f"The trace is in {tmp_path / 'trace'}",
    ]


def test_a_trace_alone_is_summed_up_with_its_place(tmp_path: Path) -> None:
    TraceFile(tmp_path, "run", redactor=Redactor()).close()
    lines = tell(tmp_path, write_report=False, width=80, colour=False)
    assert lines[-1] == f"Trace: {tmp_path / 'trace'}"
    assert not (tmp_path / "index.html").exists()
