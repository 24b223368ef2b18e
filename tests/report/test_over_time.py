"""A run is compared with the runs before it in its folder, or with another report; a damaged history costs itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from django_journey import reports
from django_journey._report import over_time
from django_journey._report.model import Run, assemble
from django_journey._runners.main import main
from django_journey._trace.record.events import Failure, QuerySummary
from tests.report.synthetic import START, Process, folder_with

NAME = "a.py::test_order"


def process(
    outcome: str = "passed",
    *,
    day: int = 0,
    seconds: float = 0.2,
    queries: int = 4,
    view: str = "shop.order",
    name: str = NAME,
) -> Process:
    """Write a run of one test."""
    made = Process(start=START + day * 86_400)
    play = made.test(name)
    play.request(view=view, queries=QuerySummary(queries, 1.0))
    play.end_test(
        outcome, seconds=seconds, failure=Failure("AssertionError", "no") if outcome == "failed" else None
    )
    return made.finish()


def said(folder: Path, *processes: Process) -> list[tuple[str, str]]:
    """Build the report of each run in turn, and return what the last one says."""
    for made in processes:
        for old in (folder / "trace").glob("*.jsonl"):
            old.unlink()
        run = reports.load(folder_with(folder, made))
        reports.build(folder, run=run)
    return [(each.kind, each.what) for each in run.changes]


def test_a_first_run_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert said(tmp_path, process()) == []


def test_an_equal_run_differs_in_nothing_and_a_report_that_is_written_again_neither(tmp_path: Path) -> None:
    assert said(tmp_path, process(), process(day=1), process(day=1)) == []
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("runs", "changes"),
    [
        ([{}, {"outcome": "failed"}], [("new failure", "passed the last time")]),
        ([{"outcome": "failed"}, {"outcome": "failed"}], []),
        ([{"outcome": "failed"}, {}], [("passes again", "failed the last time")]),
        ([{}, {"outcome": "failed"}, {}], [("flaky", "failed in 1 of the last 3 runs")]),
        ([{}, {"outcome": "skipped"}, {"outcome": "failed"}], [("new failure", "passed the last time")]),
        ([{}, {"seconds": 0.5}], [("slower", "500 ms, usually 200 ms")]),
        ([{}, {"seconds": 0.39}], []),
        ([{}, {}, {}, {"seconds": 0.32}], [("slower", "320 ms, usually 200 ms")]),
        ([{}, {}, {}, {"seconds": 0.29}], []),
        ([{"seconds": 0.001}, {"seconds": 0.1}], []),
        (
            [{"seconds": number / 100} for number in (20, 20, 22, 25, 30, 32, 34, 36)],
            [("slowing", "340 ms, 200 ms 7 runs ago")],
        ),
        ([{}, {"queries": 9}], [("more queries", "9 queries, 4 the last time")]),
        ([{}, {"queries": 6}], []),
        ([{}, {"view": "shop.pay"}], [("new page", "shop.pay")]),
        ([{}, {"name": "a.py::test_pay"}], [("new test", "passed")]),
        ([{}, {"name": "a.py::test_pay", "outcome": "failed"}], [("new failure", "is new"), ("new test", "failed")]),
    ],
)  # fmt: skip
def test_what_differs(runs: list[dict[str, object]], changes: list[tuple[str, str]], tmp_path: Path) -> None:
    assert said(tmp_path, *(process(day=day, **facts) for day, facts in enumerate(runs))) == changes  # type: ignore[arg-type]


def test_a_test_is_compared_with_its_own_last_run(tmp_path: Path) -> None:
    runs = [process(), process(day=1, name="a.py::test_other"), process("failed", day=2)]
    assert said(tmp_path, *runs) == [("new failure", "passed the last time")]


def test_a_test_that_passed_when_it_was_run_again_is_flaky(tmp_path: Path) -> None:
    again = Process(start=START + 86_400)
    again.test(NAME).end_test("failed")
    again.test(NAME).end_test("passed")
    assert said(tmp_path, process(), again.finish()) == [
        ("flaky", "failed, and passed when it was run again")
    ]


def test_a_slow_machine_makes_no_test_slower() -> None:
    def run(factor: float) -> Run:
        made = Process(start=START + factor)
        for number in range(30):
            made.test(f"test_{number}").end_test(seconds=0.3 * factor * (3 if number == factor == 2 else 1))
        return assemble(made.finish().events)

    found = over_time.changes(run(2), [over_time.past_of(run(1))])
    assert [(each.test and each.test.key, each.kind) for each in found] == [("test_2", "slower")]


def test_the_last_ten_runs_are_known(tmp_path: Path) -> None:
    said(tmp_path, *(process(day=day) for day in range(13)))
    began = [json.loads(line)["began"] for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert began == [START + day * 86_400 for day in range(3, 13)]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "null", '{"schema": 1}', '{"schema": 1, "began": "x", "tests": {}, "views": []}', "[" * 5_000,
     '{"schema": 1, "began": 1, "tests": {"a": [1]}, "views": []}', "\0\ud800"],
)  # fmt: skip
def test_a_damaged_line_of_the_history_is_named_and_left_out(line: str, tmp_path: Path) -> None:
    said(tmp_path, process())
    path = tmp_path / "history.jsonl"
    path.write_text(path.read_text() + line + "\n", errors="surrogatepass")
    assert said(tmp_path, process("failed", day=1)) == [("new failure", "passed the last time")]
    assert "history.jsonl, line 2 is damaged" in (tmp_path / "index.html").read_text()


def test_a_later_versions_history_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text('{"schema": 99, "anything": 1}\n')
    assert said(tmp_path, process()) == []
    assert "damaged" not in (tmp_path / "index.html").read_text()


def test_two_reports_are_compared_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = (
        str(folder_with(tmp_path / "1", process())),
        str(folder_with(tmp_path / "2", process("failed", day=1))),
    )
    assert main(["report", "compare", before, after]) == 0
    assert f"new failures: {NAME}: passed the last time" in capsys.readouterr().out
    assert main(["report", "compare", before, before]) == 0
    assert capsys.readouterr().out == "Nothing differs.\n"
    assert main(["report", "compare", before, after, "--format", "markdown"]) == 0
    assert "### New failures since the last runs" in capsys.readouterr().out
    for words in ([before], [before, after, after], ["--all", after]):
        assert main(["report", "compare", *words]) == 2
        assert "report compare takes the folders of two reports" in capsys.readouterr().err
    assert main(["report", "compare", before, str(tmp_path / "3")]) == 2
    assert "there is no trace to read" in capsys.readouterr().err


def test_the_report_and_the_terminal_say_what_differs(seen: object, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    said(folder, process(), process("failed", day=1, view="shop.<pay>"))
    text = (folder / "index.html").read_text()
    assert "<h3>New failures" in text
    assert "<code>shop.&lt;pay&gt;</code>" in text
