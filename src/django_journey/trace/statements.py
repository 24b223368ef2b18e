"""Puts the SQL statements of a request or a step together by their shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django_journey.trace.events import Queries, QueryShape

__all__ = ["WRITING", "Statement", "rows_written", "summed_up", "summed_up_plain"]

#: The database's alias, the SQL as the cursor was given it, and the seconds that it took.
Statement = tuple[str, Any, float]

#: How SQL that changes rows which are there begins.
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

_NONE = Queries()


def rows_written(sql: Any, cursor: Any) -> int:
    """Return how many rows SQL that was just run has written; what an ``INSERT`` returns is not fetched yet."""
    if type(sql) is not str or not sql.startswith(_CHANGING):
        return 0
    inserted = sql.count("), (") + 1 if sql.startswith("INSERT") else 0
    return max(int(cursor.rowcount), inserted, 0)


def summed_up(statements: Sequence[Statement]) -> Queries:
    """Return statements that differ only in their values together, the most frequent first."""
    if not statements:
        return _NONE
    plain = summed_up_plain(statements)
    return Queries(
        plain["count"], plain["milliseconds"], tuple(QueryShape(**shape) for shape in plain["shapes"])
    )


def summed_up_plain(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the same as the plain data that an event's line has: every request with SQL comes here."""
    shapes: dict[tuple[str, str], dict[str, Any]] = {}
    whole = 0.0
    for alias, sql, seconds in statements:
        whole += seconds
        key = alias, _shape(_text(sql))
        found = shapes.get(key)
        if found is None:
            found = shapes[key] = {"sql": key[1], "count": 0, "milliseconds": 0.0}
            if alias != "default":
                found["alias"] = alias
        found["count"] += 1
        found["milliseconds"] += seconds
    told = list(shapes.values())
    for found in told:
        found["milliseconds"] = round(found["milliseconds"] * 1000, 3)
    if len(told) != len(statements):
        told.sort(key=_negative_count)
    return {"count": len(statements), "milliseconds": round(whole * 1000, 3), "shapes": told[:_MOST_SHAPES]}


def _negative_count(shape: dict[str, Any]) -> int:
    return -int(shape["count"])


def _text(sql: Any) -> str:
    kind = type(sql)
    if kind is str:
        return str(sql)
    if issubclass(kind, str):
        return str.__str__(sql)
    # What psycopg composes shows its parts; anything else is the test's own.
    return repr(sql) if kind.__module__.startswith("psycopg") else f"<{kind.__name__}>"


@lru_cache(maxsize=4096)
def _shape(sql: str) -> str:
    """Return a query without its values, so that those which differ only in them are equal."""
    text = _TEXT.sub("?", " ".join(sql.split()))
    text = _NUMBER.sub("?", text)
    text = _SAVEPOINT.sub(r"\1…", text)
    text = _ROWS.sub(r"\1, …", _LIST.sub(r"\1, …", text))
    return text if len(text) <= _LONGEST_SHAPE else text[:_LONGEST_SHAPE] + "…"
