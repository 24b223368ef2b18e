"""Celery: tasks are caught where they would be sent to the broker, and run as its worker runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

from django_journey._adapters.celery import check_arguments, execution_options
from django_journey._world.tasks.queue import Enqueued, Retrying

__all__ = ["CeleryAdapter", "is_installed"]


@cache
def is_installed() -> bool:
    """Tell whether there is Celery; a view may load it in the middle of the first story, too late to be caught."""
    try:
        import celery  # noqa: F401
    except ImportError:
        return False
    return True


class CeleryAdapter:
    """Catches every task of every Celery app in this process; no broker is asked for anything."""

    @contextmanager
    def catching(self, keep: Callable[[Enqueued], None]) -> Iterator[None]:
        """Answer ``apply_async``, ``delay`` and ``send_task`` with a task that is ready to run."""
        from celery import Celery
        from celery.app.task import Task

        def apply_async(
            task: Any, args: Any = None, kwargs: Any = None, task_id: Any = None, *_more: Any, **options: Any
        ) -> Any:
            arguments, named = list(args or ()), dict(kwargs or {})
            check_arguments(task, arguments, named)
            options = {**execution_options(task), "task_id": task_id, **options}
            return self._send(task.app, task.name, arguments, named, options, keep)

        def send_task(
            app: Any, name: str, args: Any = None, kwargs: Any = None, *_more: Any, **options: Any
        ) -> Any:
            return self._send(app, name, list(args or ()), dict(kwargs or {}), options, keep)

        with (
            mock.patch.object(Task, "apply_async", apply_async),
            mock.patch.object(Celery, "send_task", send_task),
        ):
            yield

    def _send(
        self,
        app: Any,
        name: str,
        args: list[Any],
        kwargs: dict[str, Any],
        options: dict[str, Any],
        keep: Callable[[Enqueued], None],
    ) -> Any:
        from celery.utils import uuid

        args, kwargs = _through_the_serializer(app, options.get("serializer"), (args, kwargs))
        task_id = options.get("task_id") or uuid()
        attempt = (options.get("retries") or 0) + 1
        options["queue"] = _queue(app, name, args, kwargs, options)
        keep(
            Enqueued(
                name=name,
                args=tuple(args),
                kwargs=kwargs,
                queue=options["queue"],
                due=_due(options),
                attempt=attempt,
                run=lambda: _work(app, name, task_id, args, kwargs, {**options, "retries": attempt - 1}),
            )
        )
        return app.AsyncResult(task_id)


def _work(
    app: Any, name: str, task_id: str, args: list[Any], kwargs: Mapping[str, Any], options: dict[str, Any]
) -> Any:
    """Run a task through Celery's own tracer, so that callbacks, chains and retries are Celery's."""
    from celery.app.trace import build_tracer
    from celery.exceptions import Retry

    task = app.tasks[name]
    request = {
        "id": task_id,
        "task": name,
        "args": args,
        "kwargs": kwargs,
        "retries": options["retries"],
        # A retry must go back into the queue, as under a worker, and not run on the spot.
        "is_eager": False,
        "callbacks": _as_list(options.get("link")),
        "errbacks": _as_list(options.get("link_error")),
        "chain": options.get("chain"),
        "chord": options.get("chord"),
        "group": options.get("group_id"),
        "hostname": "django-journey",
        "headers": options.get("headers"),
        "ignore_result": options.get("ignore_result", task.ignore_result),
        # As a message says it that was sent to a queue by its name: a retry goes back to that one.
        "delivery_info": {"is_eager": False, "exchange": "", "routing_key": options["queue"]},
    }
    # ``eager`` here means only that no result is stored in a result backend.
    tracer = build_tracer(name, task, eager=True, propagate=False, app=app)
    outcome = tracer(task_id, args, dict(kwargs), request)
    value = outcome.retval
    info = outcome.info
    if info is None:
        return value
    error = getattr(info, "retval", None) or value
    error = getattr(error, "exc", None) if isinstance(error, Retry) else getattr(error, "exception", error)
    if info.state == "RETRY":
        raise Retrying from (error if isinstance(error, BaseException) else None)
    if isinstance(error, BaseException):
        raise error
    return None


def _through_the_serializer(app: Any, serializer: str | None, value: Any) -> Any:
    """Write and read the arguments as the broker's message would; what can't be written is an error there too."""
    from kombu.serialization import dumps, loads

    content_type, encoding, data = dumps(value, serializer=serializer or app.conf.task_serializer)  # type: ignore[no-untyped-call]
    return loads(data, content_type, encoding, accept={content_type})  # type: ignore[no-untyped-call]


def _queue(app: Any, name: str, args: list[Any], kwargs: dict[str, Any], options: Mapping[str, Any]) -> str:
    """Return the name of the queue that a task is sent to: as it was called, by ``task_routes``, or the default."""
    queue = app.amqp.router.route(dict(options), name, args, kwargs, app.tasks.get(name)).get("queue")
    return str(getattr(queue, "name", queue) or app.conf.task_default_queue)


def _due(options: Mapping[str, Any]) -> datetime | None:
    eta, countdown = options.get("eta"), options.get("countdown")
    if countdown:
        return datetime.now(UTC) + timedelta(seconds=float(countdown))
    if isinstance(eta, datetime):
        return eta if eta.tzinfo else eta.replace(tzinfo=UTC)
    return None


def _as_list(value: Any) -> list[Any] | None:
    if not value:
        return None
    return list(value) if isinstance(value, (list, tuple)) else [value]
