"""Tasks of Django's own framework, and of its backport, wait for the story; their results have the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django
import pytest
from django.utils import timezone

from django_journey._world.clock import Clock
from django_journey._world.tasks import Tasks
from django_journey._world.tasks.framework import FrameworkAdapter
from django_journey.errors import WorldError

if django.VERSION >= (6, 0):
    from django.tasks import task
    from django.tasks.signals import task_enqueued

    PACKAGE, IMMEDIATE = "django.tasks", "django.tasks.backends.immediate.ImmediateBackend"
else:
    from django_tasks import task
    from django_tasks.signals import task_enqueued

    PACKAGE, IMMEDIATE = "django_tasks", "django_tasks.backends.immediate.ImmediateBackend"

done: list[Any] = []


@task()
def ship(order: int, note: str = "") -> str:
    done.append((order, note))
    return f"shipped {order}"


@task()
def fail() -> None:
    raise LookupError("no such order")


@task()
def where_it_runs() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


@task(takes_context=True)
def attempt(context: Any) -> int:
    return int(context.attempt)


@pytest.fixture
def tasks(settings: Any) -> Iterator[Tasks]:
    settings.TASKS = {"default": {"BACKEND": IMMEDIATE}}
    done.clear()
    with Tasks([FrameworkAdapter(PACKAGE)]) as caught:
        yield caught


def test_an_enqueued_task_waits_even_where_the_settings_run_it_at_once(tasks: Tasks) -> None:
    result = ship.enqueue(7, note="fast")
    assert done == []
    assert str(tasks.pending[0]).endswith("ship(7, note='fast')")
    tasks.run("ship")
    assert done == [(7, "fast")]
    assert result.status.name in {"SUCCESSFUL", "SUCCEEDED"}
    assert result.return_value == "shipped 7"


def test_who_listens_to_what_is_enqueued_hears_it(tasks: Tasks) -> None:
    heard: list[Any] = []

    def hear(task_result: Any, **_: Any) -> None:
        heard.append(task_result)

    task_enqueued.connect(hear)
    try:
        result = ship.enqueue(7)
    finally:
        task_enqueued.disconnect(hear)
    assert heard == [result]


def test_a_task_that_async_code_enqueues_and_that_runs_at_once_runs_outside_of_the_event_loop(
    settings: Any,
) -> None:
    settings.TASKS = {"default": {"BACKEND": IMMEDIATE}}
    with Tasks([FrameworkAdapter(PACKAGE)], mode="immediate") as caught:
        asyncio.run(where_it_runs.aenqueue())
        assert [ran.error for ran in caught.ran] == [None]


def test_a_failing_task_is_reported_and_its_result_says_so(tasks: Tasks) -> None:
    result = fail.enqueue()
    with pytest.raises(WorldError, match="no such order"):
        tasks.run()
    assert result.status.name == "FAILED"
    assert "LookupError" in result.errors[0].exception_class_path


def test_a_task_that_takes_its_context_gets_it(tasks: Tasks) -> None:
    attempt.enqueue()
    (ran,) = tasks.run()
    assert ran.result == 1


def test_run_after_is_honoured(tasks: Tasks, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": IMMEDIATE.replace("immediate.Immediate", "dummy.Dummy")}}
    ship.using(run_after=timezone.now() + timedelta(days=1)).enqueue(1)
    tasks.run()
    assert done == []
    with Clock() as clock:
        clock.travel(days=2)
        tasks.run()
    assert done == [(1, "")]


def test_arguments_that_no_queue_could_carry_are_refused(tasks: Tasks) -> None:
    with pytest.raises(TypeError):
        ship.enqueue(object())


def test_nothing_is_caught_any_more_when_the_journey_is_over(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": IMMEDIATE}}
    done.clear()
    with Tasks([FrameworkAdapter(PACKAGE)]):
        pass
    ship.enqueue(3)
    assert done == [(3, "")]
