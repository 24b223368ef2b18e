"""Tasks wait until the story gives the worker its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from django_journey._world.clock import Clock
from django_journey._world.tasks import Enqueued, Tasks
from django_journey.errors import WorldError


class Framework:
    """A task framework of a project's own, caught by the small protocol."""

    def __init__(self) -> None:
        self.keep: Callable[[Enqueued], None] | None = None

    @contextmanager
    def catching(self, keep: Callable[[Enqueued], None]) -> Iterator[None]:
        self.keep = keep
        try:
            yield
        finally:
            self.keep = None

    def enqueue(self, name: str, work: Callable[[], Any], **more: Any) -> None:
        assert self.keep is not None
        self.keep(Enqueued(name=name, run=work, **more))


def test_a_task_waits_until_the_worker_has_its_turn() -> None:
    framework, done = Framework(), []
    with Tasks([framework]) as tasks:
        framework.enqueue("shop.tasks.ship", lambda: done.append("shipped"), args=(7,), kwargs={"fast": True})
        assert [str(task) for task in tasks.pending] == ["shop.tasks.ship(7, fast=True)"]
        assert done == []
        tasks.run()
        assert done == ["shipped"]
        assert tasks.pending == []
    assert framework.keep is None


def test_one_turn_runs_what_waited_when_it_began_and_no_more() -> None:
    framework, done = Framework(), []

    def first() -> None:
        done.append("first")
        framework.enqueue("second", lambda: done.append("second"))

    with Tasks([framework]) as tasks:
        framework.enqueue("first", first)
        tasks.run()
        assert done == ["first"]
        tasks.run("second")
        assert done == ["first", "second"]


def test_run_until_empty_follows_what_tasks_enqueue_and_stops_at_its_limit() -> None:
    framework = Framework()

    def again() -> None:
        framework.enqueue("again", again)

    with Tasks([framework]) as tasks:
        framework.enqueue("again", again)
        with pytest.raises(WorldError, match=r"still waiting after 5 have run"):
            tasks.run_until_empty(limit=5)
        assert len(tasks.ran) == 5


def test_a_task_runs_only_when_its_time_has_come() -> None:
    framework, done = Framework(), []
    with Tasks([framework]) as tasks, Clock() as clock:
        framework.enqueue(
            "remind", lambda: done.append("reminded"), due=datetime.now(UTC) + timedelta(days=2)
        )
        tasks.run()
        assert done == []
        with pytest.raises(WorldError, match=r"no task called 'remind' waits and is due(.|\n)*clock\.travel"):
            tasks.run("remind")
        clock.travel(days=3)
        tasks.run()
        assert done == ["reminded"]


def test_a_failing_task_does_not_keep_the_others_from_their_turn_and_is_reported() -> None:
    framework, done = Framework(), []

    def fail() -> None:
        raise LookupError("no such order")

    with Tasks([framework]) as tasks:
        framework.enqueue("fails", fail)
        framework.enqueue("works", lambda: done.append("worked"))
        with pytest.raises(WorldError, match=r"1 of 2 tasks failed(.|\n)*no such order") as caught:
            tasks.run()
        assert isinstance(caught.value.__cause__, LookupError)
        assert done == ["worked"]


def test_a_task_that_never_ends_is_stopped_where_it_stands() -> None:
    framework = Framework()

    def forever() -> None:
        threading.Event().wait()

    with Tasks([framework], timeout=0.05) as tasks:
        framework.enqueue("forever", forever)
        with pytest.raises(WorldError, match=r"has not ended after 0.05 seconds"):
            tasks.run()


def test_immediate_mode_runs_a_task_when_it_is_enqueued() -> None:
    framework, done = Framework(), []
    with Tasks([framework], mode="immediate") as tasks:
        framework.enqueue("now", lambda: done.append("now"))
        assert done == ["now"]
        assert tasks.pending == []


def test_a_name_that_was_not_enqueued_lists_what_waits() -> None:
    framework = Framework()
    with Tasks([framework]) as tasks:
        framework.enqueue("shop.tasks.ship", lambda: None)
        with pytest.raises(WorldError, match=r"'shipp' waits(.|\n)*shop\.tasks\.ship\(\)"):
            tasks.run("shipp")
