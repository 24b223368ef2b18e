"""The lock of a shared connection: it knows its holder, and raises an error where waiting would never end."""

from __future__ import annotations

import threading
from typing import Protocol

from django_journey._world.database.statements import depends_on_row_locks
from django_journey._world.server.thread_stacks import stack_of
from django_journey.errors import Explanation, SharedDatabaseError

__all__ = ["ConnectionLock", "Holder"]

_POLL_SECONDS = 0.2


class Holder(Protocol):
    """What can hold the lock: a virtual transaction."""

    @property
    def holds_row_locks(self) -> bool:
        """Whether it has locked rows until its end."""

    @property
    def thread(self) -> threading.Thread:
        """Its thread."""

    def abandon(self) -> None:
        """Roll back, and release the lock, for a thread that has ended."""


class ConnectionLock:
    """A lock that a virtual transaction holds to its end, and a statement outside of transactions while it runs.

    Args:
        connection: What is locked, for errors, e.g. ``the database "default"``.
        timeout: How long one holder may keep others waiting, in seconds.

    Attributes:
        holder: Who holds the lock, or ``None``.
    """

    def __init__(self, connection: str, timeout: float) -> None:
        self.holder: Holder | None = None
        self._connection = connection
        self._timeout = timeout
        self._lock = threading.Lock()
        self._acquired = 0
        self._abandoning = threading.Lock()

    @property
    def thread(self) -> threading.Thread | None:
        """The thread that holds the lock."""
        holder = self.holder
        return holder.thread if holder is not None else None

    def acquire(self, holder: Holder, sql: str) -> None:
        """Acquire the lock, waiting for it where that can end.

        Args:
            holder: Who will hold it.
            sql: The statement that needs it.

        Raises:
            SharedDatabaseError: The same holder kept it for the whole timeout, or can never release it.
        """
        if not self._lock.acquire(False):
            self._wait(sql)
        self.holder = holder
        self._acquired += 1

    def release(self) -> None:
        """Release the lock."""
        self.holder = None
        self._lock.release()

    def _wait(self, sql: str) -> None:
        # The waiting time is counted, since a test may have stopped the clock. It starts again with each new holder:
        # a long queue is no deadlock.
        step = min(_POLL_SECONDS, self._timeout)
        seen, waited = self._acquired, 0.0
        while not self._lock.acquire(timeout=step):
            waited += step
            holder = self.holder
            thread = holder.thread if holder is not None else None
            if thread is threading.current_thread():
                raise self._refused(
                    sql, thread, "this thread itself holds a transaction open on another connection"
                )
            if holder is not None and thread is not None and not thread.is_alive():
                self._abandon(holder)
            elif holder is not None and holder.holds_row_locks and depends_on_row_locks(sql):
                raise self._refused(sql, thread, _ROW_LOCKS, instead=_REAL_LOCKS)
            elif self._acquired != seen:
                seen, waited = self._acquired, 0.0
            elif waited >= self._timeout:
                raise self._refused(sql, thread, f"it waited {self._timeout:g} s for its turn")

    def _abandon(self, holder: Holder) -> None:
        with self._abandoning:
            if self.holder is holder:
                holder.abandon()

    def _refused(
        self, sql: str, thread: threading.Thread | None, why: str, instead: str = ""
    ) -> SharedDatabaseError:
        blocking = (
            (f"thread {thread.name!r} has a transaction open, and is running:", *stack_of(thread.ident))
            if thread is not None
            else (
                "no thread is known to hold the lock: one was interrupted while it acquired or released it",
            )
        )
        return SharedDatabaseError(
            Explanation(
                f"a statement could not use {self._connection}: {why}",
                where=f"in thread {threading.current_thread().name!r}: {_short(sql)}",
                nearest=blocking,
                instead=instead or _WAY_OUT,
            )
        )


_WAY_OUT = (
    "leave atomic() before another thread's answer is waited for (a request, a join);\n"
    "or mark the test @pytest.mark.journey(committed=True), where each thread has its own connection"
)
_REAL_LOCKS = "@pytest.mark.journey(committed=True), where each thread has its own connection and real locks"
_ROW_LOCKS = (
    "SKIP LOCKED and NOWAIT depend on rows that another connection has locked, "
    "and here all threads use the same one"
)


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 200 else f"{line[:197]}..."
