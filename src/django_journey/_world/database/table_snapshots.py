"""Finds the tables that were written, and restores their rows, on each database."""

from __future__ import annotations

import marshal
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

__all__ = ["TableSnapshots", "snapshots_of"]

_LOCK_SECONDS = 10


class TableSnapshots(Protocol):
    """Reads and restores the tables of one database.

    Nothing is tracked while the story runs: tables are compared before and after. So writes by triggers, cascades,
    other connections and other processes are found too.
    """

    driver: Any
    """The driver's connection."""

    def version(self) -> object:
        """Return a value that changes with every write, or ``None`` where the database has none."""

    def triggers_may_have_fired(self) -> bool:
        """Return whether triggers may have run in the last ``restore`` and written to other tables."""

    def fingerprints(
        self, known: Collection[str] | None, among: Collection[str] | None = None
    ) -> dict[str, object]:
        """Return the tables that are not empty, each with a value that changes when its rows do.

        Args:
            known: The tables whose values are needed, or ``None`` for all.
            among: The tables to read, or ``None`` for all.
        """

    def rows(self, table: str) -> Any:
        """Return a table's rows, as ``restore`` takes them."""

    def restore(self, tables: Collection[str], rows: Mapping[str, Any]) -> None:
        """Empty the tables and insert the rows, without checking foreign keys."""


class SQLiteSnapshots:
    """Reads all rows: SQLite stores nothing that tells whether a table has changed, but it is fast.

    Most of the cost is compiling the statements, so what depends on the schema alone is cached until that changes.
    """

    _TABLES = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    _TRIGGER = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')"

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self._version: object = None
        self._tables: list[str] = []
        self._triggers = False
        self._columns: dict[str, list[str]] = {}

    def version(self) -> object:
        # Commits of other connections change the first number, this connection's writes the second.
        (others,) = self.driver.execute("PRAGMA data_version").fetchone()
        return self.driver, others, self.driver.total_changes

    def triggers_may_have_fired(self) -> bool:
        return self._triggers

    def fingerprints(
        self, known: Collection[str] | None, among: Collection[str] | None = None
    ) -> dict[str, object]:
        self._know_schema()
        filled: list[str] = []
        for some in _some(
            self._tables if among is None else list(among), 1000
        ):  # SQLite's limit is 2000 columns
            asked = ", ".join(f"EXISTS (SELECT 1 FROM {_name(table)})" for table in some)
            answers = self.driver.execute(f"SELECT {asked}").fetchone()
            filled += [table for table, answer in zip(some, answers, strict=True) if answer]
        return {
            table: self._fingerprint(table) if known is None or table in known else True for table in filled
        }

    def rows(self, table: str) -> Any:
        if table not in self._columns:
            found = self.driver.execute(
                "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (table,)
            )
            self._columns[table] = [column for (column,) in found]
        columns = self._columns[table]
        # As stored: an expression has no declared type, so Django's converters are not applied.
        chosen = ", ".join(f"+{_name(column)}" for column in columns)
        return columns, self.driver.execute(f"SELECT {chosen} FROM {_name(table)}").fetchall()

    def restore(self, tables: Collection[str], rows: Mapping[str, Any]) -> None:
        driver = self.driver
        driver.execute("PRAGMA foreign_keys = OFF")
        # A test's database need not survive a power failure, so there is no need to wait for the disk.
        (synchronous,) = driver.execute("PRAGMA synchronous").fetchone()
        driver.execute("PRAGMA synchronous = OFF")
        try:
            driver.execute("BEGIN IMMEDIATE")
            for table in tables:
                driver.execute(f"DELETE FROM {_name(table)}")
            for table in tables:
                if table in rows:
                    columns, values = rows[table]
                    names = ", ".join(map(_name, columns))
                    marks = ", ".join("?" * len(columns))
                    driver.executemany(f"INSERT INTO {_name(table)} ({names}) VALUES ({marks})", values)
            driver.execute("COMMIT")
        except BaseException:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            raise
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.execute(f"PRAGMA synchronous = {synchronous}")

    def _fingerprint(self, table: str) -> object:
        # In version 2 of the format equal values have equal bytes; later ones depend on reference counts.
        return marshal.dumps(self.rows(table), 2)

    def _know_schema(self) -> None:
        (version,) = self.driver.execute("PRAGMA schema_version").fetchone()
        if version != self._version:
            self._version = version
            self._tables = [name for (name,) in self.driver.execute(self._TABLES)]
            self._triggers = bool(self.driver.execute(self._TRIGGER).fetchone()[0])
            self._columns.clear()


