"""Whose turn it is to use a shared connection, with a clear error instead of a hang."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from typing import Protocol

from django_journey.errors import Explanation, SharedDatabaseError
from django_journey.world.statements import steps_around_rows

__all__ = ["Holder", "Turn", "stack_of"]

_LOOK_AGAIN = 0.2  # seconds between two looks at whether the holder is still alive
_STACK_LINES = 14


class Holder(Protocol):
    """Who can have the turn."""

    @property
    def holds_rows(self) -> bool:
        """Whether rows are locked until its transaction ends."""

    @property
    def thread(self) -> threading.Thread:
        """The thread whose it is."""

    def abandon(self) -> None:
        """Roll back what its dead thread left open, and give the turn back."""


class Turn:
    """A lock that knows its holder: one transaction, or one statement outside any.

    Args:
        what: What is shared, e.g. ``the database "default"``.
        patience: How long the same holder may keep others waiting, in seconds.

    ``lock`` is for whoever can't afford a call: to take it without waiting, to set the ``holder`` and to count
    in ``taken`` is to ``take`` the turn.
    """

    def __init__(self, what: str, patience: float) -> None:
        self.what = what
        self.patience = patience
        self.holder: Holder | None = None
        self.taken = 0
        self.lock = threading.Lock()
        self._rescue = threading.Lock()

    @property
    def thread(self) -> threading.Thread | None:
        """The thread that has the turn."""
        holder = self.holder
        return holder.thread if holder is not None else None

    def take(self, holder: Holder, purpose: str) -> None:
        """Wait for the turn and take it.

        Args:
            holder: Who takes it.
            purpose: The statement that needs it.

        Raises:
            SharedDatabaseError: The holder kept it too long, or can't ever give it back.
        """
        if not self.lock.acquire(blocking=False):
            self._wait(purpose)
        self.holder = holder
        self.taken += 1

    def give(self) -> None:
        """Let the next one have it."""
        self.holder = None
        self.lock.release()

    def idle(self, patience: float) -> bool:
        """Wait until nobody has the turn; ``False`` when that takes longer than ``patience`` seconds."""
        if not self.lock.acquire(timeout=patience):
            return False
        self.lock.release()
        return True

    def _wait(self, purpose: str) -> None:
        around_rows = steps_around_rows(purpose)
        # Counted in looks, not by a clock that a test may have stopped. The count starts again whenever
        # somebody new gets the turn: a long queue is no deadlock.
        look = min(_LOOK_AGAIN, self.patience)
        seen, waited = self.taken, 0.0
        while not self.lock.acquire(timeout=look):
            waited += look
            holder = self.holder
            if holder is None:
                continue
            thread = holder.thread
            if thread is threading.current_thread():
                raise self._refused(purpose, thread, "this very thread holds the transaction open elsewhere")
            if not thread.is_alive():
                self._free(holder)
            elif around_rows and holder.holds_rows:
                raise self._refused(purpose, thread, _AROUND_ROWS, instead=_REALLY)
            elif self.taken != seen:
                seen, waited = self.taken, 0.0
            elif waited >= self.patience:
                raise self._refused(purpose, thread, f"it waited {self.patience:g} s for its turn")

    def _free(self, holder: Holder) -> None:
        with self._rescue:
            if self.holder is holder:
                holder.abandon()

    def _refused(
        self, purpose: str, thread: threading.Thread, why: str, instead: str = ""
    ) -> SharedDatabaseError:
        return SharedDatabaseError(
            Explanation(
                f"a statement could not use {self.what}: {why}",
                where=f"in thread {threading.current_thread().name!r}: {_short(purpose)}",
                nearest=(
                    f"thread {thread.name!r} has a transaction open, and stands here:",
                    *stack_of(thread.ident),
                ),
                instead=instead or _WAY_OUT,
            )
        )


_WAY_OUT = (
    "leave atomic() before another thread's answer is waited for (a request, a join);\n"
    "or mark the test @pytest.mark.journey(committed=True), where each thread has its own connection"
)
_REALLY = "@pytest.mark.journey(committed=True), where each thread has its own connection and real locks"
_AROUND_ROWS = (
    "SKIP LOCKED and NOWAIT depend on rows that another connection has locked, "
    "and here all threads use the same one"
)


def stack_of(ident: int | None, *, keep: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Return where a thread stands now, innermost last, one line for each call.

    Args:
        ident: The thread's identifier.
        keep: Chooses by file name which calls are shown; all of them without it.
    """
    frame = sys._current_frames().get(ident) if ident is not None else None
    if frame is None:
        return ("(it has ended)",)
    calls = [call for call in traceback.extract_stack(frame) if keep is None or keep(call.filename)]
    return tuple(
        f"{call.filename}:{call.lineno} in {call.name}: {call.line}" for call in calls[-_STACK_LINES:]
    )


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 200 else f"{line[:197]}..."
