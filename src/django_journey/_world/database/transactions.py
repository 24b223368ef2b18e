"""One rolled-back transaction for the test and the threads of the live server."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from asgiref.local import Local
from django.db import connections, transaction
from django.db.backends.signals import connection_created

from django_journey._adapters.django import replace_connections
from django_journey._world.database.aliases import (
    chosen_aliases,
    identity,
    is_in_memory,
    separate_databases,
)
from django_journey._world.database.savepoint_dialects import (
    CommittingSQLite,
    Dialect,
    dialect_of,
    journal_in_memory,
)
from django_journey._world.database.shared_connection import COMMITTED, SharedConnection, VirtualTransaction
from django_journey._world.database.wrapper_lease import Lease, numbers
from django_journey._world.server.late_threads import has_late, is_late, note_late
from django_journey._world.server.thread_stacks import stack_of
from django_journey.errors import ConfigurationError, Explanation, SharedDatabaseError

__all__ = ["TIMEOUT", "SharedTransactions", "shared_transactions"]

TIMEOUT = 10.0  # seconds that one transaction may keep other threads waiting


class SharedTransactions:
    """The databases of one story, each with one connection and one transaction for all threads.

    Args:
        aliases: The databases that the story may use.
        timeout: How long one virtual transaction may keep others waiting, in seconds.
        commits: Share SQLite's in-memory databases alone, with real commits.
    """

    def __init__(self, aliases: tuple[str, ...], timeout: float, *, commits: bool = False) -> None:
        self.aliases = aliases
        self._commits = commits
        self.timeout = timeout
        self._shared: dict[str, SharedConnection] = {}
        self._templates: dict[str, Any] = {}
        self._cursor_numbers = numbers()
        self._late: list[Callable[[], bool]] = []
        #: Whether what was done stays, in the transaction around this one; set by a checkpoint.
        self.kept = False

    def connections(self) -> list[SharedConnection]:
        """Return the real connections, each once."""
        return list(dict.fromkeys(self._shared.values()))

    def refuse_inside_atomic(self, what: str) -> None:
        """Refuse to wait for another thread while this one has a transaction open.

        Args:
            what: What the calling thread is about to wait for, e.g. ``GET /articles/``.

        Raises:
            SharedDatabaseError: The other thread would wait for this transaction, which can't end.
        """
        for lease in self._here():
            if lease.virtual.open:
                raise SharedDatabaseError(
                    Explanation(
                        f"{what} would be answered by another thread, which has to wait for this one",
                        where=f"inside atomic() on {lease.shared.name}",
                        instead="leave atomic() first: a request is never a part of the test's transaction;\n"
                        f"or {COMMITTED}",
                    )
                )

    def expire(self) -> None:
        """Roll back what this thread has left open, as Django does at the end of a request."""
        for lease in self._here():
            lease.release()

    def lease(self, wrapper: Any) -> None:
        """Put a wrapper on the shared connection of its alias."""
        wrapper.journey_lease = lease = Lease(wrapper, self._shared[wrapper.alias], self._cursor_numbers)
        lease.begin()

    def create_connection(self, alias: str) -> Any:
        """Create a thread's wrapper on the shared connection (replaces the method of ``django.db.connections``)."""
        wrapper = _new_wrapper(alias)
        if is_late(self):
            wrapper.connect = _refuse_late
        elif alias in self._shared:
            wrapper.execute_wrappers = list(self._templates[alias].execute_wrappers)
            self.lease(wrapper)
        return wrapper

    def refuse_after_end(self, is_late: Callable[[], bool]) -> None:
        """Refuse the database, once the story is over, to a thread or a request that is still running.

        Args:
            is_late: Tells whether it is the calling one.
        """
        self._late.append(is_late)

    @property
    def has_late_threads(self) -> bool:
        """Whether a thread or a request of the story was still running at its end."""
        return bool(self._late) or has_late()

    def refuse_stranger(self, connection: Any) -> None:
        """Refuse a second connection to a shared database.

        It would see nothing of the story, and its commits would stay.
        """
        for alias, template in self._templates.items():
            if self._commits and identity(connection) != identity(template):
                continue
            if identity(connection) == identity(template):
                what, name = f"a second connection to {alias!r} was opened", self._shared[alias].name
            elif connection.alias in connections and connection.alias not in self.aliases:
                what = f"a connection to {connection.alias!r} was opened, which this story may not use"
                name = f"the story has {', '.join(map(repr, self.aliases))}"
            else:
                continue
            driver, connection.connection = connection.connection, None
            driver.close()
            raise SharedDatabaseError(
                Explanation(
                    f"{what}: it would not see what the story did, and what it commits would stay",
                    where=name,
                    instead=f"use django.db.connections, and allow the database to the test;\nor {COMMITTED}",
                )
            )

    def share(self, stack: ExitStack) -> None:
        """Open the real transactions, and put every thread's wrappers on them until the stack is closed."""
        for primary, mirrors in separate_databases(self.aliases).items():
            if not self._commits:
                self._open(primary, mirrors, stack)
            elif is_in_memory(connections[primary]):
                self._open_committing(primary, mirrors)
        stack.callback(_restore_wrappers, self, _replace_wrappers(self))
        has_late()  # threads that have finished their work by now may work for this story
        stack.callback(note_late, threading.enumerate())
        for wrapper in self._templates.values():
            self.lease(wrapper)
            stack.callback(_end_lease, wrapper)
        stack.callback(self._finish)

    def create_late_connection(self, alias: str) -> Any:
        """Create a wrapper after the story; for a thread that is still working in it, one that refuses to connect.

        With a connection of its own the thread would go on with its work, and really commit it.
        """
        wrapper = _new_wrapper(alias)
        if is_late(None) or any(late() for late in self._late):
            wrapper.connect = _refuse_late
        return wrapper

    def _open(self, primary: str, mirrors: list[str], stack: ExitStack) -> None:
        wrapper = connections[primary]
        _check(wrapper)
        wrapper.ensure_connection()
        if wrapper.vendor == "sqlite" and not wrapper.in_atomic_block:
            put_back = journal_in_memory(wrapper)
            if put_back is not None:
                stack.callback(put_back)
        atomic = transaction.atomic(using=primary)
        atomic.__enter__()
        stack.callback(self._end, atomic, wrapper)
        dialect = dialect_of(wrapper)
        if dialect is None:
            raise ConfigurationError(
                Explanation(
                    f"the database {primary!r} can't be shared by threads: {wrapper.settings_dict['ENGINE']}",
                    nearest=("SQLite", "PostgreSQL with psycopg 3", "MySQL and MariaDB with mysqlclient"),
                    instead=COMMITTED,
                )
            )
        dialect.open()
        self._register(primary, mirrors, wrapper, dialect)

    def _open_committing(self, primary: str, mirrors: list[str]) -> None:
        wrapper = connections[primary]
        wrapper.ensure_connection()
        self._register(primary, mirrors, wrapper, CommittingSQLite(wrapper.connection))

    def _register(self, primary: str, mirrors: list[str], wrapper: Any, dialect: Dialect) -> None:
        shared = SharedConnection(
            f"the database {primary!r}",
            wrapper.connection,
            dialect,
            self.timeout,
            savepoints=wrapper.savepoint_state,
        )
        self._shared[primary] = shared
        self._templates[primary] = wrapper
        for alias in mirrors:
            self._shared[alias] = shared
            self._templates[alias] = connections[alias]

    def _end(self, atomic: Any, wrapper: Any) -> None:
        # The test may end in another context than it began in, in an event loop, say.
        if connections[wrapper.alias] is not wrapper:
            connections[wrapper.alias] = wrapper
        wrapper.needs_rollback = not self.kept
        atomic.__exit__(None, None, None)

    def _here(self) -> Iterator[Lease]:
        for wrapper in connections.all(initialized_only=True):
            lease = getattr(wrapper, "journey_lease", None)
            if lease is not None and self._shared.get(wrapper.alias) is lease.shared:
                yield lease

    def _finish(self) -> None:
        # A thread may finish the transaction that it is in; none can begin another one.
        for template in self._templates.values():
            template.journey_lease.release()
        late: list[SharedDatabaseError] = []
        for shared in set(self._shared.values()):
            try:
                shared.lock.acquire(VirtualTransaction(shared), "the end of the story")
            except SharedDatabaseError:
                late.append(_unfinished(shared))
                self.refuse_after_end(functools.partial(_is_current, shared.lock.thread))
                shared.over = _OVER
                _interrupt(shared)
            else:
                shared.over = _OVER
                shared.lock.release()
        if late:
            raise late[0]


