"""Lets requests into the site while a story is going on, and knows which are still running."""

from __future__ import annotations

import contextvars
import itertools
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey.errors import Explanation, WorldError
from django_journey.world.turns import stack_of

__all__ = [
    "LATE",
    "REQUEST_ID",
    "Database",
    "Gate",
    "Visit",
    "number_of_request",
    "standing_of_thread",
    "visited",
]

REQUEST_ID = "X-Journey-Request"
_LOOK_AGAIN = 0.05  # seconds
LATE = b"No story is going on: this request came too late, or too early.\n"

_visit: contextvars.ContextVar[Visit | None] = contextvars.ContextVar("django_journey_visit", default=None)


class Database(Protocol):
    """What a request's end tells the story's databases."""

    def expire(self) -> None:
        """Undo what the request's thread has left open."""

    def disown(self, is_late: Callable[[], bool]) -> None:
        """Refuse the databases, once the story is over, to a request that goes on."""


@dataclass(eq=False, slots=True)
class Visit:
    """One request that the server is answering.

    Args:
        number: Its key, from its ``X-Journey-Request`` header or counted.
        method: The HTTP method, or ``WEBSOCKET``.
        path: The path with the query.
        context: A copy of the story's context, to answer it in.
        database: The story's databases, or ``None`` where each thread has real connections.
        streaming: Whether the answer has begun and its length is unknown.
        cut: Called when the story ends, to end what would go on for ever.
        standing: Says where it stands, for the error that names it.
    """

    number: str
    method: str
    path: str
    context: contextvars.Context
    database: Database | None
    streaming: bool = False
    over: bool = False
    cut: Callable[[], None] | None = None
    standing: Callable[[], tuple[str, ...]] | None = None
    began: float = field(default_factory=time.monotonic)

    def run(self, call: Callable[..., Any], *args: Any) -> Any:
        """Run a call in the story's context, as a part of this visit."""
        return self.context.run(self._run, call, args)

    def enter(self) -> None:
        """Make this the visit of the current context."""
        _visit.set(self)

    def _run(self, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        self.enter()
        return call(*args)


class Gate:
    """Open while a story is going on; between stories every request is turned away.

    ``exceptions`` has what views raised, by the number of the request.
    """

    def __init__(self) -> None:
        self.exceptions: dict[str, BaseException] = {}
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._running: set[Visit] = set()
        self._context: contextvars.Context | None = None
        self._database: Database | None = None

    def open(self, context: contextvars.Context, database: Database | None) -> None:
        """Let requests in: each runs in a copy of that context."""
        with self._changed:
            self.exceptions.clear()
            self._context = context
            self._database = database

    def admit(self, method: str, path: str, number: str = "") -> Visit | None:
        """Let a request in, or return ``None`` between stories."""
        with self._changed:
            if self._context is None:
                return None
            visit = Visit(
                number=number or str(next(self._numbers)),
                method=method,
                path=path,
                context=self._context.copy(),
                database=self._database,
            )
            self._running.add(visit)
            return visit

    def leave(self, visit: Visit) -> None:
        """Take note that a request is answered."""
        with self._changed:
            visit.over = True
            self._running.discard(visit)
            self._changed.notify_all()

    def keep_exception(self, **_: object) -> None:
        """Keep what a view raised (receives Django's ``got_request_exception``)."""
        visit, error = _visit.get(), sys.exc_info()[1]
        if visit is not None and error is not None:
            self.exceptions[visit.number] = error

    def close(self, patience: float) -> None:
        """Let nobody in any more, and wait for those who are inside.

        Args:
            patience: How long to wait, in seconds.

        Raises:
            WorldError: A request is still running; it is named, with where it stands.
        """
        with self._changed:
            self._context = None
            database, self._database = self._database, None
            for visit in list(self._running):
                if visit.cut is not None:
                    visit.cut()
            waited = 0.0  # counted, for a test may have stopped the clock
            while self._running and waited < patience:
                if not self._changed.wait(_LOOK_AGAIN):
                    waited += _LOOK_AGAIN
            hanging = sorted(self._running, key=lambda visit: visit.began)
            self._running.clear()
        if hanging:
            for visit in hanging:
                if database is not None:
                    database.disown(lambda visit=visit: _visit.get() is visit)  # type: ignore[misc]
            raise _still_running(hanging, patience)


def number_of_request() -> str:
    """Return the number of the request that the calling context answers, or an empty text if it answers none."""
    visit = _visit.get()
    return visit.number if visit is not None else ""


def visited() -> Visit | None:
    """Return the visit that the calling context is a part of, if it is of one."""
    return _visit.get()


def _still_running(hanging: list[Visit], patience: float) -> WorldError:
    longest = hanging[0]
    return WorldError(
        Explanation(
            f"{len(hanging)} request(s) still running {patience:g} s after the end of the story: "
            + ", ".join(f"{visit.method} {visit.path}" for visit in hanging[:5]),
            where=f"the first one began {time.monotonic() - longest.began:.1f} s ago",
            nearest=longest.standing() if longest.standing is not None else (),
            instead="wait in the story for what the page loads, or end the view that goes on",
        )
    )


def standing_of_thread(ident: int) -> Callable[[], tuple[str, ...]]:
    """Return what says where a thread stands."""
    return lambda: stack_of(ident)
