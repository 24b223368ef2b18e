"""The requests that the live server is answering, and the gate that lets them in while a story is running."""

from __future__ import annotations

import contextvars
import itertools
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey._world.server.thread_stacks import stack_of
from django_journey.errors import Explanation, WorldError

__all__ = [
    "LATE",
    "REQUEST_ID",
    "Database",
    "InFlightRequest",
    "RequestGate",
    "current_request",
    "number_of_request",
    "stack_reporter",
]

REQUEST_ID = "X-Journey-Request"
LATE = b"No story is running: this request came too late, or too early.\n"
_POLL_SECONDS = 0.05

_current: contextvars.ContextVar[InFlightRequest | None] = contextvars.ContextVar(
    "django_journey_in_flight", default=None
)


class Database(Protocol):
    """What the server needs of a story's databases."""

    def expire(self) -> None:
        """Roll back what the calling thread has left open."""

    def refuse_after_end(self, is_late: Callable[[], bool]) -> None:
        """Refuse the databases, once the story is over, to a request that is still running."""


@dataclass(eq=False, slots=True)
class InFlightRequest:
    """One request that the server is answering.

    Args:
        number: Its key: the value of its ``X-Journey-Request`` header, else counted.
        method: The HTTP method, or ``WEBSOCKET``.
        path: The path with the query.
        context: A copy of the story's context, to answer it in.
        database: The story's databases, or ``None`` where each thread has real connections.
        streaming: Whether the response has begun and its length is unknown.
        cut: Called at the end of the story, to end a stream or a websocket.
        stack: Returns the lines that its thread or task is running, for errors.
    """

    number: str
    method: str
    path: str
    context: contextvars.Context
    database: Database | None
    streaming: bool = False
    cut: Callable[[], None] | None = None
    stack: Callable[[], tuple[str, ...]] | None = None
    began: float = field(default_factory=time.monotonic)

    def run(self, call: Callable[..., Any], *args: Any) -> Any:
        """Run a call in the story's context, as a part of this request."""
        self.context.run(self.enter)
        return self.context.run(call, *args)

    def enter(self) -> None:
        """Make this the request of the current context."""
        _current.set(self)


class RequestGate:
    """Admits requests while a story is running, and rejects them between stories.

    Attributes:
        exceptions: What views raised in the current story, by the number of the request.
    """

    def __init__(self) -> None:
        self.exceptions: dict[str, BaseException] = {}
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._running: set[InFlightRequest] = set()
        self._context: contextvars.Context | None = None
        self._database: Database | None = None

    def open(self, context: contextvars.Context, database: Database | None) -> None:
        """Admit requests from now on; each runs in a copy of the context."""
        with self._changed:
            self.exceptions.clear()
            self._context = context
            self._database = database

    def admit(self, method: str, path: str, number: str = "") -> InFlightRequest | None:
        """Admit a request, or return ``None`` between stories."""
        with self._changed:
            if self._context is None:
                return None
            request = InFlightRequest(
                number=number or str(next(self._numbers)),
                method=method,
                path=path,
                context=self._context.copy(),
                database=self._database,
            )
            self._running.add(request)
            return request

    def leave(self, request: InFlightRequest) -> None:
        """Take note that a request is answered."""
        with self._changed:
            self._running.discard(request)
            self._changed.notify_all()

    def store_exception(self, **_: object) -> None:
        """Store what a view raised (a receiver of Django's ``got_request_exception``)."""
        request, error = _current.get(), sys.exc_info()[1]
        if request is not None and error is not None:
            self.exceptions[request.number] = error

    def close(self, patience: float) -> None:
        """Admit no more requests, and wait for those that are running.

        Args:
            patience: How long to wait, in seconds.

        Raises:
            WorldError: A request is still running; the error names it and the line that it is running.
        """
        with self._changed:
            self._context = None
            database, self._database = self._database, None
            for request in list(self._running):
                if request.cut is not None:
                    request.cut()
            waited = 0.0  # counted: the test may have stopped the clock
            while self._running and waited < patience:
                if not self._changed.wait(_POLL_SECONDS):
                    waited += _POLL_SECONDS
            hanging = sorted(self._running, key=lambda request: request.began)
            self._running.clear()
        if hanging:
            if database is not None:
                database.refuse_after_end(lambda: _current.get() in hanging)
            raise _still_running(hanging, patience)


def current_request() -> InFlightRequest | None:
    """Return the request that the calling context belongs to, or ``None``."""
    return _current.get()


def number_of_request() -> str:
    """Return the number of the request that the calling context belongs to, or an empty text."""
    request = _current.get()
    return request.number if request is not None else ""


def _still_running(hanging: list[InFlightRequest], patience: float) -> WorldError:
    longest = hanging[0]
    return WorldError(
        Explanation(
            f"{len(hanging)} request(s) still running {patience:g} s after the end of the story: "
            + ", ".join(f"{request.method} {request.path}" for request in hanging[:5]),
            where=f"the first one began {time.monotonic() - longest.began:.1f} s ago",
            nearest=longest.stack() if longest.stack is not None else (),
            instead="wait in the story for what the page loads, or end the view that is still running",
        )
    )


def stack_reporter(ident: int) -> Callable[[], tuple[str, ...]]:
    """Return a function that returns the lines that a thread is running."""
    return lambda: stack_of(ident)
