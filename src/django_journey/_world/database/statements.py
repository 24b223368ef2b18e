"""Reads as much of an SQL statement as a shared transaction needs to know."""

from __future__ import annotations

import re

__all__ = [
    "PLAIN_WORDS",
    "depends_on_row_locks",
    "first_word",
    "locks_rows",
    "only_reads",
    "refusal",
    "written_table",
]

_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*([A-Za-z]+)", re.DOTALL)
_ORM_INSERT = re.compile(r'INSERT (?:OR IGNORE )?INTO "([^"]+)" ')
_ORM_UPDATE = re.compile(r'UPDATE "([^"]+)" SET ')
_ORM_DELETE = re.compile(r'DELETE FROM "([^"]+)"(?: |$)')
_CONCURRENTLY = re.compile(r"\s*(?:CREATE|DROP|REINDEX)\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.DOTALL)
_SETS_TRANSACTION = re.compile(
    r"\s*SET\s+(?:(?:SESSION|LOCAL|GLOBAL)\s+)?"
    r"(?:TRANSACTION\b|CHARACTERISTICS\b|(?:@@\w*\.?)?autocommit\b|default_transaction_)",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"\s*ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\b", re.IGNORECASE)
_TEMPORARY = re.compile(r"\s*(?:CREATE(?:\s+OR\s+REPLACE)?|DROP)\s+TEMPORARY\b", re.IGNORECASE)
_DATABASE_WIDE = re.compile(r"\s*(?:CREATE|DROP|ALTER)\s+(?:DATABASE|TABLESPACE|SYSTEM)\b", re.IGNORECASE)
_JOURNAL = re.compile(r"\s*PRAGMA\s+(?:\w+\.)?(?:journal_mode|wal_checkpoint)\b", re.IGNORECASE)
_ROW_LOCK = re.compile(r"\bFOR\s+(?:UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b|\bLOCK IN SHARE MODE\b")

_ENDS = "it begins or ends the real transaction, which contains the whole story and is rolled back at its end"
_COMMITS = "on this database it commits the real transaction"
_OUTSIDE = "it can't run inside a transaction, and the whole story is inside one"
_NOTIFY = "notifications are delivered when the real transaction commits, which never happens"
_ISOLATION = "the real transaction began long before; its isolation level can't be changed now"

_TRANSACTION_WORDS = frozenset({"BEGIN", "START", "COMMIT", "END", "ABORT", "ROLLBACK", "PREPARE"})
_POSTGRESQL_WORDS = {
    "VACUUM": _OUTSIDE,
    "LISTEN": _NOTIFY,
    "UNLISTEN": _NOTIFY,
    "NOTIFY": _NOTIFY,
    "DISCARD": _OUTSIDE,
}
_SQLITE_WORDS = {"VACUUM": _OUTSIDE, "ATTACH": _OUTSIDE, "DETACH": _OUTSIDE}
# Statements that commit implicitly: https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
_MYSQL_WORDS = dict.fromkeys(
    (
        *("ALTER", "ANALYZE", "CREATE", "DROP", "FLUSH", "GRANT", "INSTALL", "LOCK", "OPTIMIZE"),
        *("RENAME", "REPAIR", "REVOKE", "TRUNCATE", "UNINSTALL", "UNLOCK"),
    ),
    _COMMITS,
)
PLAIN_WORDS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_READS = frozenset({"SELECT", "SAVEPOINT", "RELEASE", "SHOW", "EXPLAIN", "DESCRIBE", "VALUES", "TABLE"})


def first_word(sql: str) -> str:
    """Return the first word in upper case, without the comments and brackets before it."""
    found = _FIRST_WORD.match(sql)
    return found[1].upper() if found else ""


def refusal(vendor: str, word: str, sql: str) -> str | None:
    """Return why a statement can't run in a shared transaction, or ``None`` if it can.

    Args:
        vendor: Django's name of the database: ``sqlite``, ``postgresql`` or ``mysql`` (MariaDB too).
        word: The statement's first word, as ``first_word`` gives it.
        sql: The statement.
    """
    if word in PLAIN_WORDS:
        return _NOTIFY if vendor == "postgresql" and word == "SELECT" and "pg_notify(" in sql else None
    if word in _TRANSACTION_WORDS:
        return _of_transaction_word(vendor, word, sql)
    if word == "SET" and _SETS_TRANSACTION.match(sql):
        return _ISOLATION
    if vendor == "postgresql":
        return _of_postgresql(word, sql)
    if vendor == "mysql":
        return None if _TEMPORARY.match(sql) else _MYSQL_WORDS.get(word)
    if vendor == "sqlite":
        return _OUTSIDE if word == "PRAGMA" and _JOURNAL.match(sql) else _SQLITE_WORDS.get(word)
    return None


def only_reads(word: str, sql: str) -> bool:
    """Return whether a statement certainly changes nothing.

    A function in a ``SELECT`` may write, so only queries on a quoted table count, as the ORM writes them.
    """
    if word == "SELECT":
        return ' FROM "' in sql or " FROM `" in sql
    return word in _READS


def written_table(word: str, sql: str) -> tuple[str, str] | None:
    """Return which table a statement writes, or ``None`` if it is not written as the ORM writes it.

    Returns:
        ``("INSERT" | "UPDATE" | "DELETE", table)``.
    """
    pattern = {"INSERT": _ORM_INSERT, "UPDATE": _ORM_UPDATE, "DELETE": _ORM_DELETE}.get(word)
    found = pattern.match(sql) if pattern else None
    return (word, found[1]) if found else None


def locks_rows(word: str, sql: str) -> bool:
    """Return whether a query locks the rows that it reads."""
    return (
        word == "SELECT"
        and (" FOR " in sql or " LOCK IN " in sql)  # a hundred times as fast as the pattern
        and _ROW_LOCK.search(sql) is not None
    )


def depends_on_row_locks(sql: str) -> bool:
    """Return whether the result of a query depends on rows that another connection has locked."""
    return "SKIP LOCKED" in sql or "NOWAIT" in sql


def _of_transaction_word(vendor: str, word: str, sql: str) -> str | None:
    if word == "ROLLBACK" and _PARTLY.match(sql):
        return None
    if word == "PREPARE" and "TRANSACTION" not in sql.upper():
        return None
    if word == "START" and "TRANSACTION" not in sql.upper():
        return _COMMITS if vendor == "mysql" else None
    return _ENDS


def _of_postgresql(word: str, sql: str) -> str | None:
    if word in {"CREATE", "DROP", "REINDEX", "ALTER"} and (
        _CONCURRENTLY.match(sql) or _DATABASE_WIDE.match(sql)
    ):
        return _OUTSIDE
    return _POSTGRESQL_WORDS.get(word)
