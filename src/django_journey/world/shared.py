"""One real connection in one real transaction, on which many threads hold virtual ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django_journey.errors import Explanation, SharedDatabaseError
from django_journey.world.dialects import Dialect
from django_journey.world.statements import PLAIN_WORDS, first_word, holds_rows, refusal
from django_journey.world.turns import Turn

__all__ = ["SharedConnection", "Virtual"]

_NONE: Mapping[str, Any] = MappingProxyType({})
COMMITTED = "@pytest.mark.journey(committed=True): real commits, and what they touched is cleaned afterwards"


class Virtual:
    """What one wrapper's connection would know of its transaction: autocommit, and whether one is open.

    Args:
        shared: The connection that it really uses.
    """

    __slots__ = ("autocommit", "holds_rows", "open", "shared")

    def __init__(self, shared: SharedConnection) -> None:
        self.shared = shared
        self.autocommit = True
        self.open = False
        self.holds_rows = False

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
        word = sql[:6]  # the ORM's statements begin with one of these four; they are most of all
        if word not in PLAIN_WORDS:
            word = first_word(sql)
        reason = self.over or refusal(self.dialect.vendor, word, sql)
        if reason:
            raise self._refused(sql, reason)
        mine = self.turn.holder is virtual
        if not mine:
            self.turn.take(virtual, sql)
        try:
            if self.over:  # the story may have ended while this one waited
                raise self._refused(sql, self.over)
            with self.wire:
                if virtual.autocommit:
                    return self._alone(word, sql, call, args, kwargs)
                if not virtual.open:
                    self.dialect.begin()
                    virtual.open = True
                self.dialect.ran(word, sql)
                virtual.holds_rows = virtual.holds_rows or holds_rows(word, sql)
                return self._call(sql, call, args, kwargs)
        finally:
            if not mine and not virtual.open:
                self.turn.give()

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

    def _alone(self, word: str, sql: str, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        dialect = self.dialect
        to_keep = dialect.before_alone(word, sql)
        try:
            result = self._call(sql, call, args, kwargs)
            if to_keep:
                dialect.after_alone()
        except SharedDatabaseError:
            raise
        except BaseException:
            if to_keep or dialect.undoes_nothing:
                dialect.undo_alone()
            raise
        return result

    def _call(self, sql: str, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except BaseException as error:
            if self.dialect.lost():
                self.over = "an earlier statement ended the real transaction"
                raise self._refused(sql, "it ended the real transaction of the whole story") from error
            raise

    def _refused(self, sql: str, reason: str) -> SharedDatabaseError:
        line = " ".join(sql.split())
        return SharedDatabaseError(
            Explanation(
                f"{line if len(line) <= 120 else line[:117] + '...'}: {reason}",
                where=f"{self.name}, shared by all threads of this story",
                instead=COMMITTED,
            )
        )
