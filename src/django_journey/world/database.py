"""One rolled-back transaction for the test, the server's threads and the browser that calls them."""

from __future__ import annotations

import difflib
import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from asgiref.local import Local
from django.db import connections, transaction
from django.db.backends.signals import connection_created

from django_journey.errors import ConfigurationError, Explanation, SharedDatabaseError
from django_journey.world.dialects import CommittingSQLite, Dialect, dialect_of, journal_in_memory
from django_journey.world.late import has_late, is_late, note_late
from django_journey.world.leases import Lease, numbers
from django_journey.world.shared import COMMITTED, SharedConnection, Virtual
from django_journey.world.turns import stack_of

__all__ = ["ALL", "PATIENCE", "SharedTransactions", "shared_transactions"]

ALL = "__all__"
PATIENCE = 10.0  # seconds that one transaction may keep the other threads waiting


class SharedTransactions:
    """The databases of one story, each with one connection and one transaction for all threads.

    Args:
        aliases: The databases that the story may use.
        patience: How long one virtual transaction may keep others waiting, in seconds.
        commits: Share SQLite's in-memory databases only, and really commit.
    """

    def __init__(self, aliases: tuple[str, ...], patience: float, *, commits: bool = False) -> None:
        self.aliases = aliases
        self._commits = commits
        self.patience = patience
        self._shared: dict[str, SharedConnection] = {}
        self._templates: dict[str, Any] = {}
        self._names = numbers()
        self._late: list[Callable[[], bool]] = []

    def refuse_inside_atomic(self, what: str) -> None:
        """Refuse to wait for another thread while this one holds a transaction open.

        Args:
            what: What is about to be waited for, e.g. ``GET /articles/``.

        Raises:
            SharedDatabaseError: The other thread would wait for this one's transaction to end, for ever.
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
        """Undo what this thread has left open, as the end of a request does with a connection."""
        for lease in self._here():
            lease.release()

    def lend(self, wrapper: Any) -> None:
        """Give a wrapper its place on the shared connection of its alias."""
        wrapper.journey_lease = lease = Lease(wrapper, self._shared[wrapper.alias], self._names)
        lease.begin()

    def create_connection(self, alias: str) -> Any:
        """Make another thread's wrapper, already on the shared connection (for Django's handler)."""
        wrapper = _new_wrapper(alias)
        if is_late(self):
            wrapper.connect = _refuse_late
        elif alias in self._shared:
            wrapper.execute_wrappers = list(self._templates[alias].execute_wrappers)
            self.lend(wrapper)
        return wrapper

    def disown(self, is_late: Callable[[], bool]) -> None:
        """Refuse the database, once the story is over, to somebody who did not end with it.

        Args:
            is_late: Tells whether the calling thread is theirs.
        """
        self._late.append(is_late)

    @property
    def has_late_threads(self) -> bool:
        """Whether the story ended while somebody else was at work in it."""
        return bool(self._late) or has_late()

    def refuse_stranger(self, connection: Any) -> None:
        """Refuse a connection of the application's own to a shared database.

        It would see nothing of the story, and what it commits would stay.
        """
        for alias, template in self._templates.items():
            if self._commits and _identity(connection) != _identity(template):
                continue
            if _identity(connection) == _identity(template):
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
        """Open the real transactions, and put every thread's wrappers on them until the stack is left."""
        for primary, mirrors in separate_databases(self.aliases).items():
            if not self._commits:
                self._open(primary, mirrors, stack)
            elif _is_in_memory(connections[primary]):
                self._open_committing(primary, mirrors)
        stack.callback(_give_back, self, _take(self))
        has_late()  # whoever waits for work by now may work for this story
        stack.callback(note_late, threading.enumerate())
        for wrapper in self._templates.values():
            self.lend(wrapper)
            stack.callback(_take_back, wrapper)
        stack.callback(self._finish)

    def create_late_connection(self, alias: str) -> Any:
        """Make a wrapper after the end: one that refuses, for a thread that is still in the story.

        With a connection of its own it would go on in the middle of its work, and really commit.
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
        stack.callback(_roll_back, atomic, wrapper)
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
        self._keep(primary, mirrors, wrapper, dialect)

    def _open_committing(self, primary: str, mirrors: list[str]) -> None:
        wrapper = connections[primary]
        wrapper.ensure_connection()
        self._keep(primary, mirrors, wrapper, CommittingSQLite(wrapper.connection))

    def _keep(self, primary: str, mirrors: list[str], wrapper: Any, dialect: Dialect) -> None:
        shared = SharedConnection(f"the database {primary!r}", wrapper.connection, dialect, self.patience)
        self._shared[primary] = shared
        self._templates[primary] = wrapper
        for alias in mirrors:
            self._shared[alias] = shared
            self._templates[alias] = connections[alias]

    def _here(self) -> Iterator[Lease]:
        for wrapper in connections.all(initialized_only=True):
            lease = getattr(wrapper, "journey_lease", None)
            if lease is not None and self._shared.get(wrapper.alias) is lease.shared:
                yield lease

    def _finish(self) -> None:
        # Whoever is in the middle of a transaction may end it; nobody begins another one.
        for template in self._templates.values():
            template.journey_lease.release()
        late: list[SharedDatabaseError] = []
        for shared in set(self._shared.values()):
            try:
                shared.turn.take(Virtual(shared), "the end of the story")
            except SharedDatabaseError:
                late.append(_unfinished(shared))
                self.disown(functools.partial(_is_current, shared.turn.thread))
                shared.over = _OVER
                _interrupt(shared)
            else:
                shared.over = _OVER
                shared.turn.give()
        if late:
            raise late[0]


_OVER = "the story that lent this connection is over"


@contextmanager
def shared_transactions(
    databases: Iterable[str] | str, *, timeout: float = PATIENCE
) -> Iterator[SharedTransactions]:
    """Let all threads use this thread's connections, in one transaction that is rolled back at the end.

    Every thread finds its own ``DatabaseWrapper``, outside of any transaction, as in production: an
    outermost ``atomic`` commits (for all of the story to see), ``on_commit`` runs, a deferred key is
    checked. It may begin inside the atomic blocks of a ``TestCase``: what was written before is visible.

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
def shared_in_memory(aliases: tuple[str, ...], patience: float) -> Iterator[SharedTransactions | None]:
    """Share the in-memory databases of SQLite, with real transactions; ``None`` where there are none.

    Connections of their own to one of them (by its shared cache) would lock each other out of tables.

    Args:
        aliases: The databases of the story.
        patience: How long one transaction may keep others waiting, in seconds.
    """
    inside = [alias for alias in aliases if _is_in_memory(connections[alias])]
    if not inside:
        yield None
        return
    _check_free()
    shared = SharedTransactions(aliases, patience, commits=True)
    with ExitStack() as stack:
        shared.share(stack)
        yield shared


