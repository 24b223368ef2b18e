"""Copies of a migrated database, in the way that each backend does it fastest: kept, filled in again, dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django_journey._adapters.django import has_own_creation, server_cursor

__all__ = ["PREFIX", "Copies", "copies_of"]

#: How the names of databases on a server begin that are kept; like those of test databases, for the sake of GRANTs.
PREFIX = "test_journey_"

# Up to this size PostgreSQL copies a database faster through its log than file by file, which makes a checkpoint.
_LARGE = 256 * 1024 * 1024


class Copies(Protocol):
    """The kept databases of one connection's backend."""

    def backend(self) -> str:
        """Return what decides the contents, of the backend and its server."""

    def exists(self, name: str) -> bool:
        """Return whether a database was kept under this name."""

    def keep(self, name: str) -> str:
        """Keep the test database under this name; return why that can't be done, empty if it is done."""

    @contextmanager
    def creating_from(self, name: str) -> Iterator[None]:
        """Let a test database that is created in this context be a copy already, if the backend can do that."""

    def fill(self, name: str) -> None:
        """Fill in the test database, which is empty unless it was created as a copy."""

    def drop(self, name: str) -> None:
        """Drop a kept database."""

    def names(self, prefix: str) -> list[str]:
        """Return the names of the databases that are kept on a server."""


def copies_of(connection: Any, folder: Path) -> Copies | None:
    """Return how the database of a connection is copied; ``None`` if that is not known.

    Args:
        connection: The ``DatabaseWrapper`` of a test database.
        folder: Where files are kept.
    """
    kinds: dict[str, type[Any]] = {
        "sqlite": _SQLiteCopies,
        "postgresql": _PostgreSQLCopies,
        "mysql": _MySQLCopies,
    }
    if connection.vendor not in kinds or not has_own_creation(connection):
        return None
    copies: Copies = kinds[connection.vendor](connection, folder)
    return copies


class _SQLiteCopies:
    """Files, copied by SQLite's own backup."""

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def backend(self) -> str:
        return f"{_classes(self._connection)} {sqlite3.sqlite_version}"

    def exists(self, name: str) -> bool:
        return self._file(name).exists()

    def keep(self, name: str) -> str:
        if self._connection.connection.in_transaction:
            return "a transaction is open when all is migrated"
        self.drop(name)
        with closing(sqlite3.connect(self._file(name))) as kept:
            kept.execute("PRAGMA synchronous = FULL")
            self._connection.connection.backup(kept)
        return ""

    @contextmanager
    def creating_from(self, name: str) -> Iterator[None]:
        yield

    def fill(self, name: str) -> None:
        self._connection.ensure_connection()
        with closing(sqlite3.connect(f"{self._file(name).absolute().as_uri()}?mode=ro", uri=True)) as kept:
            kept.backup(self._connection.connection)

    def drop(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> list[str]:
        return []

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite3"


class _ServersCopies:
    """Databases beside the test database, on its server."""

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection

    def exists(self, name: str) -> bool:
        return name in self.names(name)

    def drop(self, name: str) -> None:
        with server_cursor(self._connection) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self._quoted(name)}")

    def names(self, prefix: str) -> list[str]:
        raise NotImplementedError

    def _quoted(self, name: str) -> str:
        return str(self._connection.ops.quote_name(name))

    def _test_database(self) -> str:
        return str(self._connection.settings_dict["NAME"])

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with server_cursor(self._connection) as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())


