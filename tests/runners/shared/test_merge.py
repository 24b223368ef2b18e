"""The traces of several machines become one report; what can't be read is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from django_journey._report import load
from django_journey._runners.main import main
from django_journey._trace.record.events import SCHEMA


def write(folder: Path, tests: Sequence[str], *, schema: int = SCHEMA, killed: bool = False) -> Path:
    """Write a trace as one process of a machine does; all machines have the same process number."""
    events: list[dict[str, object]] = [
        {"kind": "run-started", "schema": schema, "run": "r", "at": 1.0, "process": 7}
    ]
    for name in tests:
        events.append({"kind": "test-started", "test": name, "name": name, "at": 2.0})
        events.append({"kind": "test-finished", "test": name, "outcome": "passed", "seconds": 1.5, "at": 3.5})
    text = "\n".join([*map(json.dumps, events), '{"kind": "run-fin' if killed else ""])
    trace = folder / "trace"
    (trace / "pages").mkdir(parents=True)
    (trace / "trace-20260101T000000.7.ab-7.jsonl").write_text(text)
    (trace / "trace-20250101T000000.7.ab-7.jsonl").write_text('{"kind": "run-started", "at": 1.0}\n')
    (trace / "pages" / f"{folder.name}.html").write_text("")
    return folder


def test_one_report_of_all_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = write(tmp_path / "one", ["a", "b"])
    second = write(tmp_path / "two", ["c"], killed=True)
    older = write(tmp_path / "older", ["d"], schema=SCHEMA - 1)
    into = tmp_path / "merged"
    words = [first, second, older, tmp_path / "missing"]
    assert main(["report", "merge", *map(str, words), "-o", str(into)]) == 0
    run = load(into)
    assert [test.name for test in run.tests] == ["a", "b", "c"]
    assert len(run.processes) == 2
    assert (into / "index.html").exists()
    assert json.loads((into / "durations.json").read_text()) == {"a": 1.5, "b": 1.5, "c": 1.5}
    assert {path.name for path in (into / "trace/pages").iterdir()} == {"one.html", "two.html"}
    said = capsys.readouterr().out
    assert f"left out: {older}: the trace has schema {SCHEMA - 1}" in said
    assert f"left out: {tmp_path / 'missing'}: there is no trace to read" in said
    assert "is torn: its process was killed" in said


def test_merging_again_replaces_the_merged_report(tmp_path: Path) -> None:
    first, into = write(tmp_path / "one", ["a"]), tmp_path / "merged"
    for _ in range(2):
        assert main(["report", "merge", str(first), "-o", str(into)]) == 0
    assert [test.name for test in load(into).tests] == ["a"]


@pytest.mark.parametrize("words", [["one"], ["-o", "two"], ["one", "-o"], ["--all", "-o", "two"]])
def test_what_it_takes(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "merge", *words]) == 2
    assert "report merge takes the folders of reports" in capsys.readouterr().err


def test_nothing_to_merge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "merge", str(tmp_path / "one"), "-o", str(tmp_path / "two")]) == 2
    assert "there is no trace to read" in capsys.readouterr().err


def test_the_merged_report_itself_names_the_machines_that_are_missing(tmp_path: Path) -> None:
    first, into = write(tmp_path / "one", ["a"]), tmp_path / "merged"
    older = write(tmp_path / "<b>older", ["d"], schema=SCHEMA - 1)
    assert main(["report", "merge", str(first), str(older), str(tmp_path / "gone"), "-o", str(into)]) == 0
    text = (into / "index.html").read_text()
    assert f"left out: {tmp_path}/&lt;b&gt;older: the trace has schema {SCHEMA - 1}" in text
    assert f"left out: {tmp_path}/gone: there is no trace to read" in text
    assert (
        f"left out: {tmp_path}/gone"
        not in (first / "trace" / "trace-20260101T000000.7.ab-7.jsonl").read_text()
    )


def test_what_cannot_be_copied_costs_its_pages(tmp_path: Path) -> None:
    first, into = write(tmp_path / "one", ["a"]), tmp_path / "merged"
    (first / "trace" / "pages" / "lost.html").symlink_to(tmp_path / "nowhere.html")
    assert main(["report", "merge", str(first), "-o", str(into)]) == 0
    assert [test.name for test in load(into).tests] == ["a"]


def test_a_machine_of_whose_trace_nothing_can_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, damaged, into = write(tmp_path / "one", ["a"]), write(tmp_path / "two", []), tmp_path / "merged"
    (damaged / "trace" / "trace-20260101T000000.7.ab-7.jsonl").write_bytes(bytes(range(256)) * 100)
    assert main(["report", "merge", str(first), str(damaged), "-o", str(into)]) == 0
    assert f"left out: {damaged}: nothing of its trace could be read" in capsys.readouterr().out
    assert f"left out: {damaged}: nothing of its trace could be read" in (into / "index.html").read_text()
    assert [test.name for test in load(into).tests] == ["a"]
