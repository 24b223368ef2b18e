"""One real connection in one real transaction, on which many threads hold virtual ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from threading import get_ident
from types import MappingProxyType
from typing import Any

from django_journey.errors import Explanation, SharedDatabaseError
from django_journey.world.dialects import Dialect
from django_journey.world.statements import PLAIN_WORDS, first_word, holds_rows, only_reads, refusal
from django_journey.world.turns import Turn

__all__ = ["SharedConnection", "Virtual"]

_NONE: Mapping[str, Any] = MappingProxyType({})
GONE = "the database has gone away: its connection has ended"
ALIVE = "is the server still running? Its log says why it has ended the connection"
COMMITTED = "@pytest.mark.journey(committed=True): real commits, and what they touched is cleaned afterwards"


class Virtual:
    """What one wrapper's connection would know of its transaction: autocommit, and whether one is open.

    Args:
        shared: The connection that it really uses.
    """

    __slots__ = ("autocommit", "holds_rows", "ident", "open", "shared", "thread")

    def __init__(self, shared: SharedConnection) -> None:
        self.shared = shared
        self.ident = threading.get_ident()
        self.thread = threading.current_thread()
        self.autocommit = True
        self.open = False
        self.holds_rows = False

    def move(self) -> None:
        """Belong to the calling thread from now on: Django lets threads share a wrapper where told to."""
        self.ident = threading.get_ident()
        self.thread = threading.current_thread()

    def abandon(self) -> None:
        """Roll back what its dead thread left open, and give the turn back."""
        self.shared.rollback(self)


class SharedConnection:
    """A driver's connection inside its real transaction.

    A virtual transaction has the connection to itself from its first statement to its end; a statement
    outside any has it for as long as it runs. So nobody sees what is not committed, and savepoints nest.

    Args:
        name: The database as errors name it, e.g. ``the database "default"``.
        driver: The driver's connection, inside its real transaction.
        dialect: How its database does it.
        patience: How long a holder may keep others waiting, in seconds.
    """

    def __init__(self, name: str, driver: Any, dialect: Dialect, patience: float) -> None:
        self.name = name
        self.driver = driver
        self.dialect = dialect
        self.turn = Turn(name, patience)
        # Between two statements of somebody's transaction a cursor may be closed by somebody else,
        # which MySQLdb tells its server: that needs the wire, not the turn.
        self.wire = threading.RLock()
        self.over = ""

    def run(
        self, virtual: Virtual, sql: str, call: Callable[..., Any], args: Any = (), kwargs: Any = _NONE
    ) -> Any:
        """Run a statement for one of the holders.

        Args:
            virtual: Whose statement it is.
            sql: The statement.
            call: Runs it on the driver's cursor.
            args: What ``call`` is given.
            kwargs: What ``call`` is given by name.

        Raises:
            SharedDatabaseError: The statement can't work here, or its turn did not come.
        """
        # Every statement of a story comes through here: what may be told without a call, is.
        word = sql[:6]  # the ORM's statements begin with one of these four; they are most of all
        if word not in PLAIN_WORDS:
            word = first_word(sql)
            plain = False
        else:
            plain = "pg_notify(" not in sql
        if self.over or not plain:
            self._refuse(word, sql)
        turn = self.turn
        mine = turn.holder is virtual
        if not mine:
            if virtual.ident != get_ident():
                virtual.move()
            if turn.lock.acquire(False):
                turn.holder = virtual
                turn.taken += 1
            else:
                turn.take(virtual, sql)
        try:
            if self.over:  # the story may have ended while this one waited
                self._refuse(word, sql)
            with self.wire:
                may_write = not only_reads(word, sql)
                if not virtual.autocommit:
                    self._in_transaction(virtual, word, sql, may_write)
                    to_keep = False
                else:
                    to_keep = may_write and self.dialect.before_alone(word, sql)
                try:
                    result = call(*args, **kwargs)
                    if to_keep:
                        self.dialect.after_alone()
                except BaseException as error:
                    self.recover(virtual, sql, error, to_keep=to_keep)
                    raise
                return result
        finally:
            if not mine and not virtual.open:
                turn.give()

    def recover(self, virtual: Virtual, sql: str, error: BaseException, *, to_keep: bool = False) -> None:
        """Undo what a failed statement outside any transaction did.

        Args:
            virtual: Whose statement it was.
            sql: The statement.
            error: What it raised.
            to_keep: Whether what it did was to be kept by ``after_alone``.

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
        if virtual.autocommit and (to_keep or dialect.undoes_nothing):
            dialect.undo_alone()

    def commit(self, virtual: Virtual) -> None:
        """End a virtual transaction; where its deferred checks fail, it stays open to be rolled back."""
        if virtual.open:
            with self.wire:
                self.dialect.commit()
            self._end(virtual)

    def rollback(self, virtual: Virtual) -> None:
        """Undo a virtual transaction and end it, whatever happens."""
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

    def _end(self, virtual: Virtual) -> None:
        virtual.open = False
        virtual.holds_rows = False
        self.turn.give()

    def _in_transaction(self, virtual: Virtual, word: str, sql: str, may_write: bool) -> None:
        if not virtual.open:
            self.dialect.begin()
            virtual.open = True
        if may_write:
            self.dialect.ran(word, sql)
        virtual.holds_rows = virtual.holds_rows or holds_rows(word, sql)

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
