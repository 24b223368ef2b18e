"""Cursors of the driver, whose statements wait for their turn on a shared connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from threading import get_ident
from typing import Any

from django_journey.world.shared import Virtual

__all__ = ["BufferedCursor", "LeasedCursor", "SQLiteCursor", "ServerSideCursor"]


class LeasedCursor:
    """A driver's cursor that has all its rows once its statement has run.

    Args:
        cursor: The driver's cursor.
        virtual: Whose it is.
    """

    __slots__ = ("_cursor", "_shared", "_virtual")

    def __init__(self, cursor: Any, virtual: Virtual) -> None:
        self._cursor = cursor
        self._virtual = virtual
        self._shared = virtual.shared

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def __enter__(self) -> LeasedCursor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    # Without these a name that is looked up here in vain would come first: Django asks at each statement.
    description = property(attrgetter("_cursor.description"))
    rowcount = property(attrgetter("_cursor.rowcount"))
    lastrowid = property(attrgetter("_cursor.lastrowid"))

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement in its turn."""
        sql = query if type(query) is str else self._text(query)
        result = self._shared.run(self._virtual, sql, self._cursor.execute, (query, *args), kwargs)
        return self if result is self._cursor else result

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement for several rows, in one turn."""
        return self._run(query, self._cursor.executemany, (query, *args), kwargs)

    def executescript(self, script: str) -> Any:
        """Refuse what commits first (sqlite3's way with scripts)."""
        return self._run("COMMIT; " + script, self._cursor.executescript, (script,), {})

    def callproc(self, name: Any, *args: Any) -> Any:
        """Call a procedure in its turn."""
        return self._run(f"CALL {name}", self._cursor.callproc, (name, *args), {})

    @contextmanager
    def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Copy rows in or out; the turn is kept till the end (psycopg)."""
        with self._whole(statement), self._cursor.copy(statement, *args, **kwargs) as copying:
            yield copying

    def stream(self, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Read row by row; the turn is kept till the end (psycopg)."""
        with self._whole(query):
            yield from self._cursor.stream(query, *args, **kwargs)

    def nextset(self) -> Any:
        """Go on to the next result of the same statement."""
        return self._shared.wired(self._cursor.nextset)

    def close(self) -> None:
        """Close the driver's cursor, which may tell the server."""
        if self._shared.dialect.tells_of_closing:
            self._shared.wired(self._cursor.close)
        else:
            self._cursor.close()

    def _run(self, query: Any, call: Any, args: Any, kwargs: Any) -> Any:
        sql = query if type(query) is str else self._text(query)
        result = self._shared.run(self._virtual, sql, call, args, kwargs)
        return self if result is self._cursor else result

    @contextmanager
    def _whole(self, query: Any) -> Iterator[None]:
        # As one transaction: nobody else's statement may come between its parts.
        virtual, shared = self._virtual, self._shared
        alone = virtual.autocommit
        virtual.autocommit = False
        try:
            shared.run(virtual, self._text(query), lambda: None)
            with shared.wire:
                yield
        except BaseException:
            if alone:
                shared.rollback(virtual)
            raise
        else:
            if alone:
                shared.commit(virtual)
        finally:
            virtual.autocommit = alone

    def _text(self, query: Any) -> str:
        if isinstance(query, str):
            return query
        if isinstance(query, (bytes, bytearray)):
            return bytes(query).decode("utf-8", "replace")
        as_string = getattr(query, "as_string", None)  # psycopg.sql
        return str(as_string(self._shared.driver) if as_string else query)


class BufferedCursor(LeasedCursor):
    """A cursor whose driver would read on later: all its rows are read with the statement.

    Otherwise others' changes would show in the middle of a result.
    """

    __slots__ = ("_at", "_rows")

    def __init__(self, cursor: Any, virtual: Virtual) -> None:
        self._cursor = cursor  # not by super(): one is made for each statement
        self._virtual = virtual
        self._shared = virtual.shared
        self._rows: list[Any] = []
        self._at = 0

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement in its turn, and read its rows."""
        self._rows, self._at = [], 0
        sql = query if type(query) is str else self._text(query)
        call = (self._cursor.execute, (query, *args), kwargs)
        result = self._shared.run(self._virtual, sql, self._run_and_read, call)
        return self if result is self._cursor else result

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def fetchone(self) -> Any:
        """Return the next row, or ``None``."""
        if self._at >= len(self._rows):
            return None
        self._at += 1
        return self._rows[self._at - 1]

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows, at most ``size`` of them."""
        begin = self._at
        self._at = begin + (self._cursor.arraysize if size is None else size)
        return self._rows[begin : self._at]

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        rows = self._rows[self._at :] if self._at else self._rows
        self._rows, self._at = [], 0
        return rows

    def close(self) -> None:
        """Close the driver's cursor and forget the rows."""
        self._rows, self._at = [], 0
        if self._shared.dialect.tells_of_closing:
            self._shared.wired(self._cursor.close)
        else:
            self._cursor.close()

    def _run(self, query: Any, call: Any, args: Any, kwargs: Any) -> Any:
        self._rows, self._at = [], 0
        return super()._run(query, self._run_and_read, (call, args, kwargs), {})

    def _run_and_read(self, call: Any, args: Any, kwargs: Any) -> Any:
        result = call(*args, **kwargs)
        if self._cursor.description is not None:
            rows = self._cursor.fetchall()
            self._rows = rows if type(rows) is list else list(rows)
        return result


class SQLiteCursor(BufferedCursor):
    """SQLite's, with a short way for most of all statements: outside of transactions, and none that breaks keys.

    Those are the ORM's queries, and what was seen before to break none; as a failed statement undoes itself,
    they only need their turn. In memory they take so little time that the calls on the long way would be seen.
    """

    __slots__ = ()

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement in its turn, and read its rows."""
        virtual, shared = self._virtual, self._shared
        if virtual.autocommit and type(query) is str:
            turn = shared.turn
            if turn.lock.acquire(False):
                turn.holder = virtual
                turn.taken += 1
                try:
                    if (
                        ((query[:6] == "SELECT" and ' FROM "' in query) or query in shared.dialect.harmless)
                        and not shared.over
                        and virtual.ident == get_ident()
                    ):
                        self._cursor.execute(query, *args, **kwargs)
                        self._rows, self._at = self._cursor.fetchall(), 0
                        return self
                except BaseException as error:
                    self._rows, self._at = [], 0
                    shared.recover(virtual, query, error)
                    raise
                finally:
                    turn.holder = None
                    turn.lock.release()
        return super().execute(query, *args, **kwargs)


class ServerSideCursor(LeasedCursor):
    """PostgreSQL's named cursor: each fetch is a statement, and an error elsewhere must not close it."""

    __slots__ = ()

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Declare the cursor in its turn, as something that a later error must not take away."""
        declared = "DECLARE: " + self._text(query)
        result = self._shared.run(self._virtual, declared, self._cursor.execute, (query, *args), kwargs)
        return self if result is self._cursor else result

    def __iter__(self) -> Iterator[Any]:
        while rows := self.fetchmany(self._cursor.itersize):
            yield from rows

    def fetchone(self) -> Any:
        """Fetch the next row from the server."""
        return self._fetch(self._cursor.fetchone)

    def fetchmany(self, size: int = 0) -> Any:
        """Fetch the next rows from the server."""
        return self._fetch(lambda: self._cursor.fetchmany(size))

    def fetchall(self) -> Any:
        """Fetch all rows that are left."""
        return self._fetch(self._cursor.fetchall)

    def scroll(self, *args: Any, **kwargs: Any) -> Any:
        """Move the cursor on the server."""
        return self._fetch(lambda: self._cursor.scroll(*args, **kwargs))

    def close(self) -> None:
        """Close the cursor on the server, in its turn unless the story is over."""
        if self._shared.over:
            return
        self._fetch(self._cursor.close)

    def _fetch(self, call: Any) -> Any:
        return self._shared.run(self._virtual, 'SELECT FROM "cursor"', call)
