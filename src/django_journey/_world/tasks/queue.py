"""The tasks of one journey: stored when they are enqueued, run when the story runs the worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from django_journey._trace.record import recorder
from django_journey._world.tasks.deadline import deadline
from django_journey.errors import Explanation, WorldError

__all__ = ["Enqueued", "Ran", "TaskAdapter", "Tasks"]

_EXPECTED = "a failure that the story expects: with pytest.raises(WorldError): journey.tasks.run()"
_EXPLICIT = (
    "a failure that the story expects needs the worker's turn to be asked for:\n"
    '@pytest.mark.journey(tasks="explicit"), then with pytest.raises(WorldError): journey.tasks.run()'
)


@dataclass(frozen=True, slots=True, eq=False)
class Enqueued:
    """An enqueued task.

    Args:
        name: The task's name, as its framework knows it (dotted).
        args: Its positional arguments, as they come out of the queue's serialiser.
        kwargs: Its named arguments, likewise.
        queue: The name of its queue.
        due: When it may run at the earliest, or ``None`` for at once.
        attempt: 1 for the first time, one more for each retry.
        by: The step that enqueued it, or 0.
        run: Does the work; raises what the task raises.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    queue: str = "default"
    due: datetime | None = None
    attempt: int = 1
    by: int = 0
    run: Callable[[], Any] = field(default=lambda: None, repr=False, compare=False)

    def __str__(self) -> str:
        arguments = [repr(value) for value in self.args]
        arguments += [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.name}({', '.join(arguments)})"


@dataclass(frozen=True, slots=True)
class Ran:
    """A task that the worker has run: what it returned or raised; ``retrying`` if it is to run again."""

    task: Enqueued
    result: Any = None
    error: BaseException | None = None
    retrying: bool = False


class TaskAdapter(Protocol):
    """Catches the tasks of one framework: while its context is open, ``keep`` is called with every enqueued task.

    Write one for a framework that is not supported, and name its class in ``JOURNEY["task_adapters"]``.
    """

    def catching(self, keep: Callable[[Enqueued], None]) -> AbstractContextManager[Any]:
        """Return a context in which nothing reaches a real broker."""


class Retrying(Exception):
    """Raised by an adapter's ``run`` where the task was enqueued once more instead of ending."""


