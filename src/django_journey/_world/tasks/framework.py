"""Django's own tasks framework (Django 6.0 and later), and its backport ``django_tasks``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async

from django_journey._adapters.django import set_return_value
from django_journey._world.tasks.queue import Enqueued

__all__ = ["FrameworkAdapter", "installed"]


def installed() -> list[str]:
    """Return the packages of the tasks framework that this project has: Django's own, the backport."""
    import django

    found = ["django.tasks"] if django.VERSION >= (6, 0) else []
    from django.apps import apps

    if apps.is_installed("django_tasks") or "django_tasks" in sys.modules:
        found.append("django_tasks")
    return found


class FrameworkAdapter:
    """Catches what is enqueued on any configured backend of the tasks framework.

    Args:
        package: ``django.tasks`` or ``django_tasks``.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    @contextmanager
    def catching(self, keep: Callable[[Enqueued], None]) -> Iterator[None]:
        """Answer ``Task.enqueue`` and ``aenqueue`` with a result that is ready to run."""
        task_class = import_module(f"{self._package}.base").Task
        signals = import_module(f"{self._package}.signals")

        def enqueue(task: Any, *args: Any, **kwargs: Any) -> Any:
            backend = task.get_backend()
            backend.validate_task(task)
            result = self._result(backend, task, args, kwargs)
            signals.task_enqueued.send(sender=type(backend), task_result=result)
            keep(
                Enqueued(
                    name=task.module_path,
                    args=tuple(result.args),
                    kwargs=dict(result.kwargs),
                    queue=task.queue_name,
                    due=task.run_after,
                    run=partial(self._run, backend, result),
                )
            )
            return result

        async def aenqueue(task: Any, *args: Any, **kwargs: Any) -> Any:
            # In a thread for synchronous code, as the backends do it: a task that runs at once may ask the ORM.
            return await sync_to_async(enqueue, thread_sensitive=True)(task, *args, **kwargs)

        with mock.patch.multiple(task_class, enqueue=enqueue, aenqueue=aenqueue):
            yield

    def _result(self, backend: Any, task: Any, args: Any, kwargs: Any) -> Any:
        base = import_module(f"{self._package}.base")
        # What cannot be written as JSON can't be enqueued in production either.
        normalize = self._normalize()
        return base.TaskResult(
            task=task,
            id=_random_id(),
            status=_status(base).READY,
            enqueued_at=_now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=normalize(list(args)),
            kwargs=normalize(dict(kwargs)),
            backend=backend.alias,
            errors=[],
            worker_ids=[],
        )

    def _normalize(self) -> Callable[[Any], Any]:
        home = "django.utils.json" if self._package == "django.tasks" else "django_tasks.utils"
        normalize: Callable[[Any], Any] = import_module(home).normalize_json
        return normalize

    def _run(self, backend: Any, result: Any) -> Any:
        """Run a task as a worker does, its signals sent, its result's fields set."""
        base = import_module(f"{self._package}.base")
        signals = import_module(f"{self._package}.signals")
        task = result.task
        _set(result, status=_status(base).RUNNING, started_at=_now(), last_attempted_at=_now())
        result.worker_ids.append("django-journey")
        signals.task_started.send(sender=type(backend), task_result=result)
        try:
            first = (base.TaskContext(task_result=result),) if task.takes_context else ()
            value = self._normalize()(task.call(*first, *result.args, **result.kwargs))
        except Exception as error:
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            result.errors.append(base.TaskError(exception_class_path=kind, traceback=_formatted(error)))
            _set(result, status=_status(base).FAILED, finished_at=_now())
            signals.task_finished.send(type(backend), task_result=result)
            raise
        _set(result, status=_status(base).SUCCESSFUL, finished_at=_now())
        set_return_value(result, value)
        signals.task_finished.send(type(backend), task_result=result)
        return value


def _status(base: Any) -> Any:
    return base.TaskResultStatus


def _set(result: Any, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(result, name, value)  # results are frozen dataclasses; their backends set them so


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _random_id() -> str:
    from django.utils.crypto import get_random_string

    return get_random_string(32)


def _formatted(error: BaseException) -> str:
    from traceback import format_exception

    return "".join(format_exception(error))