class _PostgreSQLCopies(_ServersCopies):
    """Databases whose template is the kept one."""

    def backend(self) -> str:
        template = self._connection.settings_dict["TEST"].get("TEMPLATE") or "template1"
        # A template that has got another extension has another size.
        facts = self._rows("SELECT version(), current_user, pg_database_size(%s)", template)
        return f"{_classes(self._connection)} {facts}"

    def names(self, prefix: str) -> list[str]:
        found = self._rows("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", prefix)
        return [name for (name,) in found]

    def keep(self, name: str) -> str:
        settings = self._rows(
            "SELECT 1 FROM pg_database AS d LEFT JOIN pg_db_role_setting AS s ON s.setdatabase = d.oid"
            " WHERE datname = %s AND (datacl IS NOT NULL OR s.setdatabase IS NOT NULL)",
            self._test_database(),
        )
        if settings:
            return "the migrations change settings or privileges of the whole database, which are not copied"
        self._connection.close()
        self._connection.close_pool()
        self.drop(name)
        quoted = self._quoted(name)
        with server_cursor(self._connection) as cursor:
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE {self._quoted(self._test_database())}")
            # A database to which somebody is connected can't be copied.
            cursor.execute(f"ALTER DATABASE {quoted} ALLOW_CONNECTIONS false")
        return ""

    @contextmanager
    def creating_from(self, name: str) -> Iterator[None]:
        creation, test = self._connection.creation, self._connection.settings_dict["TEST"]
        before = {key: test[key] for key in ("TEMPLATE",) if key in test}
        suffix = creation.sql_table_creation_suffix
        by_file = self._rows("SELECT pg_database_size(%s) > %s", name, _LARGE) == [(True,)]
        test["TEMPLATE"] = name
        if by_file and self._connection.pg_version >= 150000:
            creation.sql_table_creation_suffix = lambda: f"{suffix()} STRATEGY FILE_COPY"
        try:
            yield
        finally:
            creation.__dict__.pop("sql_table_creation_suffix", None)
            test.pop("TEMPLATE")
            test.update(before)

    def fill(self, name: str) -> None:
        """Do nothing: the test database was created as a copy."""


class _MySQLCopies(_ServersCopies):
    """Tables that are created by the server's own statements, and filled on the server."""

    def backend(self) -> str:
        facts = self._rows(
            "SELECT VERSION(), @@GLOBAL.sql_mode, @@GLOBAL.character_set_server, CURRENT_USER()"
        )
        return f"{_classes(self._connection)} {facts}"

    def names(self, prefix: str) -> list[str]:
        found = self._rows(
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, %s) = %s",
            len(prefix),
            prefix,
        )
        return [name for (name,) in found]

    def keep(self, name: str) -> str:
        source = self._test_database()
        others = self._rows(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_TYPE <> 'BASE TABLE'"
            " UNION ALL SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s"
            " UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %s"
            " UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %s",
            *(source,) * 4,
        )
        if others:
            return f"the database contains {others[0][0]!r}, which is no table"
        self.drop(name)
        with server_cursor(self._connection) as cursor:
            cursor.execute(
                f"CREATE DATABASE {self._quoted(name)} {self._connection.creation.sql_table_creation_suffix()}"
            )
        self._copy(source, name)
        return ""

    @contextmanager
    def creating_from(self, name: str) -> Iterator[None]:
        yield

    def fill(self, name: str) -> None:
        target = self._test_database()
        try:
            self._copy(name, target)
        except BaseException:
            with server_cursor(self._connection) as cursor:
                cursor.execute(f"DROP DATABASE {self._quoted(target)}")
                suffix = self._connection.creation.sql_table_creation_suffix()
                cursor.execute(f"CREATE DATABASE {self._quoted(target)} {suffix}")
            raise

    def _copy(self, source: str, target: str) -> None:
        columns: dict[str, list[str]] = {}
        for table, column, generated in self._rows(
            "SELECT t.TABLE_NAME, COLUMN_NAME, IFNULL(GENERATION_EXPRESSION, '') FROM information_schema.TABLES AS t"
            " JOIN information_schema.COLUMNS AS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME"
            " WHERE t.TABLE_SCHEMA = %s ORDER BY t.TABLE_NAME, ORDINAL_POSITION",
            source,
        ):
            columns.setdefault(table, []).extend([] if generated else [self._quoted(column)])
        here, there = self._quoted(source), self._quoted(target)
        with server_cursor(self._connection) as cursor:
            cursor.execute(f"USE {there}")
            cursor.execute(
                "SET foreign_key_checks = 0, unique_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
            )
            for table, names in columns.items():
                quoted, listed = self._quoted(table), ", ".join(names)
                cursor.execute(f"SHOW CREATE TABLE {here}.{quoted}")
                cursor.execute(cursor.fetchone()[1])
                cursor.execute(f"INSERT INTO {quoted} ({listed}) SELECT {listed} FROM {here}.{quoted}")


def _classes(connection: Any) -> str:
    """Return the names of the classes of a wrapper and its parts, and its driver's version."""
    parts = (connection, connection.creation, connection.SchemaEditorClass, connection.Database)
    return " ".join(
        f"{getattr(part, '__module__', '')}.{type(part).__qualname__} {getattr(part, '__version__', '')}"
        for part in parts
    )
