"""Real commits: what a story wrote is found and cleaned afterwards, and what stood there before is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from django_journey.errors import ConfigurationError, Explanation, WorldError
from django_journey.world.database import (
    PATIENCE,
    SharedTransactions,
    chosen_aliases,
    separate_databases,
    shared_in_memory,
)
from django_journey.world.footprints import Footprints, footprints_of
from django_journey.world.late import note_late

__all__ = ["Baseline", "committed_transactions"]

_ROUNDS = 3  # triggers may write while tables are cleaned


@dataclass(slots=True)
class _Kept:
    marks: dict[str, object] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    version: object = None


class Baseline:
    """The rows that stood in the databases before a story, as migrations made them.

    Keep one for a whole run: rows that have not changed are not read again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def take(self, alias: str, footprints: Footprints) -> None:
        """Look at the database, and keep the rows that are there."""
        kept = self._kept.setdefault(alias, _Kept())
        version = footprints.version()
        if version is not None and version == kept.version:
            return
        marks = footprints.look(None)
        kept.rows = {
            table: kept.rows[table] if kept.marks.get(table) == mark else footprints.rows(table)
            for table, mark in marks.items()
        }
        kept.marks = marks
        kept.version = version

    def restore(self, alias: str, footprints: Footprints) -> list[str]:
        """Make the database what it was.

        Returns:
            The tables that had been written.

        Raises:
            WorldError: Something goes on writing.
        """
        kept = self._kept[alias]
        touched: list[str] = []
        if kept.version is not None and kept.version == footprints.version():
            return touched
        now = footprints.look(kept.marks.keys())
        for _ in range(_ROUNDS):
            changed = [table for table, mark in now.items() if mark != kept.marks.get(table)]
            changed += [table for table in kept.marks if table not in now]
            if not changed:
                kept.version = footprints.version()
                return touched
            touched += [table for table in changed if table not in touched]
            given_back = {table: kept.rows[table] for table in changed if table in kept.rows}
            footprints.restore(changed, given_back)
            # Restored rows may be new ones to the database; that they are equal is known.
            kept.marks.update(footprints.look(None, given_back) if given_back else {})
            now = footprints.look(kept.marks.keys()) if footprints.stirred() else kept.marks
        raise WorldError(
            Explanation(
                f"the database {alias!r} could not be cleaned: something goes on writing",
                nearest=tuple(changed),
                instead="end the threads and processes that the story started",
            )
        )


@contextmanager
def committed_transactions(
    databases: Iterable[str] | str, *, baseline: Baseline | None = None, timeout: float = PATIENCE
) -> Iterator[SharedTransactions | None]:
    """Let the story really commit, on a connection for each thread, and clean what it touched.

    Tables that were empty are emptied, others get back the rows that they had. Sequences go on counting.

    Args:
        databases: The aliases that the story may use, or ``"__all__"``.
        baseline: What is remembered from one story to the next.
        timeout: How long a thread may keep others waiting for an in-memory database, in seconds.

    Returns:
        What the live server needs to be told: an in-memory SQLite database has one connection for all
        threads, with real transactions; ``None`` where each thread has its own.

    Raises:
        ConfigurationError: A transaction is open already, so nothing would really be committed.
        WorldError: At the end, a database could not be cleaned.
    """
    aliases = chosen_aliases(databases)
    kept = baseline if baseline is not None else Baseline()
    with ExitStack() as stack:
        for alias in separate_databases(aliases):
            wrapper = connections[alias]
            _check(wrapper)
            wrapper.ensure_connection()
            kept.take(alias, _footprints(wrapper))
            stack.callback(_clean, kept, alias, wrapper)
        shared = stack.enter_context(shared_in_memory(aliases, timeout))
        stack.callback(note_late, threading.enumerate())
        yield shared


def _clean(kept: Baseline, alias: str, wrapper: Any) -> None:
    if wrapper.in_atomic_block:
        wrapper.close()
    if connections[alias] is not wrapper:
        connections[alias] = wrapper
    wrapper.ensure_connection()
    wrapper.set_autocommit(True)
    kept.restore(alias, _footprints(wrapper))


def _footprints(wrapper: Any) -> Footprints:
    found = footprints_of(wrapper)
    if found is None:
        raise ConfigurationError(
            Explanation(
                f"what a story writes to {wrapper.alias!r} can't be found: {wrapper.settings_dict['ENGINE']}",
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
