"""Sees which tables were written, and makes them again what they were, on each database."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

__all__ = ["Footprints", "footprints_of"]

_LOCK_SECONDS = 10


class Footprints(Protocol):
    """What cleaning asks of a database.

    Nothing is tracked while the story runs: the tables themselves are looked at before and after. So
    triggers, cascades, other connections and other processes can't write unseen.
    """

    def version(self) -> object:
        """Return what surely changes with any write, or ``None`` where the database has no such thing."""

    def stirs(self) -> bool:
        """Whether cleaning can set off triggers, which write somewhere else."""

    def look(self, known: Collection[str] | None, among: Collection[str] | None = None) -> dict[str, object]:
        """Return each table that isn't empty, with a mark that changes when its rows do.

        Args:
            known: The tables whose marks matter, or ``None`` for all of them.
            among: The tables to look at, or ``None`` for all of them.
        """

    def rows(self, table: str) -> Any:
        """Return a table's rows, in a form that ``restore`` takes."""

    def restore(self, tables: Collection[str], kept: Mapping[str, Any]) -> None:
        """Empty the tables and give them back the rows that are kept, whatever refers to them."""


class SQLiteFootprints:
    """Looks at each table's rows: SQLite keeps no marks, but is quick."""

    _TABLES = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def version(self) -> object:
        # Others' commits change the first number, this connection's own writes the second.
        (others,) = self._driver.execute("PRAGMA data_version").fetchone()
        return self._driver, others, self._driver.total_changes

    def stirs(self) -> bool:
        found = self._driver.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')")
        return bool(found.fetchone()[0])

    def look(self, known: Collection[str] | None, among: Collection[str] | None = None) -> dict[str, object]:
        tables = [name for (name,) in self._driver.execute(self._TABLES)] if among is None else list(among)
        filled: list[str] = []
        for some in _some(tables, 400):  # SQLite takes 500 parts at most
            parts = (f"SELECT {_text(table)} WHERE EXISTS (SELECT 1 FROM {_name(table)})" for table in some)
            filled.extend(table for (table,) in self._driver.execute(" UNION ALL ".join(parts)))
        return {table: self._digest(table) if known is None or table in known else True for table in filled}

    def rows(self, table: str) -> Any:
        columns = [
            column
            for (column,) in self._driver.execute(
                "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (table,)
            )
        ]
        # As they are stored: an expression has no declared type, and so none of Django's converters.
        chosen = ", ".join(f"+{_name(column)}" for column in columns)
        return columns, self._driver.execute(f"SELECT {chosen} FROM {_name(table)}").fetchall()

    def restore(self, tables: Collection[str], kept: Mapping[str, Any]) -> None:
        driver = self._driver
        driver.execute("PRAGMA foreign_keys = OFF")
        # A test's database need not survive a power failure: nothing waits for the disk.
        (synchronous,) = driver.execute("PRAGMA synchronous").fetchone()
        driver.execute("PRAGMA synchronous = OFF")
        try:
            driver.execute("BEGIN IMMEDIATE")
            for table in tables:
                driver.execute(f"DELETE FROM {_name(table)}")
            for table in tables:
                if table in kept:
                    columns, rows = kept[table]
                    names = ", ".join(map(_name, columns))
                    marks = ", ".join("?" * len(columns))
                    driver.executemany(f"INSERT INTO {_name(table)} ({names}) VALUES ({marks})", rows)
            driver.execute("COMMIT")
        except BaseException:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            raise
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.execute(f"PRAGMA synchronous = {synchronous}")

    def _digest(self, table: str) -> str:
        return hashlib.blake2b(repr(self.rows(table)).encode()).hexdigest()


