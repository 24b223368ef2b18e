"""Lends a shared connection to one thread's ``DatabaseWrapper``, which then behaves as if it had its own."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import debug_transaction

from django_journey.trace.recorder import current, note
from django_journey.world.cursors import BufferedCursor, LeasedCursor, ServerSideCursor, SQLiteCursor
from django_journey.world.shared import SharedConnection, Virtual

__all__ = ["Lease"]

# Everything that Django keeps about a connection's transaction (django.db.backends.base.base).
_STATE = (
    "connection",
    "autocommit",
    "in_atomic_block",
    "savepoint_ids",
    "atomic_blocks",
    "commit_on_exit",
    "needs_rollback",
    "rollback_exc",
    "close_at",
    "closed_in_transaction",
    "errors_occurred",
    "health_check_enabled",
    "health_check_done",
    "run_on_commit",
    "run_commit_hooks_on_set_autocommit_on",
)
_state_of = attrgetter(*_STATE)


class Lease:
    """A wrapper on a shared connection, from ``begin`` to ``end``.

    Only the few methods by which a wrapper talks to its driver about connecting and transactions are
    exchanged, on this one instance; all else is Django's own, and so means what it always means:
    ``atomic``, ``durable``, ``on_commit``, ``select_for_update``, ``close_old_connections``.

    Args:
        wrapper: The thread's ``DatabaseWrapper``.
        shared: The connection that it is to use.
        names: Numbers for the names of cursors on the server.
    """

    def __init__(self, wrapper: Any, shared: SharedConnection, names: Iterator[int]) -> None:
        self.wrapper = wrapper
        self.shared = shared
        self.virtual = Virtual(shared)
        self._names = names
        self._new_cursor = _undecorated(type(wrapper).create_cursor)
        self._lease_cursor = _cursor_class(shared)
        self._has_named_cursors = shared.dialect.vendor == "postgresql"
        self._kept: tuple[Any, ...] = ()
        self._methods: dict[str, Any] = {}
        self._overridden: dict[str, Any] = {}

    def begin(self) -> None:
        """Put the wrapper outside of any transaction, on the shared connection."""
        wrapper = self.wrapper
        self._kept = _state_of(wrapper)
        self._methods = {
            "connect": self.connect,
            "create_cursor": self.create_cursor,
            "ensure_timezone": self.ensure_timezone,
            "is_usable": self.is_usable,
            "_close": self.close,
            "_commit": self.commit,
            "_rollback": self.rollback,
            "_set_autocommit": self.set_autocommit,
        }
        if hasattr(wrapper, "_start_transaction_under_autocommit"):
            self._methods["_start_transaction_under_autocommit"] = self.start_transaction_under_autocommit
        of_instance = vars(wrapper)
        self._overridden = {name: of_instance[name] for name in self._methods if name in of_instance}
        of_instance.update(self._methods)
        self.connect()

    def end(self) -> None:
        """Give the wrapper back as it was; what it left open is undone."""
        self.release()
        wrapper = self.wrapper
        of_instance = vars(wrapper)
        for name in self._methods:
            of_instance.pop(name, None)
        of_instance.update(self._overridden)
        for name, value in zip(_STATE, self._kept, strict=True):
            setattr(wrapper, name, value)

    def release(self) -> None:
        """Undo what is open, so that others get their turn."""
        self.shared.rollback(self.virtual)

    # What follows stands in for the wrapper's methods of the same names (with an underscore, mostly).

    def connect(self) -> None:
        """Be connected, without a new connection: nothing of the shared one is set up again."""
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
        """Roll back as a closed connection would; the shared one stays open."""
        self.release()

    def is_usable(self) -> bool:
        """Tell that it works, without asking the server between others' statements."""
        return not self.shared.over

    def ensure_timezone(self) -> bool:
        """Let Django follow a changed setting, between others' statements."""
        wrapper = self.wrapper
        return bool(self._told("SET TIME ZONE", lambda: type(wrapper).ensure_timezone(wrapper)))

    def create_cursor(self, name: str | None = None) -> Any:
        """Make a cursor of the driver whose statements wait for their turn."""
        self.shared.check()
        if not name:
            return self._lease_cursor(self._new_cursor(self.wrapper, None), self.virtual)
        # In one session names must differ, also from those of a thread that had the same number.
        cursor = self._new_cursor(self.wrapper, f"{name}_{next(self._names)}")
        return (ServerSideCursor if self._has_named_cursors else self._lease_cursor)(cursor, self.virtual)

    def start_transaction_under_autocommit(self) -> None:
        """Begin a virtual transaction with its first statement (SQLite's way into ``atomic``)."""
        self.set_autocommit(False)

    def set_autocommit(self, autocommit: bool) -> None:
        """Leave or enter autocommit; a virtual transaction begins with its first statement."""
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
        """Check what is deferred to the commit, and keep what was done."""
        with debug_transaction(self.wrapper, "COMMIT"), self._django_errors():
            self.shared.commit(self.virtual)

    def rollback(self) -> None:
        """Undo what was done since the virtual transaction began."""
        with debug_transaction(self.wrapper, "ROLLBACK"), self._django_errors():
            self.shared.rollback(self.virtual)

    @contextmanager
    def _django_errors(self) -> Iterator[None]:
        with self.wrapper.wrap_database_errors:
            yield

    def _told(self, sql: str, call: Callable[[], Any]) -> Any:
        return self.shared.run(self.virtual, sql, call)


def _undecorated(create_cursor: Any) -> Any:
    # Django asks twice whether an event loop runs here, in cursor() and in this.
    if getattr(create_cursor, "__code__", None) is BaseDatabaseWrapper.cursor.__code__:
        return create_cursor.__wrapped__
    return create_cursor


def _cursor_class(shared: SharedConnection) -> type[LeasedCursor]:
    if shared.dialect.vendor == "sqlite":
        return SQLiteCursor
    return BufferedCursor if shared.dialect.buffers else LeasedCursor


def numbers() -> Iterator[int]:
    """Count from 1; safe to be used by several threads."""
    return itertools.count(1)
