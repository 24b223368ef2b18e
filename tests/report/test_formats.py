"""A run as Markdown, GitHub's annotations, JUnit's XML and JSON: whole, small, and text wherever a trace has text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from pathlib import Path

import pytest

from django_journey import reports
from django_journey._report.formats import FORMATS
from django_journey._report.model import Difference, Run, assemble
from django_journey._report.over_time import changes, past_of
from django_journey._runners.main import main
from django_journey._trace.record.events import Failure, Noted
from tests.report.synthetic import Process, folder_with, suite
from tests.report.test_hostile import PAYLOADS, _process

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "parallel-runs-and-ci.md"


@pytest.fixture
def run() -> Run:
    found = assemble(suite(end=False).events)
    found.changes = changes(found, [past_of(assemble(suite(units=100).events))])
    found.outside.append(Noted(topic="left out", title="left out: report-3: there is no trace to read"))
    return found


def test_markdown_has_the_verdict_the_failures_and_what_differs(run: Run) -> None:
    text = unescape(FORMATS["markdown"](run))
    for line in (
        "## 4 of 234 tests failed",
        "> left out: report-3: there is no trace to read",
        "| unit | 160 | ",
        "<details><summary><b>An article is written, published and read [2]</b>: failed</summary>",
        "<code>newsroom/journeys/test_publishing.py::test_an_article_is_published[2]</code>",
        "nearest: link “Edit”",
        "### New failures since the last runs",
        "- A picture is replaced: is new",
        "### New tests since the last runs",
        "- and 41 more",
    ):
        assert line in text, line


def test_markdown_of_a_run_with_thousands_of_failures_fits_into_a_jobs_summary() -> None:
    process = Process()
    for number in range(3_000):
        failure = Failure("E", "x" * 10_000, nearest=("y" * 10_000,))
        process.test(f"a.py::test_{number}").end_test("failed", failure=failure)
    assert len(FORMATS["markdown"](assemble(process.finish().events))) < 1_000_000


def test_annotations_stand_at_the_line_of_the_step_or_of_the_test(run: Run) -> None:
    lines = FORMATS["github"](run).splitlines()
    assert len(lines) == 4, "one for each cause"
    assert lines[0].startswith(
        "::error file=journeys/test_story.py,line=20,title=An article is written%2C published"
    )
    assert "%0Anearest: link “Edit”%0A" in lines[0]
    assert (
        "::error file=accounts/tests/test_forms.py,line=12,title=Birthday 5::assert 19 == 20%0A" in lines[2]
    )


def test_a_flaky_test_is_a_warning_and_a_slower_one_is_none(run: Run) -> None:
    run.changes = [Difference(kind, run.tests[0], "figures") for kind in ("slower", "flaky")]
    assert FORMATS["github"](run).splitlines()[4:] == [
        "::warning file=newsroom/journeys/test_publishing.py,line=12,"
        "title=Flaky%3A An article is written%2C published and read::figures"
    ]


def test_junit_counts_and_has_properties(run: Run) -> None:
    (found,) = ElementTree.fromstring(FORMATS["junit"](run).encode())
    assert {name: found.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "234", "failures": "3", "errors": "1", "skipped": "1",
    }  # fmt: skip
    case = found[0]
    assert (case.get("classname"), case.get("name")) == (
        "newsroom.journeys.test_publishing",
        "test_an_article_is_published",
    )
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties["layer"] == "broad"
    assert properties["actors"] == "author, reader, editor"
    assert (properties["steps"], properties["requests"], properties["mails"]) == ("11", "8", "1")
    assert re.fullmatch(r"index\.html#t\w{10}", str(properties["report"]))
    failure = found[1].find("failure")
    assert failure is not None
    assert "nearest: link “Edit”" in str(failure.text)


def test_junit_splits_names_of_both_runners() -> None:
    process = Process()
    for name in ("app/tests.py::ATests::test_a[b.c::d/e]", "app.tests.ATests.test_a"):
        process.test(name).end_test()
    (found,) = ElementTree.fromstring(FORMATS["junit"](assemble(process.finish().events)).encode())
    assert [(case.get("classname"), case.get("name")) for case in found] == [
        ("app.tests.ATests", "test_a[b.c::d/e]"),
        ("app.tests.ATests", "test_a"),
    ]


def test_each_field_of_the_json_is_documented(run: Run) -> None:
    data = json.loads(FORMATS["json"](run))
    assert data["schema"] == 1
    table = DOCS.read_text("utf-8").partition("## JSON")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `([\w.]+)` ", table, re.MULTILINE))
    fields = {
        *data,
        *(f"tests.{name}" for test in data["tests"] for name in test),
        *(f"changes.{name}" for change in data["changes"] for name in change),
    }
    assert fields <= documented
    assert documented - fields == {"tests.attempt"}, "no test of this run was run again"
    ids = {test["id"] for test in data["tests"]}
    assert {change["test"] for change in data["changes"]} <= ids
    assert data["changes"]


def test_texts_stay_text() -> None:
    def failing(payload: str) -> Run:
        found = assemble(_process(payload).events)
        for test in found.tests:
            test.outcome = "failed"
        return found

    known = re.sub(r"[^<>]+(?=<|$)", "", FORMATS["markdown"](failing("x")))
    for payload in PAYLOADS:
        hostile = failing(payload)
        hostile.changes = changes(hostile, [past_of(assemble([]))])
        text = FORMATS["markdown"](hostile)
        lists = text.partition("### New failures")[0]
        assert re.sub(r"[^<>]+(?=<|$)", "", lists) == known, payload
        assert "javascript:" not in text
        lines = FORMATS["github"](hostile).split("\n")
        assert all(line.startswith(("::error ", "::warning ")) for line in lines[:-1]), payload
        assert len(lines) == 2
        ElementTree.fromstring(FORMATS["junit"](hostile).encode())
        json.loads(FORMATS["json"](hostile).encode())


def test_the_command_line_prints_each_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(tmp_path, suite(plain=4, units=3, stories=4))
    for form, write in FORMATS.items():
        for words in ([str(folder), f"--format={form}"], ["--format", form, str(folder)]):
            assert main(["report", *words]) == 0
            assert capsys.readouterr().out == write(reports.load(folder))
    assert not (folder / "index.html").exists()
    for words in (["--format=html"], ["--format"]):
        assert main(["report", str(folder), *words]) == 2
        assert "there is no format" in capsys.readouterr().err
