"""Celery's tasks are caught before the broker, and run by Celery's own tracer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import Celery, chain, group

from django_journey._world.tasks import Tasks
from django_journey._world.tasks.celery import CeleryAdapter
from django_journey.errors import WorldError

app = Celery("journey-tests", broker="amqp://127.0.0.1:1//", set_as_current=False)
app.conf.task_routes = {"letters.*": {"queue": "letters"}}
seen: list[object] = []


@app.task
def add(a: int, b: int) -> int:
    seen.append(a + b)
    return a + b


@app.task(bind=True, max_retries=2, default_retry_delay=0)
def flaky(self, order: int) -> str:  # type: ignore[no-untyped-def]
    seen.append(self.request.retries)
    if self.request.retries < 2:
        raise self.retry(exc=ConnectionError("down"), countdown=0)
    return f"order {order}"


@app.task(serializer="pickle")
def weigh(load: object) -> str:
    return type(load).__name__


@app.task(name="letters.send", bind=True, max_retries=1, default_retry_delay=0)
def send_letter(self) -> None:  # type: ignore[no-untyped-def]
    if not self.request.retries:
        raise self.retry(countdown=0)


@app.task(bind=True, max_retries=1, default_retry_delay=0)
def hopeless(self) -> None:  # type: ignore[no-untyped-def]
    raise self.retry(exc=ConnectionError("down for good"), countdown=0)


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    seen.clear()
    with Tasks([CeleryAdapter()]) as caught:
        yield caught


def test_delay_waits_for_the_worker(tasks: Tasks) -> None:
    add.delay(1, b=2)
    assert [str(task) for task in tasks.pending] == [f"{add.name}(1, b=2)"]
    assert seen == []
    (ran,) = tasks.run("add")
    assert ran.result == 3


def test_a_retry_goes_back_into_the_queue_as_under_a_worker(tasks: Tasks) -> None:
    flaky.delay(7)
    (first,) = tasks.run()
    assert first.retrying
    assert tasks.pending[0].attempt == 2
    ran = tasks.run_until_empty()
    assert ran[-1].result == "order 7"
    assert seen == [0, 1, 2]


def test_a_task_that_used_up_its_retries_fails_with_its_own_error(tasks: Tasks) -> None:
    hopeless.delay()
    with pytest.raises(WorldError, match="down for good") as caught:
        tasks.run_until_empty()
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_chains_hand_their_result_on_and_groups_enqueue_each_member(tasks: Tasks) -> None:
    chain(add.s(1, 2), add.s(10)).apply_async()
    tasks.run_until_empty()
    assert seen == [3, 13]
    group(add.s(1, 1), add.s(2, 2)).apply_async()
    assert len(tasks.pending) == 2


def test_arguments_pass_through_the_serializer_and_wrong_ones_are_refused_at_once(tasks: Tasks) -> None:
    add.apply_async(((1, 2), 3))
    assert tasks.pending[0].args == ([1, 2], 3)
    with pytest.raises(Exception, match="JSON serializable"):
        add.delay(object(), 1)
    with pytest.raises(TypeError, match="missing 1 required"):
        add.delay(1)


def test_a_countdown_is_honoured(tasks: Tasks) -> None:
    add.apply_async((1, 2), countdown=3600)
    tasks.run()
    assert seen == []
    tasks.run(scheduled=True)
    assert seen == [3]


def test_send_task_by_name_is_caught_too(tasks: Tasks) -> None:
    app.send_task(add.name, (4, 5))
    tasks.run()
    assert seen == [9]


def test_a_task_goes_through_its_own_serializer(tasks: Tasks) -> None:
    weigh.delay({1, 2})
    (ran,) = tasks.run()
    assert ran.result == "set"


def test_a_task_stands_in_the_queue_that_the_routes_say_or_its_caller_and_is_retried_in_that_one(
    tasks: Tasks,
) -> None:
    add.delay(1, 2)
    send_letter.delay()
    send_letter.apply_async(queue="urgent")
    app.send_task("letters.send")
    assert [task.queue for task in tasks.pending] == ["celery", "letters", "urgent", "letters"]
    tasks.run("letters.send")
    assert [(task.queue, task.attempt) for task in tasks.pending] == [
        ("celery", 1),
        ("letters", 2),
        ("urgent", 2),
        ("letters", 2),
    ]