_OVER = "the story that shared this connection is over"


@contextmanager
def shared_transactions(
    databases: Iterable[str] | str, *, timeout: float = TIMEOUT
) -> Iterator[SharedTransactions]:
    """Let all threads use this thread's connections, in one transaction that is rolled back at the end.

    Every thread has its own ``DatabaseWrapper``, outside of any transaction, as in production: an outermost
    ``atomic`` commits, and all threads of the story see it; ``on_commit`` callbacks run; deferred foreign keys are
    checked. It may begin inside the atomic blocks of a ``TestCase``: what was written there before is visible.

    Args:
        databases: The aliases that the story may use, or ``"__all__"``.
        timeout: How long one transaction may keep the other threads waiting, in seconds.

    Raises:
        ConfigurationError: A database that can't be shared, or that is shared already.
        SharedDatabaseError: At the end, a thread is still inside a transaction.
    """
    aliases = chosen_aliases(databases)
    _check_free()
    shared = SharedTransactions(aliases, timeout)
    with ExitStack() as stack:
        shared.share(stack)
        yield shared


@contextmanager
def shared_in_memory(aliases: tuple[str, ...], timeout: float) -> Iterator[SharedTransactions | None]:
    """Share the in-memory databases of SQLite, with real transactions; ``None`` where there are none.

    Several connections to one of them (by its shared cache) would lock tables against each other.

    Args:
        aliases: The databases of the story.
        timeout: How long one transaction may keep others waiting, in seconds.
    """
    inside = [alias for alias in aliases if is_in_memory(connections[alias])]
    if not inside:
        yield None
        return
    _check_free()
    shared = SharedTransactions(aliases, timeout, commits=True)
    with ExitStack() as stack:
        shared.share(stack)
        yield shared


