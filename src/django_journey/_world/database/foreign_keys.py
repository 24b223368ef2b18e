"""Checks SQLite's deferred foreign keys in the tables that a virtual transaction has written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django_journey._world.database.statements import written_table

__all__ = ["DeferredKeys", "Schema"]

_KEYS = (
    'SELECT m.name, k."table", coalesce(k."to", \'\') FROM sqlite_master m, pragma_foreign_key_list(m.name) k '
    "WHERE m.type = 'table'"
)
_TRIGGERS = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
_SCHEMA_WORDS = frozenset({"CREATE", "ALTER", "DROP"})
_SAVEPOINT_WORDS = frozenset({"SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA"})
# Limits of the statements that are cached: the ORM writes the same ones again and again.
_LONGEST = 2_000  # characters
_MOST = 1_000  # statements


@dataclass(slots=True)
class Schema:
    """The foreign keys and triggers of a database."""

    referring: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """The columns of each table that keys refer to, by the referring table."""
    with_keys: set[str] = field(default_factory=set)
    triggers: bool = False
    safe_statements: set[str] = field(default_factory=set)
    """Statements that can break no key, whatever their parameters are."""


class DeferredKeys:
    """The tables whose foreign keys have to be checked before a virtual commit.

    An insert or update can only break keys of its own table; a delete, or an update of a referenced column, only keys
    of the tables that refer to it. After a statement that is not written as the ORM writes it, and in a database with
    triggers, all tables have to be checked.

    Args:
        driver: The SQLite connection.
        errors: Its DB-API module, for the class of the error.
        schemas: A cache, by the schema's version; ``None`` where this transaction may have changed the schema.
    """

    def __init__(self, driver: Any, errors: Any, schemas: dict[int, Schema] | None = None) -> None:
        self._driver = driver
        self._errors = errors
        self._schemas = schemas
        self._suspects: set[str] = set()
        self._everything = False
        self._schema: Schema | None = None
        self.safe_statements: set[str] = set()
        """Statements that are known to break no key."""

    @property
    def nothing_to_check(self) -> bool:
        """Whether no key can be broken."""
        return not self._everything and not self._suspects

    def forget(self) -> None:
        """Forget what was written."""
        self._suspects.clear()
        self._everything = False

    def rolled_back(self) -> None:
        """Forget what was written, and the schema if the transaction may have changed it."""
        self.forget()
        if self._schemas is None:
            self._forget_schema()

    def written(self, word: str, sql: str) -> None:
        """Take note of a statement that may write."""
        if sql in self.safe_statements:
            return
        if word in _SCHEMA_WORDS:
            self._schemas = None  # a rollback may give this version another schema
            self._forget_schema()
            return
        if word == "ROLLBACK" and self._schemas is None:
            self._forget_schema()
        if word in _SAVEPOINT_WORDS or self._everything:
            return
        schema = self._known()
        found = written_table(word, sql)
        if found is None or schema.triggers:
            self._everything = True
            return
        kind, table = found
        suspects = {table} if kind != "DELETE" and table in schema.with_keys else set()
        if kind != "INSERT" and table in schema.referring:
            suspects |= _endangered(kind, sql, schema.referring[table])
        self._suspects |= suspects
        if not suspects and len(sql) <= _LONGEST and len(self.safe_statements) < _MOST:
            self.safe_statements.add(sql)
            schema.safe_statements.add(sql)

    def check(self) -> None:
        """Raise the driver's ``IntegrityError`` if a key refers to a row that does not exist."""
        if self.nothing_to_check:
            return
        pragmas = (
            ["PRAGMA foreign_key_check"]
            if self._everything
            else [f'PRAGMA foreign_key_check("{table}")' for table in sorted(self._suspects)]
        )
        for pragma in pragmas:
            broken = self._driver.execute(pragma).fetchone()
            if broken is not None and self._driver.execute("PRAGMA foreign_keys").fetchone()[0]:
                table, row, parent, _ = broken
                raise self._errors.IntegrityError(
                    f"FOREIGN KEY constraint failed: row {row} of {table!r} refers to a row of {parent!r} "
                    "that does not exist"
                )

    def _forget_schema(self) -> None:
        self._schema = None
        self.safe_statements.clear()

    def _known(self) -> Schema:
        if self._schema is None:
            schemas = {} if self._schemas is None else self._schemas
            (version,) = self._driver.execute("PRAGMA schema_version").fetchone()
            if version not in schemas:
                schemas.clear()
                schemas[version] = self._read()
            self._schema = schemas[version]
            self.safe_statements |= self._schema.safe_statements
        return self._schema

    def _read(self) -> Schema:
        schema = Schema(triggers=bool(self._driver.execute(_TRIGGERS).fetchone()[0]))
        for child, parent, column in self._driver.execute(_KEYS).fetchall():
            schema.with_keys.add(child)
            schema.referring.setdefault(parent, {}).setdefault(child, set()).add(column)
        return schema


def _endangered(kind: str, sql: str, referring: dict[str, set[str]]) -> set[str]:
    if kind == "DELETE":
        return set(referring)
    assigned = set(re.findall(r'"([^"]+)" = ', sql.split(" WHERE ", 1)[0]))
    # A key that names no column refers to the primary key, whatever it is called.
    return {child for child, columns in referring.items() if "" in columns or columns & assigned}
