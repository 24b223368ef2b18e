"""A5: the summary at the end of a run, readable in 80 columns without colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from django_journey._report.model import assemble
from django_journey._report.terminal import summary
from django_journey._trace.record.events import Failure
from tests.report.synthetic import Process, suite


@pytest.mark.parametrize("width", [60, 80, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = summary(assemble(suite(end=False).events), width, report=Path("journey-report/index.html"))
    assert max(map(len, lines)) <= width
    assert lines[-1] == "Report: journey-report/index.html"


def test_a5_the_pyramid_is_drawn_centred_with_its_figures() -> None:
    """A5: the pyramid is drawn centred with its figures."""
    lines = summary(assemble(suite().events), 80)
    tiers = {line.split()[1]: line for line in lines if line.strip().startswith("█")}
    assert list(tiers) == ["browser", "broad", "narrow", "unit"]
    axes = {(line.index("█") + line.rindex("█")) / 2 for line in tiers.values()}
    assert len(axes) == 1, "all tiers stand on one axis"
    widths = [line.count("█") for line in tiers.values()]
    assert widths == sorted(widths)
    assert re.search(r"unit +160 +\d+ ms +69% +about 70 %", tiers["unit"])


def test_a_share_that_is_not_nothing_is_never_shown_as_nothing() -> None:
    lines = summary(assemble(suite().events), 80)
    assert any("browser" in line and "<1%" in line for line in lines)


def test_failures_are_shown_in_four_parts_with_their_step() -> None:
    text = "\n".join(summary(assemble(suite().events), 80))
    assert "step:     9 of 9, editor click “Publish”" in text
    for part in ("sought:", "where:", "nearest:  link “Edit”", "instead:  editor.click("):
        assert part in text
    assert "error:    AttributeError: 'NoneType' object has no attribute 'rotate'" in text


def test_a_very_long_message_is_cut_with_what_is_left_out() -> None:
    process = Process()
    message = "\n".join(f"#{number} 0x562135 <unknown>" for number in range(40))
    process.test("t").end_test("error", failure=Failure(type="selenium.WebDriverException", message=message))
    text = "\n".join(summary(assemble(process.events), 80))
    assert "#8 0x" in text
    assert "#20 0x" not in text
    assert "30 more lines in the report" in text


def test_failures_of_one_cause_are_shown_once_with_the_names_of_the_others() -> None:
    process = Process()
    raised = 'Traceback (most recent call last):\n  File "x.py", line 3, in list\n    title\nKeyError: 1'
    for number in range(48):
        failure = Failure("KeyError", f"'title {number}'", traceback=raised)
        play = process.test(f"a.py::test_{number}")
        play.request(view="x.list", status=500, failure=failure)
        play.end_test("failed", failure=failure)
    process.test("a.py::test_other").end_test("failed", failure=Failure("AssertionError", "1 != 2"))
    text = "\n".join(summary(assemble(process.events), 80))
    assert "To look at (49 of 49 tests)" in text
    assert text.count("✗ ") == 2
    assert "47 tests fail alike: a.py::test_1, a.py::test_2, a.py::test_3, and 44 more" in " ".join(
        text.split()
    )


def test_failures_with_the_same_message_in_different_views_are_separate() -> None:
    process = Process()
    for number in range(4):
        play = process.test(f"a.py::test_{number}")
        play.request(view=f"x.view_{number % 2}", status=404)
        play.end_test("failed", failure=Failure("AssertionError", f"404 != 20{number}"))
    assert "\n".join(summary(assemble(process.events), 80)).count("✗ ") == 2


def test_failures_that_look_for_other_things_are_separate() -> None:
    process = Process()
    for number, sought in enumerate(("a button", "a link", "", "")):
        failure = Failure("AssertionError", f"{'no' * number} message\nmore", sought=sought)
        process.test(f"a.py::test_{number}").end_test("failed", failure=failure)
    assert "\n".join(summary(assemble(process.events), 80)).count("✗ ") == 4


def test_a_test_that_was_run_again_is_counted_once_by_its_last_attempt() -> None:
    process = Process()
    for outcome in ("failed", "passed"):
        process.test("t").end_test(outcome)
    process.test("u").end_test("skipped")
    text = "\n".join(summary(assemble(process.events), 80))
    assert "(1 test ran, 1 skipped)" in text
    assert "To look at" not in text


def test_a_test_that_did_not_finish_is_named() -> None:
    text = "\n".join(summary(assemble(suite(end=False).events), 80))
    assert "✗ A picture is replaced  did not finish" in text
    assert "step:     2 of 2, author click “Upload”" in text


def test_a_test_that_was_killed_between_two_steps_names_the_last_one() -> None:
    process = Process()
    play = process.test("t", story=True)
    play.act("ada", "visit", "home")
    play.act("ada", "should_see", "Welcome")
    text = "\n".join(summary(assemble(process.events), 80))
    assert "step:     ended after 2, ada should see Welcome" in text


def test_a_run_that_was_killed_is_said_to_be_incomplete() -> None:
    run = assemble(suite(end=False).events)
    run.troubles.append("trace-r1-1.jsonl, line 9 is torn: its process was killed")
    text = "\n".join(summary(run, 80))
    assert "The run did not come to an end" in text
    assert "not read: trace-r1-1.jsonl, line 9 is torn" in text
    assert "did not come" not in "\n".join(summary(assemble(suite().events), 80))


def test_colours_only_when_asked_for() -> None:
    run = assemble(suite().events)
    assert "\x1b" not in "".join(summary(run, 80, colour=False))
    coloured = summary(run, 80, colour=True)
    assert "\x1b" in "".join(coloured)
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == summary(run, 80)


def test_a_poor_encoding_gets_plain_characters() -> None:
    lines = summary(assemble(suite(stories=3, plain=2, units=3).events), 80, ascii_only=True)
    drawing = [
        line for line in lines if not line.lstrip().startswith(("sought", "where", "nearest", "step", "  "))
    ]
    assert "".join(drawing[:6]).isascii()


def test_an_empty_run_is_said_to_be_empty() -> None:
    text = "\n".join(summary(assemble(Process().finish().events), 80))
    assert "No test ran." in text