class PostgreSQLSnapshots:
    """Adds up the numbers of the transactions that last wrote each row (``xmin``)."""

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
        self.driver = driver
        reported = driver.info.parameter_status("is_superuser") == "on"
        self._privileged = reported if privileged is None else privileged

    def version(self) -> object:
        return None

    def triggers_may_have_fired(self) -> bool:
        return not self._privileged

    def fingerprints(
        self, known: Collection[str] | None, among: Collection[str] | None = None
    ) -> dict[str, object]:
        tables = [table for (table,) in self.driver.execute(self._FILLED)] if among is None else list(among)
        if not tables:
            return {}
        parts = (
            f"SELECT {index}, count(*), sum(xmin::text::bigint) FROM {table}"
            for index, table in enumerate(tables)
        )
        found = self.driver.execute(" UNION ALL ".join(parts))
        return {tables[index]: (count, total) for index, count, total in found if count}

    def rows(self, table: str) -> Any:
        with self.driver.cursor().copy(f"COPY {table} TO STDOUT") as copying:
            return b"".join(copying)

    def restore(self, tables: Collection[str], rows: Mapping[str, Any]) -> None:
        privileged = self._privileged
        ordered = list(tables) if privileged else self._children_first(tables)
        # Without the privilege, triggers run, and foreign keys are checked at the end: Django's are deferrable.
        ease = (
            "SET LOCAL session_replication_role = replica" if privileged else "SET CONSTRAINTS ALL DEFERRED"
        )
        # A test's database need not survive a power failure, so there is no need to wait for the disk.
        script = [f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'", "SET LOCAL synchronous_commit = off", ease]
        script += [f"DELETE FROM {table}" for table in ordered]
        if not rows:
            self.driver.execute("; ".join(script))  # several statements in one message are one transaction
            return
        with self.driver.transaction():
            self.driver.execute("; ".join(script))
            for table in reversed(ordered):
                if table in rows:
                    with self.driver.cursor().copy(f"COPY {table} FROM STDIN") as copying:
                        copying.write(rows[table])

    def _children_first(self, tables: Collection[str]) -> list[str]:
        parents: dict[str, set[str]] = {table: set() for table in tables}
        for child, parent in self.driver.execute(self._KEYS):
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


class MySQLSnapshots:
    """Asks the server for the checksums of all tables in one message.

    Args:
        driver: The connection.
        together: Whether it accepts several statements in one message.
    """

    _TABLES = "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'"

    def __init__(self, driver: Any, *, together: bool = True) -> None:
        self.driver = driver
        self._together = together
        self._triggers_fired = False
        self._tables: list[str] = []

    def version(self) -> object:
        return None

    def triggers_may_have_fired(self) -> bool:
        return self._triggers_fired

    def fingerprints(
        self, known: Collection[str] | None, among: Collection[str] | None = None
    ) -> dict[str, object]:
        if among is not None:
            return self._found(list(among), self._ask_all(_checksums(list(among))))
        # The tables of the last time are asked for in the same message: they rarely change.
        tables, *sums = self._ask_all([self._TABLES, *_checksums(self._tables)])
        if [table for table, _ in tables] != self._tables:
            self._tables = [table for table, _ in tables]
            sums = self._ask_all(_checksums(self._tables))
        return self._found(self._tables, sums)

    def rows(self, table: str) -> Any:
        columns = [row[0] for row in self._ask(f"SHOW COLUMNS FROM `{table}`") if "GENERATED" not in row[5]]
        names = ", ".join(f"`{column}`" for column in columns)
        return names, [tuple(row) for row in self._ask(f"SELECT {names} FROM `{table}`")]

    def restore(self, tables: Collection[str], rows: Mapping[str, Any]) -> None:
        asked = _triggers(list(tables))
        script = [f"SET foreign_key_checks = 0, innodb_lock_wait_timeout = {_LOCK_SECONDS}", "BEGIN"]
        script += [f"DELETE FROM `{table}`" for table in tables]
        end = ["COMMIT", self._DEFAULTS]
        try:
            answers = self._ask_all(asked + script + ([] if rows else end))
            for table in tables:
                if table in rows:
                    self._insert(table, *rows[table])
            if rows:
                self._ask_all(end)
        except BaseException:
            self.driver.rollback()
            self._ask(self._DEFAULTS)
            raise
        self._triggers_fired = any(answers[: len(asked)])

    _DEFAULTS = "SET foreign_key_checks = 1, innodb_lock_wait_timeout = DEFAULT"

    def _insert(self, table: str, names: str, rows: list[Any]) -> None:
        marks = ", ".join(["%s"] * (names.count("`") // 2))
        cursor = self.driver.cursor()
        try:
            cursor.executemany(f"INSERT INTO `{table}` ({names}) VALUES ({marks})", rows)
        finally:
            cursor.close()

    def _found(self, tables: list[str], answers: list[list[Any]]) -> dict[str, object]:
        sums = [checksum for answer in answers for _, checksum in answer]
        return {table: checksum for table, checksum in zip(tables, sums, strict=True) if checksum}

    def _ask(self, sql: str) -> list[Any]:
        return self._ask_all([sql])[0]

    def _ask_all(self, statements: list[str]) -> list[list[Any]]:
        messages = ["; ".join(statements)] if self._together else statements
        answers: list[list[Any]] = []
        cursor = self.driver.cursor()
        try:
            for message in messages:
                cursor.execute(message)
                answers.append(list(cursor.fetchall()) if cursor.description else [])
                while cursor.nextset():
                    answers.append(list(cursor.fetchall()) if cursor.description else [])
        finally:
            cursor.close()
        return answers


def _triggers(tables: list[str]) -> list[str]:
    # One query for each table: otherwise the server opens all of them.
    asked = [
        "SELECT 1 FROM information_schema.triggers "
        f"WHERE event_object_schema = DATABASE() AND event_object_table = {_text(table)}"
        for table in tables
    ]
    return [" UNION ALL ".join(some) for some in _some(asked, 50)]


def _checksums(tables: list[str]) -> list[str]:
    return ["CHECKSUM TABLE " + ", ".join(f"`{table}`" for table in some) for some in _some(tables, 500)]


def snapshots_of(wrapper: Any) -> TableSnapshots | None:
    """Return the snapshots of a connected wrapper's database, or ``None`` if that is not supported."""
    cached: TableSnapshots | None = vars(wrapper).get("journey_snapshots")
    if cached is None or cached.driver is not wrapper.connection:
        wrapper.journey_snapshots = cached = _new_snapshots(wrapper)
    return cached


def _new_snapshots(wrapper: Any) -> TableSnapshots | None:
    if wrapper.vendor == "sqlite":
        return SQLiteSnapshots(wrapper.connection)
    if wrapper.vendor == "postgresql" and wrapper.Database.__name__ == "psycopg":
        return PostgreSQLSnapshots(wrapper.connection)
    if wrapper.vendor == "mysql" and wrapper.Database.__name__ == "MySQLdb":
        together = wrapper.settings_dict["OPTIONS"].get("multi_statements", True)
        return MySQLSnapshots(wrapper.connection, together=together)
    return None


def _some(names: list[str], size: int) -> Iterable[list[str]]:
    return (names[begin : begin + size] for begin in range(0, len(names), size))


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
