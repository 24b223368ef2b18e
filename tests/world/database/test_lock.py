"""The lock of a shared connection ends each wait: with the lock, or with an error that says why not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from django_journey._world.database.lock import ConnectionLock
from django_journey.errors import SharedDatabaseError


class Holder:
    """A virtual transaction of the thread that makes it."""

    def __init__(self, lock: ConnectionLock, *, holds_row_locks: bool = False) -> None:
        self.thread = threading.current_thread()
        self.holds_row_locks = holds_row_locks
        self._lock = lock

    def abandon(self) -> None:
        self._lock.release()


@pytest.fixture
def lock() -> ConnectionLock:
    return ConnectionLock('the database "default"', 0.05)


def in_a_thread(call: Callable[[], object]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def test_it_knows_its_holder(lock: ConnectionLock) -> None:
    holder = Holder(lock)
    lock.acquire(holder, "SELECT 1")
    assert lock.holder is holder
    assert lock.thread is threading.current_thread()
    lock.release()
    assert lock.holder is lock.thread is None


def test_a_thread_that_waits_for_itself_is_refused(lock: ConnectionLock) -> None:
    lock.acquire(Holder(lock), "SELECT 1")
    with pytest.raises(SharedDatabaseError, match="this thread itself holds a transaction open"):
        lock.acquire(Holder(lock), "SELECT 2")


def test_what_a_thread_left_that_has_ended_is_abandoned(lock: ConnectionLock) -> None:
    in_a_thread(lambda: lock.acquire(Holder(lock), "SELECT 1"))
    mine = Holder(lock)
    lock.acquire(mine, "SELECT 2")
    assert lock.holder is mine


def test_a_lock_whose_holder_is_unknown_is_not_waited_for_without_end(lock: ConnectionLock) -> None:
    """A thread was interrupted between two steps of acquiring or releasing it."""
    lock.acquire(Holder(lock), "SELECT 1")
    lock.holder = None
    with pytest.raises(SharedDatabaseError) as raised:
        lock.acquire(Holder(lock), "SELECT 2")
    assert "it waited 0.05 s for its turn" in str(raised.value)
    assert "no thread is known to hold the lock" in str(raised.value)


@pytest.mark.parametrize("sql", ["SELECT 1 FOR UPDATE SKIP LOCKED", "SELECT 1 FOR UPDATE NOWAIT"])
def test_a_query_that_depends_on_row_locks_is_refused_while_there_are_any(sql: str) -> None:
    lock = ConnectionLock("it", 600)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        lock.acquire(Holder(lock, holds_row_locks=True), "SELECT 1 FOR UPDATE")
        held.set()
        done.wait()
        lock.release()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        with pytest.raises(SharedDatabaseError, match="SKIP LOCKED and NOWAIT depend on rows"):
            lock.acquire(Holder(lock), sql)
    finally:
        done.set()
        thread.join()
