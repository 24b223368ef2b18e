"""Real commits: the tables that a story wrote are found afterwards, and get back the rows that they had."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from django_journey._world.database.aliases import chosen_aliases, separate_databases
from django_journey._world.database.table_snapshots import TableSnapshots, snapshots_of
from django_journey._world.database.transactions import (
    TIMEOUT,
    SharedTransactions,
    shared_in_memory,
)
from django_journey._world.server.late_threads import note_late
from django_journey.errors import ConfigurationError, Explanation, WorldError

__all__ = ["Baseline", "committed_transactions"]

_ROUNDS = 3  # triggers may write while tables are restored


@dataclass(slots=True)
class _Stored:
    fingerprints: dict[str, object] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    version: object = None


class Baseline:
    """The rows that databases had before a story, those of migrations as a rule.

    Use one for a whole run: the rows of tables that have not changed are not read again.
    """

    def __init__(self) -> None:
        self._stored: dict[str, _Stored] = {}

    def store(self, alias: str, snapshots: TableSnapshots) -> None:
        """Read and store the rows of a database."""
        stored = self._stored.setdefault(alias, _Stored())
        version = snapshots.version()
        if version is not None and version == stored.version:
            return
        now = snapshots.fingerprints(None)
        stored.rows = {
            table: stored.rows[table] if stored.fingerprints.get(table) == found else snapshots.rows(table)
            for table, found in now.items()
        }
        stored.fingerprints = now
        stored.version = version

    def restore(self, alias: str, snapshots: TableSnapshots) -> list[str]:
        """Restore the stored rows of a database.

        Returns:
            The tables that the story had written.

        Raises:
            WorldError: A thread or a process is still writing.
        """
        stored = self._stored[alias]
        written: list[str] = []
        if stored.version is not None and stored.version == snapshots.version():
            return written
        now = snapshots.fingerprints(stored.fingerprints.keys())
        for _ in range(_ROUNDS):
            changed = [table for table, found in now.items() if found != stored.fingerprints.get(table)]
            changed += [table for table in stored.fingerprints if table not in now]
            if not changed:
                stored.version = snapshots.version()
                return written
            written += [table for table in changed if table not in written]
            rows = {table: stored.rows[table] for table in changed if table in stored.rows}
            snapshots.restore(changed, rows)
            # The restored rows are equal, but their fingerprints may be new.
            stored.fingerprints.update(snapshots.fingerprints(None, rows) if rows else {})
            fired = snapshots.triggers_may_have_fired()
            now = snapshots.fingerprints(stored.fingerprints.keys()) if fired else stored.fingerprints
        raise WorldError(
            Explanation(
                f"the database {alias!r} could not be cleaned: something is still writing to it",
                nearest=tuple(changed),
                instead="end the threads and processes that the story started",
            )
        )


@contextmanager
def committed_transactions(
    databases: Iterable[str] | str, *, baseline: Baseline | None = None, timeout: float = TIMEOUT
) -> Iterator[SharedTransactions | None]:
    """Let the story commit for real, with a connection for each thread, and clean up the tables that it wrote.

    Tables that were empty are emptied, and others get back the rows that they had. Sequences are not reset.

    Args:
        databases: The aliases that the story may use, or ``"__all__"``.
        baseline: The rows before the story; by default they are read now.
        timeout: How long one thread may keep others waiting for an in-memory database, in seconds.

    Returns:
        The databases that threads share: an in-memory SQLite database has one connection for all threads, with real
        transactions. ``None`` where each thread has its own connections.

    Raises:
        ConfigurationError: A transaction is open already, so nothing would be committed.
        WorldError: At the end, a database could not be cleaned.
    """
    aliases = chosen_aliases(databases)
    rows = baseline if baseline is not None else Baseline()
    with ExitStack() as stack:
        for alias in separate_databases(aliases):
            wrapper = connections[alias]
            _check(wrapper)
            wrapper.ensure_connection()
            rows.store(alias, _snapshots(wrapper))
            stack.callback(_clean, rows, alias, wrapper)
        shared = stack.enter_context(shared_in_memory(aliases, timeout))
        stack.callback(note_late, threading.enumerate())
        yield shared


def _clean(baseline: Baseline, alias: str, wrapper: Any) -> None:
    if wrapper.in_atomic_block:
        wrapper.close()
    if connections[alias] is not wrapper:
        connections[alias] = wrapper
    wrapper.ensure_connection()
    wrapper.set_autocommit(True)
    baseline.restore(alias, _snapshots(wrapper))


def _snapshots(wrapper: Any) -> TableSnapshots:
    found = snapshots_of(wrapper)
    if found is None:
        raise ConfigurationError(
            Explanation(
                f"what a story writes to {wrapper.alias!r} can't be found out: {wrapper.settings_dict['ENGINE']}",
                nearest=("SQLite", "PostgreSQL with psycopg 3", "MySQL and MariaDB with mysqlclient"),
                instead="use TransactionTestCase, or pytest-django's transactional_db, without committed=True",
            )
        )
    return found


def _check(wrapper: Any) -> None:
    if wrapper.in_atomic_block:
        raise ConfigurationError(
            Explanation(
                "committed=True would not commit: a transaction is open already",
                where=f"the database {wrapper.alias!r}",
                instead="leave out the fixture `db` and TestCase: a journey brings its own database access;\n"
                "in unittest, derive from TransactionTestCase's bases instead of TestCase",
            )
        )
