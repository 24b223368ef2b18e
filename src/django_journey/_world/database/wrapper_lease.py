"""Puts one thread's ``DatabaseWrapper`` on a shared connection, where it behaves as if it had one of its own."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.utils import debug_transaction

from django_journey._adapters.django import (
    CONNECTION_STATE,
    check_wrapper,
    connection_methods,
    connection_state,
    cursor_factory,
)
from django_journey._trace.record.recorder import current, note
from django_journey._world.database.cursors import (
    BufferedCursor,
    LeasedCursor,
    ServerSideCursor,
    SQLiteCursor,
)
from django_journey._world.database.shared_connection import SharedConnection, VirtualTransaction

__all__ = ["Lease"]


class Lease:
    """A wrapper on a shared connection, from ``begin`` to ``end``.

    On this instance alone, the methods by which a wrapper talks to its driver about connecting and transactions are
    replaced. Everything else is Django's own code, with its usual meaning: ``atomic``, ``durable``, ``on_commit``,
    ``select_for_update``, ``close_old_connections``.

    Args:
        wrapper: The thread's ``DatabaseWrapper``.
        shared: The connection.
        cursor_numbers: Numbers for the names of server-side cursors.
    """

    def __init__(self, wrapper: Any, shared: SharedConnection, cursor_numbers: Iterator[int]) -> None:
        self.wrapper = wrapper
        self.shared = shared
        self.virtual = VirtualTransaction(shared)
        self._cursor_numbers = cursor_numbers
        self._new_cursor = cursor_factory(wrapper)
        self._lease_cursor = _cursor_class(shared)
        self._has_named_cursors = shared.dialect.vendor == "postgresql"
        self._stored_state: tuple[Any, ...] = ()
        self._methods: dict[str, Any] = {}
        self._overridden: dict[str, Any] = {}

    def begin(self) -> None:
        """Put the wrapper on the shared connection, outside of any transaction."""
        wrapper = self.wrapper
        check_wrapper(wrapper)
        self._stored_state = connection_state(wrapper)
        self._methods = {name: getattr(self, name.lstrip("_")) for name in connection_methods(wrapper)}
        of_instance = vars(wrapper)
        self._overridden = {name: of_instance[name] for name in self._methods if name in of_instance}
        of_instance.update(self._methods)
        wrapper.savepoint_state = max(wrapper.savepoint_state, self.shared.savepoints)
        self.connect()

    def end(self) -> None:
        """Roll back what is open, and restore the wrapper."""
        self.release()
        wrapper = self.wrapper
        of_instance = vars(wrapper)
        for name in self._methods:
            of_instance.pop(name, None)
        of_instance.update(self._overridden)
        for name, value in zip(CONNECTION_STATE, self._stored_state, strict=True):
            setattr(wrapper, name, value)

    def release(self) -> None:
        """Roll back what is open, so that other threads can go on."""
        self.shared.rollback(self.virtual)

    # The replacements of the wrapper's methods; some of those have an underscore before the name.

    def connect(self) -> None:
        """Use the shared connection, which is set up already, and reset the state as Django's ``connect`` does."""
        wrapper = self.wrapper
        self.release()
        max_age = wrapper.settings_dict["CONN_MAX_AGE"]
        self.virtual.autocommit = True
        wrapper.in_atomic_block = False
        wrapper.savepoint_ids = []
        wrapper.atomic_blocks = []
        wrapper.commit_on_exit = True
        wrapper.needs_rollback = False
        wrapper.rollback_exc = None
        wrapper.close_at = None if max_age is None else time.monotonic() + max_age
        wrapper.closed_in_transaction = False
        wrapper.errors_occurred = False
        wrapper.health_check_enabled = False
        wrapper.health_check_done = True
        wrapper.run_on_commit = []
        wrapper.run_commit_hooks_on_set_autocommit_on = False
        wrapper.autocommit = True
        wrapper.connection = self.shared.driver

    def close(self) -> None:
        """Roll back, as closing a connection does; the shared one stays open."""
        self.release()

    def is_usable(self) -> bool:
        """Return whether statements can run, without asking the server."""
        return not self.shared.over

    def ensure_timezone(self) -> bool:
        """Let Django set the time zone, under the lock."""
        wrapper = self.wrapper
        set_time_zone = functools.partial(type(wrapper).ensure_timezone, wrapper)
        return bool(self.shared.run(self.virtual, "SET TIME ZONE", set_time_zone))

    def create_cursor(self, name: str | None = None) -> Any:
        """Create a cursor of the driver whose statements run under the lock."""
        self.shared.check()
        if not name:
            return self._lease_cursor(self._new_cursor(self.wrapper, None), self.virtual)
        # All threads share one session, and a new thread may have the number of one that has ended.
        cursor = self._new_cursor(self.wrapper, f"{name}_{next(self._cursor_numbers)}")
        return (ServerSideCursor if self._has_named_cursors else self._lease_cursor)(cursor, self.virtual)

    def start_transaction_under_autocommit(self) -> None:
        """Leave autocommit mode (SQLite's way into ``atomic``), and log it as a statement as Django does."""
        with debug_transaction(self.wrapper, "BEGIN"):
            self.set_autocommit(False)

    def set_autocommit(self, autocommit: bool) -> None:
        """Enter or leave autocommit mode; a virtual transaction begins with its first statement."""
        if autocommit and self.virtual.open:
            if self.shared.dialect.vendor == "postgresql":
                with self._django_errors():
                    raise self.wrapper.Database.ProgrammingError(
                        "can't change 'autocommit' now: connection in transaction status INTRANS"
                    )
            self.commit()
        self.virtual.autocommit = autocommit
        if autocommit and self.wrapper.run_on_commit and current() is not None:
            hooks = [getattr(hook, "__qualname__", repr(hook)) for _, hook, _ in self.wrapper.run_on_commit]
            note("on_commit", f"{len(hooks)} after the commit", alias=self.wrapper.alias, callbacks=hooks)

    def commit(self) -> None:
        """Run the deferred checks, and commit the virtual transaction."""
        with debug_transaction(self.wrapper, "COMMIT"), self._django_errors():
            self.shared.commit(self.virtual)

    def rollback(self) -> None:
        """Roll the virtual transaction back."""
        with debug_transaction(self.wrapper, "ROLLBACK"), self._django_errors():
            self.shared.rollback(self.virtual)

    @contextmanager
    def _django_errors(self) -> Iterator[None]:
        with self.wrapper.wrap_database_errors:
            yield


def _cursor_class(shared: SharedConnection) -> type[LeasedCursor]:
    if shared.dialect.vendor == "sqlite":
        return SQLiteCursor
    return BufferedCursor if shared.dialect.buffers else LeasedCursor


def numbers() -> Iterator[int]:
    """Count from 1, in all threads."""
    return itertools.count(1)
