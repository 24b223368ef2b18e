"""One real connection in one real transaction, on which each thread has virtual transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from threading import get_ident
from types import MappingProxyType
from typing import Any

from django_journey._world.database.lock import ConnectionLock
from django_journey._world.database.savepoint_dialects import Dialect
from django_journey._world.database.statements import PLAIN_WORDS, first_word, locks_rows, only_reads, refusal
from django_journey.errors import Explanation, SharedDatabaseError

__all__ = ["SharedConnection", "VirtualTransaction"]

_NONE: Mapping[str, Any] = MappingProxyType({})
GONE = "the database has gone away: its connection has ended"
ALIVE = "is the server still running? Its log says why it has ended the connection"
COMMITTED = "@pytest.mark.journey(committed=True): real commits, and what they touched is cleaned afterwards"


class VirtualTransaction:
    """The transaction of one wrapper: whether it is in autocommit mode, and whether a transaction is open.

    Args:
        shared: The connection that the wrapper uses.
    """

    __slots__ = ("autocommit", "holds_row_locks", "ident", "open", "shared", "thread")

    def __init__(self, shared: SharedConnection) -> None:
        self.shared = shared
        self.ident = threading.get_ident()
        self.thread = threading.current_thread()
        self.autocommit = True
        self.open = False
        self.holds_row_locks = False

    def move(self) -> None:
        """Belong to the calling thread from now on: with Django's thread sharing, threads use one wrapper."""
        self.ident = threading.get_ident()
        self.thread = threading.current_thread()

    def abandon(self) -> None:
        """Roll back, and release the lock, for a thread that has ended."""
        self.shared.rollback(self)


class SharedConnection:
    """A driver's connection inside its real transaction.

    A virtual transaction holds the lock from its first statement to its end; a statement outside of transactions
    holds it while it runs. So no thread sees what another one has not committed, and savepoints nest.

    Args:
        name: The database as errors name it, e.g. ``the database "default"``.
        driver: The driver's connection, inside its real transaction.
        dialect: Runs the savepoints and checks of its database.
        timeout: How long one holder of the lock may keep others waiting, in seconds.

    Attributes:
        savepoints: How many savepoints Django has numbered on this connection before the story: in MySQL, one of the
            same name would replace the older one.
        over: Why no statement can run any more, or an empty text.
    """

    def __init__(
        self, name: str, driver: Any, dialect: Dialect, timeout: float, *, savepoints: int = 0
    ) -> None:
        self.name = name
        self.driver = driver
        self.dialect = dialect
        self.lock = ConnectionLock(name, timeout)
        self.savepoints = savepoints
        # Protects the bytes on the wire, where ``lock`` protects transactions: a thread that does not hold the lock
        # may close a cursor between two statements of the holder, and MySQLdb then reads from the server.
        self.wire = threading.RLock()
        self.over = ""

    def run(
        self,
        virtual: VirtualTransaction,
        sql: str,
        call: Callable[..., Any],
        args: Any = (),
        kwargs: Any = _NONE,
    ) -> Any:
        """Run a statement.

        Args:
            virtual: The virtual transaction that it belongs to.
            sql: The statement.
            call: Runs it on the driver's cursor.
            args: The positional arguments of ``call``.
            kwargs: The named arguments of ``call``.

        Raises:
            SharedDatabaseError: The statement can't run in a shared transaction, or the lock was not released in time.
        """
        # Runs every SQL statement of a story. Most begin with a plain word; then no function is called to read them.
        word = sql[:6]
        if word not in PLAIN_WORDS:
            word = first_word(sql)
            plain = False
        else:
            plain = "pg_notify(" not in sql
        if self.over or not plain:
            self._refuse(word, sql)
        lock = self.lock
        held = lock.holder is virtual
        if not held:
            if virtual.ident != get_ident():
                virtual.move()
            lock.acquire(virtual, sql)
        try:
            if self.over:  # the story may have ended while this thread waited
                self._refuse(word, sql)
            with self.wire:
                may_write = not only_reads(word, sql)
                if not virtual.autocommit:
                    self._in_transaction(virtual, word, sql, may_write)
                    to_finish = False
                else:
                    to_finish = may_write and self.dialect.before_autocommit(word, sql)
                try:
                    result = call(*args, **kwargs)
                    if to_finish:
                        self.dialect.after_autocommit()
                except BaseException as error:
                    self.recover(virtual, sql, error, prepared=to_finish)
                    raise
                return result
        finally:
            if not held and not virtual.open:
                lock.release()

    def recover(
        self, virtual: VirtualTransaction, sql: str, error: BaseException, *, prepared: bool = False
    ) -> None:
        """Undo what a failed statement did, if it ran outside of transactions.

        Args:
            virtual: The virtual transaction that it belongs to.
            sql: The statement.
            error: What it raised.
            prepared: Whether ``before_autocommit`` asked for ``after_autocommit``.

        Raises:
            SharedDatabaseError: The statement has ended the real transaction, or the connection has ended.
        """
        dialect = self.dialect
        if dialect.gone(error):
            self.over = GONE
            raise self._refused(sql, GONE) from error
        if dialect.lost():
            self.over = "an earlier statement ended the real transaction"
            raise self._refused(sql, "it ended the real transaction of the whole story") from error
        if virtual.autocommit and (prepared or dialect.errors_break_transaction):
            dialect.undo_autocommit()

    def commit(self, virtual: VirtualTransaction) -> None:
        """Commit a virtual transaction; where a deferred check fails, it stays open to be rolled back."""
        if virtual.open:
            with self.wire:
                self.dialect.commit()
            self._end(virtual)

    def rollback(self, virtual: VirtualTransaction) -> None:
        """Roll a virtual transaction back; it ends even if that fails."""
        if virtual.open:
            try:
                if not self.over:
                    with self.wire:
                        self.dialect.rollback()
            finally:
                self._end(virtual)

    def wired(self, call: Callable[[], Any]) -> Any:
        """Let the driver talk to its server between two statements."""
        with self.wire:
            return call()

    def _end(self, virtual: VirtualTransaction) -> None:
        virtual.open = False
        virtual.holds_row_locks = False
        self.lock.release()

    def _in_transaction(self, virtual: VirtualTransaction, word: str, sql: str, may_write: bool) -> None:
        if not virtual.open:
            self.dialect.begin()
            virtual.open = True
        if may_write:
            self.dialect.ran(word, sql)
        virtual.holds_row_locks = virtual.holds_row_locks or locks_rows(word, sql)

    def check(self) -> None:
        """Refuse a cursor once the real transaction or the connection has ended.

        Raises:
            SharedDatabaseError: It has.
        """
        if self.over:
            raise self._refused("a new cursor", self.over)

    def _refuse(self, word: str, sql: str) -> None:
        reason = self.over or refusal(self.dialect.vendor, word, sql)
        if reason:
            raise self._refused(sql, reason)

    def _refused(self, sql: str, reason: str) -> SharedDatabaseError:
        line = " ".join(sql.split())
        return SharedDatabaseError(
            Explanation(
                f"{line if len(line) <= 120 else line[:117] + '...'}: {reason}",
                where=f"{self.name}, shared by all threads of this story",
                instead=ALIVE if self.over == GONE else COMMITTED,
            )
        )
