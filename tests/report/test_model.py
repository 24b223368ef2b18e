"""The events of a trace become a run: tests, nested steps, and what each step caused."""

from __future__ import annotations

import random

from django_journey._report.model import Step, assemble, readable
from django_journey._report.payload import in_reading_order, repeated
from django_journey._trace.record.events import (
    Failure,
    Noted,
    QueryShape,
    RequestServed,
    RunFinished,
    StepFinished,
    TestStarted,
)
from tests.report.synthetic import START, Process, killed, publishing, suite


def test_steps_nest_and_own_what_they_caused() -> None:
    process = Process()
    publishing(process)
    (test,) = assemble(process.events).tests
    visit = test.steps[0]
    assert (visit.actor, visit.verb, visit.what) == ("author", "visit", "article-create")
    (goto,) = visit.steps
    assert goto.verb == "goto"
    assert [part.view for part in goto.parts if isinstance(part, RequestServed)] == [
        "newsroom.views.ArticleCreate"
    ]
    assert test.actors == ["author", "reader", "editor"]
    assert len(test.requests) == 8
    assert [mail.subject for mail in test.mails] == ["Your article is online"]
    assert [note.topic for note in test.notes] == ["task", "task"]


def test_a_test_of_a_killed_run_has_everything_before_the_kill() -> None:
    process = Process()
    killed(process)
    run = assemble(process.events)
    (test,) = run.tests
    assert test.outcome == "unfinished"
    assert test.bad
    assert test.story
    assert not run.finished
    first, second = test.steps
    assert first.finished
    assert first.snapshot is not None
    assert not second.finished
    assert second.parts, "the request of the step that was cut off is kept"
    assert test.failed_step is second


def test_events_of_several_processes_may_come_mixed() -> None:
    one, two = Process(1), Process(2)
    publishing(one)
    publishing(two, number=2)
    mixed = []
    chance = random.Random(3)
    queues = [list(one.finish().events), list(two.finish().events)]
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        mixed.append(queue.pop(0))
    run = assemble(mixed)
    assert [len(test.requests) for test in run.tests] == [8, 8]
    assert [len(test.steps) for test in run.tests] == [11, 11]
    assert run.finished
    assert len(run.processes) == 2


def test_a_test_that_is_run_again_is_a_second_attempt() -> None:
    process = Process()
    publishing(process, fails=True)
    publishing(process)
    first, second = assemble(process.events).tests
    assert (first.outcome, first.attempt) == ("failed", 1)
    assert (second.outcome, second.attempt) == ("passed", 2)
    assert len(second.steps) == 11


def test_events_of_a_test_without_its_start_are_not_lost() -> None:
    process = Process()
    publishing(process)
    cut = [event for event in process.events if not isinstance(event, TestStarted)]
    (test,) = assemble(cut).tests
    assert len(test.requests) == 8
    lonely = StepFinished(test="t", step=4, ok=False, failure=Failure(type="X", message="m"))
    (test,) = assemble([lonely]).tests
    assert isinstance(test.parts[0], Step)
    assert not test.parts[0].ok


def test_events_of_no_test_are_separate() -> None:
    run = assemble([RequestServed(url="http://testserver/login/")])
    assert run.tests == []
    assert len(run.outside) == 1


def test_the_reason_of_a_failure_is_the_failing_steps_where_the_runner_has_none() -> None:
    process = Process()
    play = process.test("t", story=True)
    play.act("ada", "click", "“Go”", failure=Failure(type="X", message="no such button"))
    play.end_test("failed")
    (test,) = assemble(process.events).tests
    assert test.explanation is not None
    assert test.explanation.message == "no such button"


def test_names_of_tests_become_sentences() -> None:
    assert readable("a/test_b.py::TestC::test_it_works[x-1]") == "It works [x-1]"
    assert readable("app.tests.FormTests.test_date") == "Date"
    assert readable("test_") == "Test_"


def test_a_parameter_distinguishes_tests_of_the_same_docstring() -> None:
    process = Process()
    publishing(process, number=4)
    (test,) = assemble(process.events).tests
    assert test.heading == "An article is written, published and read [4]"


def test_what_a_request_caused_follows_it() -> None:
    process = Process()
    play = process.test("t", story=True)
    play.begin("ada", "click")
    play.note("cache", "before any request")
    process.now += 1
    play.write(Noted(test="t", step=1, topic="task", title="during the first"), 0.001)
    play.mail("named", "a@example.org")
    play.request("POST", "/", milliseconds=500)
    play.request("GET", "/")
    play.note("clock", "at the end")
    play.end()
    play.end_test()
    (step,) = assemble(process.events).tests[0].steps
    said = [
        (getattr(part, "title", "") or getattr(part, "subject", "") or part.method, owner)
        for part, owner in in_reading_order(step.parts)
    ]
    assert said == [
        ("before any request", 0),
        ("POST", 0),
        ("during the first", 1),
        ("named", 1),
        ("GET", 0),
        ("at the end", 0),
    ]


def test_repeated_queries_are_three_or_more_but_no_savepoints() -> None:
    def shape(sql: str, count: int) -> QueryShape:
        return QueryShape(sql=sql, count=count, milliseconds=1.0)

    assert repeated(shape("SELECT 1", 3))
    assert not repeated(shape("SELECT 1", 2))
    assert not repeated(shape("SAVEPOINT x", 30))


def test_a_story_that_sets_the_clock_does_not_make_the_run_longer() -> None:
    one, two = Process(1), Process(2, start=START + 2)
    publishing(one)
    one.now += 3 * 24 * 3600
    one.test("t").end_test()
    one.now = START + 5
    publishing(two, number=2)
    two.now = START + 9
    assert assemble([*one.finish().events, *two.events]).seconds > 1000, (
        "only the events tell of a killed run"
    )
    two.write(RunFinished(seconds=7))
    assert assemble([*one.events, *two.events]).seconds == 9


def test_a_whole_suite_is_counted() -> None:
    run = assemble(suite().events)
    assert run.counts() == {"passed": 229, "failed": 3, "skipped": 1}
    assert run.seconds > 0