class Tasks:
    """The journey's queues.

    Args:
        adapters: The task frameworks to catch.
        mode: ``explicit`` (tasks wait for ``run``) or ``immediate`` (each runs when it is enqueued).
        timeout: How long one task may take, in seconds of real time.

    Raises:
        WorldError: On leaving, where tasks ran when they were enqueued, and failed; unless another error
            is on its way.
    """

    def __init__(
        self,
        adapters: Iterable[TaskAdapter],
        *,
        mode: Literal["explicit", "immediate"] = "explicit",
        timeout: float = 60.0,
    ) -> None:
        self._adapters = tuple(adapters)
        self._mode = mode
        self._timeout = timeout
        self._waiting: list[Enqueued] = []
        self._ran: list[Ran] = []
        self._untold: list[Ran] = []
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with self._closing as opening:
            for adapter in self._adapters:
                opening.enter_context(adapter.catching(self._keep))
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
        failed, self._untold = self._untold, []
        if failed and error is None:
            raise _failures(failed, len(self._ran), _EXPLICIT) from failed[0].error

    @property
    def pending(self) -> list[Enqueued]:
        """The tasks that wait, oldest first; also those whose time has not come."""
        return list(self._waiting)

    @property
    def ran(self) -> list[Ran]:
        """The tasks that the worker has run, in that order."""
        return list(self._ran)

    @property
    def untold(self) -> list[Ran]:
        """The tasks that failed when they were enqueued, and whose errors were not raised yet; leaving raises them."""
        return list(self._untold)

    def run(self, name: str | None = None, *, scheduled: bool = False) -> list[Ran]:
        """Run the worker: every task that is waiting now and due runs once.

        Tasks that these enqueue wait for the next call.

        Args:
            name: Only tasks of that name; its last part is enough.
            scheduled: Also run tasks whose time has not come yet.

        Raises:
            WorldError: No task of that name is waiting and due; or tasks failed, after all have run (the first one's
                error is the cause).
        """
        chosen = [task for task in self._waiting if _is_called(task, name) and (scheduled or _is_due(task))]
        if name is not None and not chosen:
            raise self._nothing_called(name)
        with recorder.step("run tasks", name or f"{len(chosen)} pending"):
            done = [self._turn(task) for task in chosen]
            _raise_failures(done)
        return done

    def run_until_empty(self, limit: int = 100) -> list[Ran]:
        """Run the worker until no task that is due is waiting.

        Args:
            limit: How many tasks may run before this gives up.

        Raises:
            WorldError: Tasks are still enqueued after that many, or tasks failed.
        """
        done: list[Ran] = []
        with recorder.step("run tasks", "until none is left"):
            while due := [task for task in self._waiting if _is_due(task)]:
                for task in due:
                    if len(done) >= limit:
                        raise WorldError(
                            Explanation(
                                f"tasks are still waiting after {limit} have run",
                                where="journey.tasks.run_until_empty()",
                                nearest=tuple(str(task) for task in itertools.islice(self._waiting, 5)),
                                instead="does a task enqueue itself? run_until_empty(limit=…) allows for more",
                            )
                        )
                    done.append(self._turn(task))
            _raise_failures(done)
        return done

    def clear(self) -> None:
        """Delete the tasks that are waiting."""
        self._waiting.clear()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Forget at the end what is enqueued and run inside; what waits already is left alone by it."""
        before = self._waiting, self._ran, self._untold, self._mode
        self._waiting, self._ran, self._untold, self._mode = [], [], [], "explicit"
        try:
            yield
        finally:
            self._waiting, self._ran, self._untold, self._mode = before

    def state(self) -> tuple[list[Enqueued], list[Ran], list[Ran]]:
        """Return what waits, what has run, and what failed unnoticed."""
        return list(self._waiting), list(self._ran), list(self._untold)

    def set_state(self, state: tuple[list[Enqueued], list[Ran], list[Ran]]) -> None:
        """Go on from what ``state`` returned."""
        self._waiting, self._ran, self._untold = list(state[0]), list(state[1]), list(state[2])

    def _keep(self, task: Enqueued) -> None:
        scope = recorder.current()
        stored = replace(task, by=scope.step if scope else 0)
        recorder.note(
            "task",
            f"enqueued {stored}",
            name=stored.name,
            queue=stored.queue,
            attempt=stored.attempt,
            due=stored.due.isoformat() if stored.due else "",
        )
        self._waiting.append(stored)
        if self._mode == "immediate" and _is_due(stored):
            outcome = self._turn(stored)
            # As in production, the code that enqueues a task does not get its error; the story does, at its end.
            if outcome.error is not None and not outcome.retrying:
                self._untold.append(outcome)

    def _turn(self, task: Enqueued) -> Ran:
        if task in self._waiting:
            self._waiting.remove(task)
        try:
            with deadline(self._timeout, str(task)):
                outcome = Ran(task, result=task.run())
        except Retrying as again:
            outcome = Ran(task, error=again.__cause__, retrying=True)
        except Exception as error:
            outcome = Ran(task, error=error)
        how = "is to be retried" if outcome.retrying else "failed" if outcome.error else "done"
        recorder.note("task", f"{task} {how}", name=task.name, error=_named(outcome.error))
        self._ran.append(outcome)
        return outcome

    def _nothing_called(self, name: str) -> WorldError:
        return WorldError(
            Explanation(
                f"no task called {name!r} waits and is due",
                where="journey.tasks",
                nearest=tuple(_described(task) for task in self._waiting) or ("nothing waits at all",),
                instead="check that it was enqueued (in on_commit: was there a commit?), or travel to its time\n"
                "with journey.clock.travel(…), or run(…, scheduled=True)",
            )
        )


def _is_called(task: Enqueued, name: str | None) -> bool:
    return name is None or task.name == name or task.name.endswith(f".{name}")


def _is_due(task: Enqueued) -> bool:
    return task.due is None or task.due <= datetime.now(UTC)


def _described(task: Enqueued) -> str:
    return f"{task}, due {task.due.isoformat()}" if task.due and not _is_due(task) else str(task)


def _named(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}" if error is not None else ""


def _raise_failures(done: list[Ran]) -> None:
    failed = [item for item in done if item.error is not None and not item.retrying]
    if failed:
        raise _failures(failed, len(done), _EXPECTED) from failed[0].error


def _failures(failed: list[Ran], number: int, instead: str) -> WorldError:
    return WorldError(
        Explanation(
            f"{len(failed)} of {number} tasks failed",
            where="journey.tasks",
            nearest=tuple(f"{item.task}: {_named(item.error)}" for item in failed),
            instead=f"see the cause above; {instead}",
        )
    )