def chosen_aliases(databases: Iterable[str] | str) -> tuple[str, ...]:
    """Return the aliases that were asked for.

    Raises:
        ConfigurationError: There is no such database; the nearest ones are named.
    """
    aliases = tuple(connections) if databases == ALL else tuple(databases)
    for alias in aliases:
        if alias not in connections.settings:
            raise ConfigurationError(
                Explanation(
                    f"there is no database {alias!r}",
                    where="settings.DATABASES",
                    nearest=tuple(difflib.get_close_matches(alias, list(connections), cutoff=0)),
                )
            )
    return aliases


def separate_databases(aliases: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the aliases of different databases, each with the others (mirrors) that are the same one."""
    if len(aliases) == 1:
        return {aliases[0]: []}
    primaries: dict[object, str] = {}
    groups: dict[str, list[str]] = {}
    for alias in sorted(aliases, key=lambda alias: bool(connections[alias].settings_dict["TEST"]["MIRROR"])):
        primary = primaries.setdefault(_identity(connections[alias]), alias)
        groups.setdefault(primary, [])
        if primary != alias:
            groups[primary].append(alias)
    return groups


def _check_free() -> None:
    if vars(connections).get("journey") is not None:
        raise ConfigurationError(
            Explanation("the databases are shared already", instead="open one journey at a time")
        )


def _is_in_memory(wrapper: Any) -> bool:
    return bool(wrapper.vendor == "sqlite" and wrapper.is_in_memory_db())


def _roll_back(atomic: Any, wrapper: Any) -> None:
    # The test may end in another context (an event loop's) than it began in.
    if connections[wrapper.alias] is not wrapper:
        connections[wrapper.alias] = wrapper
    wrapper.needs_rollback = True
    atomic.__exit__(None, None, None)


def _take(shared: SharedTransactions) -> Local:
    # Every thread but this one begins without wrappers, and loses those it got when the story ends:
    # so no thread that lives longer (a pool's, a keep-alive connection's) has a stale one.
    _listen()
    handler = vars(connections)
    before: Local = handler["_connections"]
    mine = connections.all(initialized_only=True)
    handler["_connections"] = Local(connections.thread_critical)
    for wrapper in mine:
        connections[wrapper.alias] = wrapper
    handler["journey"] = shared
    handler["create_connection"] = shared.create_connection
    return before


def _give_back(shared: SharedTransactions, before: Local) -> None:
    handler = vars(connections)
    del handler["journey"], handler["create_connection"]
    if shared.has_late_threads:
        handler["create_connection"] = shared.create_late_connection
    handler["_connections"] = before


@functools.cache
def _listen() -> None:
    # Once for the process: a signal takes more time to connect than all else that opens a story.
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


def _take_back(wrapper: Any) -> None:
    wrapper.journey_lease.end()
    del wrapper.journey_lease


def _identity(wrapper: Any) -> object:
    place = wrapper.settings_dict
    if wrapper.vendor == "sqlite":
        return ("sqlite", wrapper.alias if place["NAME"] == ":memory:" else str(place["NAME"]))
    return (wrapper.vendor, place["HOST"], str(place["PORT"]), place["NAME"], place["OPTIONS"].get("service"))


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
    thread = shared.turn.thread
    return SharedDatabaseError(
        Explanation(
            "the story ended while a transaction was still open in another thread",
            where=shared.name,
            nearest=(
                f"thread {thread.name if thread else '?'!r} stands here:",
                *stack_of(thread.ident if thread else None),
            ),
            instead="wait in the story for what that thread does",
        )
    )


def _interrupt(shared: SharedConnection) -> None:
    # The statement that runs now would be waited for by the rollback.
    if hasattr(shared.driver, "interrupt"):
        shared.driver.interrupt()  # SQLite: nothing happens if none runs
    elif hasattr(shared.driver, "cancel"):
        if shared.wire.acquire(blocking=False):
            shared.wire.release()
        else:
            shared.driver.cancel()
