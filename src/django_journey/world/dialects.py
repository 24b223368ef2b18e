"""How each database keeps virtual transactions apart inside one real one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol

from django_journey.world.foreign_keys import DeferredKeys, Schema

__all__ = ["CommittingSQLite", "Dialect", "MySQL", "PostgreSQL", "SQLite", "dialect_of", "journal_in_memory"]


class Dialect(Protocol):
    """What a shared connection asks of its database; every call has the connection to itself."""

    vendor: str
    buffers: bool
    """Rows are read to their end with the statement: the driver would go on reading later."""
    undoes_nothing: bool
    """A failed statement outside of transactions leaves the real one broken."""
    tells_of_closing: bool
    """Closing a cursor talks to the server."""
    harmless: Collection[str]
    """Statements that need nothing before and after them outside of transactions, as has been seen."""

    def open(self) -> None:
        """Prepare the real transaction, which has begun."""

    def begin(self) -> None:
        """Begin a virtual transaction."""

    def commit(self) -> None:
        """Check what is deferred to the commit, and end the virtual transaction."""

    def rollback(self) -> None:
        """Undo the virtual transaction and end it."""

    def ran(self, word: str, sql: str) -> None:
        """Take note of a statement of the virtual transaction that may write."""

    def before_alone(self, word: str, sql: str) -> bool:
        """Prepare a statement outside any transaction that may write.

        Returns:
            Whether ``after_alone`` is needed.
        """

    def after_alone(self) -> None:
        """Keep what a statement outside any transaction did, deferred checks first."""

    def undo_alone(self) -> None:
        """Undo what a failed statement outside any transaction did."""

    def lost(self) -> bool:
        """Whether the real transaction has ended, as far as the driver can tell."""

    def gone(self, error: BaseException) -> bool:
        """Whether the connection to the server has ended, by what a statement raised."""


class SQLite:
    """Savepoints by SQLite; its deferred foreign keys are looked up in the tables that were written.

    SQLite has no statement to check deferred keys before the real commit, so ``PRAGMA foreign_key_check``
    does it (https://www.sqlite.org/pragma.html#pragma_foreign_key_check), for as few tables as is right.
    """

    vendor = "sqlite"
    buffers = True
    undoes_nothing = False
    tells_of_closing = False

    def __init__(self, driver: Any, keys: DeferredKeys) -> None:
        self._driver = driver
        self._keys = keys
        self.harmless: Collection[str] = self._keys.harmless

    def open(self) -> None:
        pass

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

    def before_alone(self, word: str, sql: str) -> bool:
        # A failing statement undoes itself here; only a deferred key makes a savepoint necessary.
        if sql in self.harmless or word in _SQLITE_NOT_WRITING:
            return False
        self._keys.forget()
        self._keys.written(word, sql)
        if self._keys.nothing_to_check:
            return False
        self._driver.execute('SAVEPOINT "journey"')
        return True

    def after_alone(self) -> None:
        self.commit()

    def undo_alone(self) -> None:
        if self._driver.in_transaction:
            self.rollback()

    def gone(self, error: BaseException) -> bool:
        return False

    def lost(self) -> bool:
        return not self._driver.in_transaction


class CommittingSQLite:
    """Real transactions, taken in turns: for an in-memory database that is committed to by many threads."""

    vendor = "sqlite"
    buffers = True
    undoes_nothing = False
    tells_of_closing = False
    harmless: Collection[str] = ()

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def open(self) -> None:
        pass

    def begin(self) -> None:
        self._driver.execute("BEGIN")

    def commit(self) -> None:
        self._driver.execute("COMMIT")

    def rollback(self) -> None:
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")

    def ran(self, word: str, sql: str) -> None:
        pass

    def before_alone(self, word: str, sql: str) -> bool:
        return False

    def after_alone(self) -> None:
        pass

    def undo_alone(self) -> None:
        pass

    def gone(self, error: BaseException) -> bool:
        return False

    def lost(self) -> bool:
        return False


_SQLITE_NOT_WRITING = frozenset({"PRAGMA", "ROLLBACK"})


class PostgreSQL:
    """Savepoints by PostgreSQL; one always stands outside of transactions, to survive an error there."""

    vendor = "postgresql"
    buffers = False
    undoes_nothing = True
    tells_of_closing = False
    harmless: Collection[str] = ()

    # An initially immediate constraint must not stay deferred once the deferred ones were checked.
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
            # psycopg begins with the first statement that goes through it: in the way that it was told to.
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

    def before_alone(self, word: str, sql: str) -> bool:
        return True

    def after_alone(self) -> None:
        self._run(self._check + b"RELEASE SAVEPOINT journey_standing; SAVEPOINT journey_standing")

    def undo_alone(self) -> None:
        if self._driver.pgconn.transaction_status == self._transaction.INERROR:
            self._run(b"ROLLBACK TO SAVEPOINT journey_standing")

    def gone(self, error: BaseException) -> bool:
        return bool(self._driver.closed)

    def lost(self) -> bool:
        return bool(
            self._driver.pgconn.transaction_status in (self._transaction.IDLE, self._transaction.UNKNOWN)
        )

    def _run(self, sql: bytes) -> Any:
        # Straight through libpq: in one round trip, and no cursor has to be made for it.
        result = self._driver.pgconn.exec_(sql)
        if result.status not in (self._status.COMMAND_OK, self._status.TUPLES_OK):
            raise self._error_of(result, encoding="utf-8")
        return result


#: "has gone away", "lost connection", "lost connection at …", "disconnected for being idle", "connection was killed".
_GONE = frozenset({2006, 2013, 2055, 4031, 1927})


class MySQL:
    """Savepoints by InnoDB, which checks foreign keys at once and undoes a failed statement by itself."""

    vendor = "mysql"
    undoes_nothing = False
    tells_of_closing = True
    harmless: Collection[str] = ()

    def __init__(self, driver: Any) -> None:
        from MySQLdb.cursors import CursorStoreResultMixIn

        self._driver = driver
        self.buffers = not issubclass(driver.cursorclass, CursorStoreResultMixIn)

    def open(self) -> None:
        pass

    def begin(self) -> None:
        self._driver.query(b"SAVEPOINT journey")

    def commit(self) -> None:
        self._driver.query(b"RELEASE SAVEPOINT journey")

    def rollback(self) -> None:
        self._driver.query(b"ROLLBACK TO SAVEPOINT journey")
        self._driver.query(b"RELEASE SAVEPOINT journey")

    def ran(self, word: str, sql: str) -> None:
        pass

    def before_alone(self, word: str, sql: str) -> bool:
        return False

    def after_alone(self) -> None:
        pass

    def undo_alone(self) -> None:
        pass

    def gone(self, error: BaseException) -> bool:
        return bool(error.args) and error.args[0] in _GONE

    def lost(self) -> bool:
        return False


def dialect_of(wrapper: Any) -> Dialect | None:
    """Return how a connected wrapper's database does it, or ``None`` where nobody has told this library."""
    if wrapper.vendor == "sqlite":
        keys = DeferredKeys(wrapper.connection, wrapper.Database, _kept_schemas(wrapper))
        return SQLite(wrapper.connection, keys)
    if wrapper.vendor == "postgresql" and wrapper.Database.__name__ == "psycopg":
        return PostgreSQL(wrapper.connection)
    if wrapper.vendor == "mysql" and wrapper.Database.__name__ == "MySQLdb":
        return MySQL(wrapper.connection)
    return None


def _kept_schemas(wrapper: Any) -> dict[int, Schema] | None:
    # On the wrapper, as long as it has the same connection. Inside somebody's transaction, which may have
    # changed the schema and may be rolled back, a version says nothing.
    if wrapper.savepoint_ids:
        return None
    driver: Any
    kept: dict[int, Schema]
    driver, kept = vars(wrapper).get("journey_schemas", (None, {}))
    if driver is not wrapper.connection:
        wrapper.journey_schemas = wrapper.connection, kept = wrapper.connection, {}
    return kept


def journal_in_memory(wrapper: Any) -> Callable[[], object] | None:
    """Let SQLite keep the coming transaction in memory until its end, where it would make a file to undo it.

    As no page is written before a commit (``cache_spill``), and none is committed, a process that is killed
    leaves the database as it was. Other journals than a file that is deleted (WAL) are left alone.

    Args:
        wrapper: Is connected, and outside of any transaction.

    Returns:
        What puts the journal back, after the transaction.
    """
    driver = wrapper.connection
    if driver.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
        return None
    if vars(wrapper).get("journey_spills_not") is not driver:
        # For as long as the connection lasts: it costs nobody more than memory.
        driver.execute("PRAGMA cache_spill = OFF")
        wrapper.journey_spills_not = driver
    driver.execute("PRAGMA journal_mode = MEMORY")
    return lambda: driver.execute("PRAGMA journal_mode = DELETE")
