"""Checks SQLite's deferred foreign keys in the tables that a virtual transaction wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django_journey.world.statements import written_table

__all__ = ["DeferredKeys", "Schema"]

_KEYS = (
    'SELECT m.name, k."table", coalesce(k."to", \'\') FROM sqlite_master m, pragma_foreign_key_list(m.name) k '
    "WHERE m.type = 'table'"
)
_TRIGGERS = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
_SCHEMA_WORDS = frozenset({"CREATE", "ALTER", "DROP"})
_SAVEPOINT_WORDS = frozenset({"SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA"})
# What is remembered of statements: the ORM writes the same ones again and again.
_SHORT = 2_000  # characters
_MANY = 1_000  # statements


@dataclass(slots=True)
class Schema:
    """What has to be known of a database's keys."""

    referring: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """The columns of each table that keys refer to, by the referring table."""
    with_keys: set[str] = field(default_factory=set)
    triggers: bool = False
    harmless: set[str] = field(default_factory=set)
    """Statements that can break no key, whatever their parameters."""


class DeferredKeys:
    """The tables whose foreign keys have to be looked at before a virtual commit.

    An insert or update can only break keys of its own table; a delete, or an update of a referenced
    column, only those of the tables that refer to it. A statement that isn't written as the ORM
    writes it, or a database with triggers, makes every table suspect.

    Args:
        driver: The SQLite connection.
        errors: Its DB-API module, for the class of the error.
        kept: What earlier stories saw, by the version of the schema; ``None`` where this transaction may have
            changed it before.
    """

    def __init__(self, driver: Any, errors: Any, kept: dict[int, Schema] | None = None) -> None:
        self._driver = driver
        self._errors = errors
        self._kept = kept
        self._suspects: set[str] = set()
        self._everything = False
        self._schema: Schema | None = None
        self.harmless: set[str] = set()
        """Statements that can break no key, whatever their parameters, as far as has been seen."""

    @property
    def nothing_to_check(self) -> bool:
        """Whether no key can have been broken."""
        return not self._everything and not self._suspects

    def forget(self) -> None:
        """Begin anew."""
        self._suspects.clear()
        self._everything = False

    def rolled_back(self) -> None:
        """Begin anew, with the schema as it was."""
        self.forget()
        if self._kept is None:
            self._forget_schema()

    def written(self, word: str, sql: str) -> None:
        """Take note of a statement that may write."""
        if sql in self.harmless:
            return
        if word in _SCHEMA_WORDS:
            self._kept = None  # its number is no longer that of a schema that stays
            self._forget_schema()
            return
        if word == "ROLLBACK" and self._kept is None:
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
        if not suspects and len(sql) <= _SHORT and len(self.harmless) < _MANY:
            self.harmless.add(sql)
            schema.harmless.add(sql)

    def check(self) -> None:
        """Raise the driver's ``IntegrityError`` if a key refers to nothing."""
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
        self.harmless.clear()

    def _known(self) -> Schema:
        if self._schema is None:
            kept = {} if self._kept is None else self._kept
            (version,) = self._driver.execute("PRAGMA schema_version").fetchone()
            if version not in kept:
                kept.clear()
                kept[version] = self._read()
            self._schema = kept[version]
            self.harmless |= self._schema.harmless
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
