"""Groups the SQL statements of a request or a step by their shape: the SQL without its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django_journey._trace.record.events import QueryShape, QuerySummary

__all__ = ["WRITING", "Statement", "query_shape", "query_summary", "query_summary_data", "rows_written"]

#: The database alias, the SQL as passed to the cursor, and the time in seconds.
Statement = tuple[str, Any, float]

#: How SQL that changes existing rows begins.
WRITING = ("UPDATE", "DELETE")

#: How SQL that writes rows begins.
_CHANGING = (*WRITING, "INSERT", "REPLACE")

_MOST_SHAPES = 60
_LONGEST_SHAPE = 2_000

_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w\"%.$])\d+(?:\.\d+)?\b")
_LIST = re.compile(r"(%s|\?)(?:\s*,\s*(?:%s|\?))+")
_ROWS = re.compile(r"(\((?:%s|\?)(?:, …)?\))(?:\s*,\s*\((?:%s|\?)(?:, …)?\))+")
_SAVEPOINT = re.compile(r"(SAVEPOINT\s+)[`\"]?\w+[`\"]?", re.IGNORECASE)

_NONE = QuerySummary()


def rows_written(sql: Any, cursor: Any) -> int:
    """Return how many rows the SQL just executed has written; an ``INSERT``'s result is not fetched yet."""
    if type(sql) is not str or not sql.startswith(_CHANGING):
        return 0
    inserted = sql.count("), (") + 1 if sql.startswith("INSERT") else 0
    return max(int(cursor.rowcount), inserted, 0)


def query_summary(statements: Sequence[Statement]) -> QuerySummary:
    """Group statements that differ only in their values, the most frequent first."""
    if not statements:
        return _NONE
    data = query_summary_data(statements)
    return QuerySummary(
        data["count"], data["milliseconds"], tuple(QueryShape(*shape) for shape in data["shapes"])
    )


def query_shape(sql: Any) -> str:
    """Return SQL without its values."""
    return _shape(_text(sql))


def query_summary_data(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the same as plain data, each shape as a list; every request with SQL is summarised so."""
    shapes: dict[tuple[str, str], list[Any]] = {}
    total = 0.0
    for alias, sql, seconds in statements:
        total += seconds
        key = alias, query_shape(sql)
        shape = shapes.get(key)
        if shape is None:
            shape = shapes[key] = [key[1], 0, 0.0] if alias == "default" else [key[1], 0, 0.0, alias]
        shape[1] += 1
        shape[2] += seconds
    found = list(shapes.values())
    for shape in found:
        shape[2] = round(shape[2] * 1000, 3)
    if len(found) != len(statements):
        found.sort(key=_negative_count)
    return {"count": len(statements), "milliseconds": round(total * 1000, 3), "shapes": found[:_MOST_SHAPES]}


def _negative_count(shape: list[Any]) -> int:
    return -int(shape[1])


def _text(sql: Any) -> str:
    kind = type(sql)
    if kind is str:
        return str(sql)
    if issubclass(kind, str):
        return str.__str__(sql)
    # psycopg's composed SQL shows its parts; any other class is the test's own.
    return repr(sql) if kind.__module__.startswith("psycopg") else f"<{kind.__name__}>"


@lru_cache(maxsize=4096)
def _shape(sql: str) -> str:
    """Return a query without its values, so that those which differ only in them are equal."""
    text = _TEXT.sub("?", " ".join(sql.split()))
    text = _NUMBER.sub("?", text)
    text = _SAVEPOINT.sub(r"\1…", text)
    text = _ROWS.sub(r"\1, …", _LIST.sub(r"\1, …", text))
    return text if len(text) <= _LONGEST_SHAPE else text[:_LONGEST_SHAPE] + "…"