def _check_free() -> None:
    if vars(connections).get("journey") is not None:
        raise ConfigurationError(
            Explanation("the databases are shared already", instead="open one journey at a time")
        )


def _replace_wrappers(shared: SharedTransactions) -> Local:
    # Every other thread begins without wrappers, and loses those of the story when it ends: a thread that lives
    # longer, a pool's or a keep-alive connection's, has no stale one.
    _listen()
    mine = connections.all(initialized_only=True)
    before = replace_connections(connections)
    for wrapper in mine:
        connections[wrapper.alias] = wrapper
    handler = vars(connections)
    handler["journey"] = shared
    handler["create_connection"] = shared.create_connection
    return before


def _restore_wrappers(shared: SharedTransactions, before: Local) -> None:
    handler = vars(connections)
    del handler["journey"], handler["create_connection"]
    if shared.has_late_threads:
        handler["create_connection"] = shared.create_late_connection
    replace_connections(connections, before)


@functools.cache
def _listen() -> None:
    # Once for the process: connecting a receiver takes more time than everything else that opens a story.
    connection_created.connect(_refuse_stranger, weak=False)


def _refuse_stranger(sender: object, connection: Any, **_: object) -> None:
    shared = vars(connections).get("journey")
    if shared is not None:
        shared.refuse_stranger(connection)


def _new_wrapper(alias: str) -> Any:
    return type(connections).create_connection(connections, alias)


def _is_current(thread: threading.Thread | None) -> bool:
    return threading.current_thread() is thread


def _refuse_late() -> None:
    raise SharedDatabaseError(
        Explanation(_OVER, instead="wait in the story for what this thread does, or end it with the story")
    )


def _end_lease(wrapper: Any) -> None:
    wrapper.journey_lease.end()
    del wrapper.journey_lease


def _check(wrapper: Any) -> None:
    if not wrapper.settings_dict["AUTOCOMMIT"]:
        raise ConfigurationError(
            Explanation(
                f"the database {wrapper.alias!r} has AUTOCOMMIT off: each thread would keep all others waiting",
                where=f"settings.DATABASES[{wrapper.alias!r}]",
                instead=COMMITTED,
            )
        )
    if not (wrapper.features.supports_transactions and wrapper.features.uses_savepoints):
        raise ConfigurationError(
            Explanation(f"the database {wrapper.alias!r} has no savepoints", instead=COMMITTED)
        )


def _unfinished(shared: SharedConnection) -> SharedDatabaseError:
    thread = shared.lock.thread
    return SharedDatabaseError(
        Explanation(
            "the story ended while a transaction was still open in another thread",
            where=shared.name,
            nearest=(
                f"thread {thread.name if thread else '?'!r} is running:",
                *stack_of(thread.ident if thread else None),
            ),
            instead="wait in the story for what that thread does",
        )
    )


def _interrupt(shared: SharedConnection) -> None:
    # Otherwise the rollback would wait for the statement that is running.
    if hasattr(shared.driver, "interrupt"):
        shared.driver.interrupt()  # SQLite: nothing happens if none runs
    elif hasattr(shared.driver, "cancel"):
        if shared.wire.acquire(blocking=False):
            shared.wire.release()
        else:
            shared.driver.cancel()