class PostgreSQLFootprints:
    """Adds up the transactions that last wrote each row: a changed sum is a changed table."""

    _FILLED = (
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'r' AND c.relpersistence <> 't' "
        "AND c.relnamespace::regnamespace::text = ANY (current_schemas(false)::text[]) "
        "AND pg_relation_size(c.oid) > 0 AND NOT EXISTS "
        "(SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid "
        "AND d.deptype = 'e')"
    )
    _KEYS = (
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid <> confrelid"
    )

    def __init__(self, driver: Any, *, privileged: bool | None = None) -> None:
        self._driver = driver
        reported = driver.info.parameter_status("is_superuser") == "on"
        self._privileged = reported if privileged is None else privileged

    def version(self) -> object:
        return None

    def stirs(self) -> bool:
        return not self._privileged

    def look(self, known: Collection[str] | None, among: Collection[str] | None = None) -> dict[str, object]:
        tables = [table for (table,) in self._driver.execute(self._FILLED)] if among is None else list(among)
        if not tables:
            return {}
        parts = (
            f"SELECT {index}, count(*), sum(xmin::text::bigint) FROM {table}"
            for index, table in enumerate(tables)
        )
        found = self._driver.execute(" UNION ALL ".join(parts))
        return {tables[index]: (count, total) for index, count, total in found if count}

    def rows(self, table: str) -> Any:
        with self._driver.cursor().copy(f"COPY {table} TO STDOUT") as copying:
            return b"".join(copying)

    def restore(self, tables: Collection[str], kept: Mapping[str, Any]) -> None:
        privileged = self._privileged
        ordered = list(tables) if privileged else self._children_first(tables)
        # Without the privilege triggers fire, and keys are checked at the end: Django's are deferrable.
        ease = (
            "SET LOCAL session_replication_role = replica" if privileged else "SET CONSTRAINTS ALL DEFERRED"
        )
        script = [f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'", ease]
        script += [f"DELETE FROM {table}" for table in ordered]
        if not kept:
            self._driver.execute("; ".join(script))  # several statements in one message are one transaction
            return
        with self._driver.transaction():
            self._driver.execute("; ".join(script))
            for table in reversed(ordered):
                if table in kept:
                    with self._driver.cursor().copy(f"COPY {table} FROM STDIN") as copying:
                        copying.write(kept[table])

    def _children_first(self, tables: Collection[str]) -> list[str]:
        parents: dict[str, set[str]] = {table: set() for table in tables}
        for child, parent in self._driver.execute(self._KEYS):
            if child in parents and parent in parents:
                parents[child].add(parent)
        ordered: list[str] = []

        def place(table: str, above: frozenset[str]) -> None:
            if table not in ordered and table not in above:
                for child in tables:
                    if table in parents[child]:
                        place(child, above | {table})
                if table not in ordered:
                    ordered.append(table)

        for table in tables:
            place(table, frozenset())
        return ordered


class MySQLFootprints:
    """Asks the server for checksums of all tables at once."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def version(self) -> object:
        return None

    def stirs(self) -> bool:
        return bool(self._ask("SHOW TRIGGERS"))

    def look(self, known: Collection[str] | None, among: Collection[str] | None = None) -> dict[str, object]:
        tables = (
            [table for table, _ in self._ask("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")]
            if among is None
            else list(among)
        )
        found: dict[str, object] = {}
        for some in _some(tables, 500):
            names = ", ".join(f"`{table}`" for table in some)
            for (name, checksum), table in zip(self._ask(f"CHECKSUM TABLE {names}"), some, strict=True):
                assert name.endswith(table)
                if checksum:
                    found[table] = checksum
        return found

    def rows(self, table: str) -> Any:
        columns = [row[0] for row in self._ask(f"SHOW COLUMNS FROM `{table}`") if "GENERATED" not in row[5]]
        names = ", ".join(f"`{column}`" for column in columns)
        return names, [tuple(row) for row in self._ask(f"SELECT {names} FROM `{table}`")]

    def restore(self, tables: Collection[str], kept: Mapping[str, Any]) -> None:
        cursor = self._driver.cursor()
        cursor.execute(f"SET foreign_key_checks = 0, innodb_lock_wait_timeout = {_LOCK_SECONDS}")
        try:
            self._driver.begin()
            for table in tables:
                cursor.execute(f"DELETE FROM `{table}`")
            for table in tables:
                if table in kept:
                    names, rows = kept[table]
                    marks = ", ".join(["%s"] * (names.count("`") // 2))
                    cursor.executemany(f"INSERT INTO `{table}` ({names}) VALUES ({marks})", rows)
            self._driver.commit()
        except BaseException:
            self._driver.rollback()
            raise
        finally:
            cursor.execute("SET foreign_key_checks = 1, innodb_lock_wait_timeout = DEFAULT")
            cursor.close()

    def _ask(self, sql: str) -> list[Any]:
        cursor = self._driver.cursor()
        try:
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            cursor.close()


def footprints_of(wrapper: Any) -> Footprints | None:
    """Return what knows a connected wrapper's database, or ``None`` where nobody has told this library."""
    if wrapper.vendor == "sqlite":
        return SQLiteFootprints(wrapper.connection)
    if wrapper.vendor == "postgresql" and wrapper.Database.__name__ == "psycopg":
        return PostgreSQLFootprints(wrapper.connection)
    if wrapper.vendor == "mysql" and wrapper.Database.__name__ == "MySQLdb":
        return MySQLFootprints(wrapper.connection)
    return None


def _some(names: list[str], size: int) -> Iterable[list[str]]:
    return (names[begin : begin + size] for begin in range(0, len(names), size))


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
