"""Savepoints and checks of each database: virtual transactions inside one real one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django_journey._world.database.foreign_keys import DeferredKeys, Schema

__all__ = ["CommittingSQLite", "Dialect", "MySQL", "PostgreSQL", "SQLite", "dialect_of", "journal_in_memory"]


class Dialect:
    """What a shared connection needs of its database; every method is called under the connection's lock.

    Attributes:
        vendor: Django's name of the database.
        buffers: Whether rows are read when a statement runs, since the driver would read them when they are fetched.
        errors_break_transaction: Whether a failed statement leaves the real transaction unusable until a rollback to a
            savepoint.
        closing_needs_server: Whether closing a cursor sends something to the server.
        safe_statements: Statements that are known to need no savepoint outside of transactions.
    """

    vendor: str
    buffers = True
    errors_break_transaction = False
    closing_needs_server = False
    safe_statements: Collection[str] = ()

    def open(self) -> None:
        """Prepare the real transaction, which has begun."""

    def begin(self) -> None:
        """Begin a virtual transaction."""
        raise NotImplementedError

    def commit(self) -> None:
        """Run the deferred checks, and end the virtual transaction."""
        raise NotImplementedError

    def rollback(self) -> None:
        """Undo and end the virtual transaction."""
        raise NotImplementedError

    def ran(self, word: str, sql: str) -> None:
        """Take note of a statement in the virtual transaction that may write."""

    def before_autocommit(self, word: str, sql: str) -> bool:
        """Prepare for a statement outside of transactions that may write.

        Returns:
            Whether ``after_autocommit`` has to be called.
        """
        return False

    def after_autocommit(self) -> None:
        """Run the deferred checks, and keep what a statement outside of transactions did."""

    def undo_autocommit(self) -> None:
        """Undo what a failed statement outside of transactions did."""

    def forget(self) -> None:
        """Forget what was seen of the real transaction: a part of it was undone."""

    def lost(self) -> bool:
        """Return whether the real transaction has ended, as far as the driver knows."""
        return False

    def gone(self, error: BaseException) -> bool:
        """Return whether the connection to the server has ended, from what a statement raised."""
        return False


class SQLite(Dialect):
    """SQLite's savepoints, with the deferred foreign keys checked in the tables that were written.

    SQLite has no statement that checks deferred keys before the real commit, so ``PRAGMA foreign_key_check`` does
    (https://www.sqlite.org/pragma.html#pragma_foreign_key_check), for no more tables than necessary.
    """

    vendor = "sqlite"

    def __init__(self, driver: Any, keys: DeferredKeys) -> None:
        self._driver = driver
        self._keys = keys
        self.safe_statements = self._keys.safe_statements

    def begin(self) -> None:
        self._driver.execute('SAVEPOINT "journey"')
        self._keys.forget()

    def commit(self) -> None:
        self._keys.check()
        self._driver.execute('RELEASE "journey"')

    def rollback(self) -> None:
        self._driver.execute('ROLLBACK TO "journey"')
        self._driver.execute('RELEASE "journey"')
        self._keys.rolled_back()

    def ran(self, word: str, sql: str) -> None:
        self._keys.written(word, sql)

    def before_autocommit(self, word: str, sql: str) -> bool:
        # SQLite undoes a failed statement itself; a savepoint is only needed for deferred keys.
        if sql in self.safe_statements or word in _SQLITE_NOT_WRITING:
            return False
        self._keys.forget()
        self._keys.written(word, sql)
        if self._keys.nothing_to_check:
            return False
        self._driver.execute('SAVEPOINT "journey"')
        return True

    def after_autocommit(self) -> None:
        self.commit()

    def undo_autocommit(self) -> None:
        if self._driver.in_transaction:
            self.rollback()

    def forget(self) -> None:
        self._keys.rolled_back()

    def lost(self) -> bool:
        return not self._driver.in_transaction


class CommittingSQLite(Dialect):
    """Real transactions, one at a time: for an in-memory database to which several threads commit."""

    vendor = "sqlite"

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def begin(self) -> None:
        self._driver.execute("BEGIN")

    def commit(self) -> None:
        self._driver.execute("COMMIT")

    def rollback(self) -> None:
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")


_SQLITE_NOT_WRITING = frozenset({"PRAGMA", "ROLLBACK"})


class PostgreSQL(Dialect):
    """PostgreSQL's savepoints; outside of transactions there is always one to go back to after an error."""

    vendor = "postgresql"
    buffers = False
    errors_break_transaction = True

    # After the deferred constraints were checked, those that are initially immediate must be so again.
    _OPEN = (
        b"SAVEPOINT journey_standing; "
        b"SELECT string_agg(connamespace::regnamespace::text || '.' || quote_ident(conname), ', ') "
        b"FROM pg_constraint WHERE condeferrable AND NOT condeferred"
    )

    def __init__(self, driver: Any) -> None:
        from psycopg import errors, pq

        self._driver = driver
        self._status = pq.ExecStatus
        self._transaction = pq.TransactionStatus
        self._error_of = errors.error_from_result
        self._check = b"SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; "
        self._wrote = False

    def open(self) -> None:
        driver, begin = self._driver, b""
        if driver.pgconn.transaction_status == self._transaction.IDLE:
            # psycopg begins the transaction with its first statement, with the isolation level that it was given.
            if driver.isolation_level is driver.read_only is driver.deferrable is None:
                begin = b"BEGIN; "
            else:
                driver.execute("SELECT 1")
        names = self._run(begin + self._OPEN).get_value(0, 0)
        if names:
            self._check += b"SET CONSTRAINTS " + names + b" IMMEDIATE; "

    def begin(self) -> None:
        self._wrote = False
        self._run(b"SAVEPOINT journey")

    def commit(self) -> None:
        if self._wrote:
            self._run(
                self._check + b"RELEASE SAVEPOINT journey; "
                b"RELEASE SAVEPOINT journey_standing; SAVEPOINT journey_standing"
            )
        else:
            self._run(b"RELEASE SAVEPOINT journey")

    def rollback(self) -> None:
        self._run(b"ROLLBACK TO SAVEPOINT journey; RELEASE SAVEPOINT journey")

    def ran(self, word: str, sql: str) -> None:
        self._wrote = True

    def before_autocommit(self, word: str, sql: str) -> bool:
        return True

    def after_autocommit(self) -> None:
        self._run(self._check + b"RELEASE SAVEPOINT journey_standing; SAVEPOINT journey_standing")

    def undo_autocommit(self) -> None:
        if self._driver.pgconn.transaction_status == self._transaction.INERROR:
            self._run(b"ROLLBACK TO SAVEPOINT journey_standing")

    def gone(self, error: BaseException) -> bool:
        return bool(self._driver.closed)

    def lost(self) -> bool:
        return bool(
            self._driver.pgconn.transaction_status in (self._transaction.IDLE, self._transaction.UNKNOWN)
        )

    def _run(self, sql: bytes) -> Any:
        # Directly through libpq: in one round trip, and without a cursor.
        result = self._driver.pgconn.exec_(sql)
        if result.status not in (self._status.COMMAND_OK, self._status.TUPLES_OK):
            raise self._error_of(result, encoding="utf-8")
        return result


#: "has gone away", "lost connection", "lost connection at …", "disconnected for being idle", "connection was killed".
_GONE = frozenset({2006, 2013, 2055, 4031, 1927})


class MySQL(Dialect):
    """InnoDB's savepoints; InnoDB checks foreign keys at once, and undoes a failed statement itself."""

    vendor = "mysql"
    closing_needs_server = True

    def __init__(self, driver: Any) -> None:
        from MySQLdb.cursors import CursorStoreResultMixIn

        self._driver = driver
        self.buffers = not issubclass(driver.cursorclass, CursorStoreResultMixIn)

    def begin(self) -> None:
        self._driver.query(b"SAVEPOINT journey")

    def commit(self) -> None:
        self._driver.query(b"RELEASE SAVEPOINT journey")

    def rollback(self) -> None:
        self._driver.query(b"ROLLBACK TO SAVEPOINT journey")
        self._driver.query(b"RELEASE SAVEPOINT journey")

    def gone(self, error: BaseException) -> bool:
        return bool(error.args) and error.args[0] in _GONE


def dialect_of(wrapper: Any) -> Dialect | None:
    """Return the dialect of a connected wrapper's database, or ``None`` if it is not supported."""
    if wrapper.vendor == "sqlite":
        keys = DeferredKeys(wrapper.connection, wrapper.Database, _cached_schemas(wrapper))
        return SQLite(wrapper.connection, keys)
    if wrapper.vendor == "postgresql" and wrapper.Database.__name__ == "psycopg":
        return PostgreSQL(wrapper.connection)
    if wrapper.vendor == "mysql" and wrapper.Database.__name__ == "MySQLdb":
        return MySQL(wrapper.connection)
    return None


def _cached_schemas(wrapper: Any) -> dict[int, Schema] | None:
    # On the wrapper, as long as it has the same connection. Not inside a transaction, which may have changed the
    # schema and may be rolled back: then the same version may be another schema.
    if wrapper.savepoint_ids:
        return None
    driver: Any
    schemas: dict[int, Schema]
    driver, schemas = vars(wrapper).get("journey_schemas", (None, {}))
    if driver is not wrapper.connection:
        wrapper.journey_schemas = wrapper.connection, schemas = wrapper.connection, {}
    return schemas


def journal_in_memory(wrapper: Any) -> Callable[[], object] | None:
    """Keep SQLite's rollback journal in memory during the coming transaction, instead of in a file.

    No page is written before a commit (``cache_spill``), and nothing is committed. So a process that is killed leaves
    the database unchanged. Only the default journal, a file that is deleted, is replaced (not WAL).

    Args:
        wrapper: A connected wrapper, outside of any transaction.

    Returns:
        A function that restores the journal after the transaction, or ``None``.
    """
    driver = wrapper.connection
    if driver.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
        return None
    if vars(wrapper).get("journey_without_spill") is not driver:
        # Until the connection ends: it only costs memory.
        driver.execute("PRAGMA cache_spill = OFF")
        wrapper.journey_without_spill = driver
    driver.execute("PRAGMA journal_mode = MEMORY")
    return lambda: driver.execute("PRAGMA journal_mode = DELETE")
