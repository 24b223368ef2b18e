"""Cursors on a shared connection: the driver's, with each statement run under the connection's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from threading import get_ident
from typing import Any

from django_journey._world.database.shared_connection import VirtualTransaction
from django_journey._world.database.statements import PLAIN_WORDS

__all__ = ["BufferedCursor", "LeasedCursor", "SQLiteCursor", "ServerSideCursor"]


class LeasedCursor:
    """A cursor whose driver reads all rows when a statement runs.

    Args:
        cursor: The driver's cursor.
        virtual: The virtual transaction that its statements belong to.
    """

    __slots__ = ("_cursor", "_shared", "_virtual")

    def __init__(self, cursor: Any, virtual: VirtualTransaction) -> None:
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

    # Django reads these at each statement; __getattr__ alone would be slower.
    description = property(attrgetter("_cursor.description"))
    rowcount = property(attrgetter("_cursor.rowcount"))
    lastrowid = property(attrgetter("_cursor.lastrowid"))

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement."""
        sql = query if type(query) is str else self._text(query)
        result = self._shared.run(self._virtual, sql, self._cursor.execute, (query, *args), kwargs)
        return self if result is self._cursor else result

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement for several rows."""
        return self._run(query, self._cursor.executemany, (query, *args), kwargs)

    def executescript(self, script: str) -> Any:
        """Refuse scripts: sqlite3 commits before it runs one."""
        return self._run("COMMIT; " + script, self._cursor.executescript, (script,), {})

    def callproc(self, name: Any, *args: Any) -> Any:
        """Call a procedure."""
        return self._run(f"CALL {name}", self._cursor.callproc, (name, *args), {})

    @contextmanager
    def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Copy rows in or out, under the lock to the end (psycopg)."""
        with self._whole(statement), self._cursor.copy(statement, *args, **kwargs) as copying:
            yield copying

    def stream(self, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Read row by row, under the lock to the end (psycopg)."""
        with self._whole(query):
            yield from self._cursor.stream(query, *args, **kwargs)

    def nextset(self) -> Any:
        """Go on to the next result of the same statement."""
        return self._shared.wired(self._cursor.nextset)

    def close(self) -> None:
        """Close the driver's cursor."""
        if self._shared.dialect.closing_needs_server:
            self._shared.wired(self._cursor.close)
        else:
            self._cursor.close()

    def _run(self, query: Any, call: Any, args: Any, kwargs: Any) -> Any:
        sql = query if type(query) is str else self._text(query)
        result = self._shared.run(self._virtual, sql, call, args, kwargs)
        return self if result is self._cursor else result

    @contextmanager
    def _whole(self, query: Any) -> Iterator[None]:
        # As one transaction, so that no other thread's statement comes between its parts.
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
    """A cursor whose driver reads rows when they are fetched: here all are read when the statement runs.

    Otherwise another thread's changes would show in the middle of a result.
    """

    __slots__ = ("_at", "_rows")

    def __init__(self, cursor: Any, virtual: VirtualTransaction) -> None:
        self._cursor = cursor  # not by super(): there is a cursor for each statement
        self._virtual = virtual
        self._shared = virtual.shared
        self._rows: list[Any] = []
        self._at = 0

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement, and read its rows."""
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
        if self._shared.dialect.closing_needs_server:
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
    """SQLite's cursor, with a fast path for statements outside of transactions that need no savepoint.

    Those are the ORM's queries, and statements that are known to break no foreign key: SQLite undoes a failed
    statement itself, so they need the lock alone. In memory they are so fast that the other path would be noticed.
    """

    __slots__ = ()

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a statement, and read its rows."""
        virtual, shared = self._virtual, self._shared
        if not (
            virtual.autocommit
            and type(query) is str
            and query[:6] in PLAIN_WORDS
            and virtual.ident == get_ident()
        ):
            return super().execute(query, *args, **kwargs)
        shared.lock.acquire(virtual, query)
        try:
            known = (query[:6] == "SELECT" and ' FROM "' in query) or query in shared.dialect.safe_statements
            if not known or shared.over:
                return super().execute(query, *args, **kwargs)
            try:
                self._cursor.execute(query, *args, **kwargs)
                self._rows, self._at = self._cursor.fetchall(), 0
            except BaseException as error:
                self._rows, self._at = [], 0
                shared.recover(virtual, query, error)
                raise
            return self
        finally:
            shared.lock.release()


class ServerSideCursor(LeasedCursor):
    """PostgreSQL's named cursor: each fetch is a statement, and another statement's error must not close it."""

    __slots__ = ()

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Declare the cursor, as a statement that a later error must not undo."""
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
        """Close the cursor on the server, unless the story is over."""
        if self._shared.over:
            return
        self._fetch(self._cursor.close)

    def _fetch(self, call: Any) -> Any:
        return self._shared.run(self._virtual, 'SELECT FROM "cursor"', call)
