"""Steps nest, end with a page snapshot, and cost nothing without tracing."""

from __future__ import annotations

import pytest

from django_journey._trace.record.events import Noted, StepFinished, StepStarted, TestFinished, TestStarted
from django_journey._trace.record.recorder import PageSnapshot, current, hide, note, secret, step
from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.tracing import Tracing
from django_journey.errors import Explanation, StoryError
from tests.trace.conftest import Traced


def steps(traced: Traced) -> list[StepStarted | StepFinished]:
    return [event for event in traced.events() if isinstance(event, (StepStarted, StepFinished))]


def test_steps_nest_and_only_the_outermost_stores_the_page(traced: Traced) -> None:
    page = PageSnapshot(url="/a/", title="A", html="<p>")
    with step("visit", "a", actor="ada", place="t.py:1"), step("goto", "/a/", snapshot=lambda: page):
        note("task", "sent", n=1)
    outer, inner, inner_end, outer_end = steps(traced)
    assert isinstance(outer, StepStarted)
    assert (outer.step, outer.parent, outer.actor, outer.verb, outer.what) == (1, 0, "ada", "visit", "a")
    assert isinstance(inner, StepStarted)
    assert (inner.step, inner.parent, inner.verb) == (2, 1, "goto")
    assert isinstance(inner_end, StepFinished)
    assert isinstance(outer_end, StepFinished)
    assert inner_end.snapshot is None
    assert outer_end.snapshot is not None
    assert (outer_end.snapshot.url, outer_end.snapshot.title, outer_end.ok) == ("/a/", "A", True)
    (noted,) = (event for event in traced.events() if isinstance(event, Noted))
    assert (noted.step, noted.topic, noted.title, noted.data) == (2, "task", "sent", {"n": 1})


def test_a_failed_step_records_the_parts_of_the_error(traced: Traced) -> None:
    error = StoryError(Explanation("no such label", where="/a/", nearest=("Title", "Text"), instead="Title"))
    with pytest.raises(StoryError), step("fill", "Titel"):
        raise error
    _, end = steps(traced)
    assert isinstance(end, StepFinished)
    assert end.failure is not None
    assert not end.ok
    assert end.failure.type == "django_journey.errors.StoryError"
    assert (end.failure.sought, end.failure.where) == ("no such label", "/a/")
    assert (end.failure.nearest, end.failure.instead) == (("Title", "Text"), "Title")
    assert "test_recorder.py" in end.failure.traceback


def test_a_failed_snapshot_does_not_hide_the_error(traced: Traced) -> None:
    def look() -> PageSnapshot:
        raise KeyError("gone")

    with pytest.raises(StoryError, match="no such label"), step("fill", "Titel", snapshot=look):
        raise StoryError("no such label")
    (noted,) = (event for event in traced.events() if isinstance(event, Noted))
    assert noted.title == "the page could not be stored: KeyError: 'gone'"


def test_the_causes_of_a_failure_are_shown_without_library_frames(traced: Traced) -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error
    except ValueError as error:
        failure = traced.tracing.explain(error)
    assert "KeyError: 'first'" in failure.traceback
    assert failure.traceback.endswith("ValueError: second\n")


def test_an_endless_message_is_cut(traced: Traced) -> None:
    failure = traced.tracing.explain(AssertionError("x" * 100_000))
    assert len(failure.message) < 21_000
    assert failure.message.endswith("(80000 more characters)")


def test_an_error_whose_text_cannot_be_read_is_explained_all_the_same(traced: Traced) -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "can't be read: RuntimeError" in traced.tracing.explain(Odd(), ended=True).message
    assert (
        traced.tracing.explain(Odd(1, traced)).message == "1, <Traced>"
    )  # asked only once it ended the test


def test_what_is_typed_into_a_secret_field_is_masked_from_then_on(traced: Traced) -> None:
    assert secret("Password", "tr4in-stop") == MASK
    assert secret("Title", "A train stop") == "A train stop"
    hide("typed into type=password")
    with step("fill", "Nickname = tr4in-stop, typed into type=password"):
        pass
    assert steps(traced)[0].what == f"Nickname = {MASK}, {MASK}"


def test_a_test_begins_and_ends_with_its_outcome(tracing: Tracing) -> None:
    scope = tracing.begin("k", name="n", title="A title", file="f.py", line=3)
    with tracing.entered(scope):
        scope.story, scope.driver = True, "http"
        assert tracing.find() is scope
    assert tracing.find() is None
    tracing.end(scope, "skipped", reason="not today")
    traced = Traced(tracing, scope)
    (began,) = (event for event in traced.events() if isinstance(event, TestStarted))
    (ended,) = (event for event in traced.events() if isinstance(event, TestFinished))
    assert (began.test, began.name, began.title, began.file, began.line) == ("k", "n", "A title", "f.py", 3)
    assert (ended.outcome, ended.reason, ended.story, ended.driver) == ("skipped", "not today", True, "http")
    assert ended.at >= began.at > 0


def test_a_shared_set_up_takes_no_steps(traced: Traced) -> None:
    with traced.tracing.outside(), step("visit", "a") as taken:
        note("file", "written")
    assert taken is None
    assert steps(traced) == []
    assert [event.test for event in traced.events("noted")] == [""]


def test_where_nothing_is_traced_nothing_happens(tracing: Tracing) -> None:
    def look() -> PageSnapshot:
        raise AssertionError("nobody looks")

    if current() is not None:
        pytest.skip("this very test is traced")
    with step("visit", "a", snapshot=look) as taken:
        note("task", "sent")
        hide("a secret of nobody")
        assert secret("Password", "shown") == "shown"
    assert taken is None
