"""Decides which queries of a request count as repeated, which is usually an N+1."""

from __future__ import annotations

import re

from django_journey._trace.record.events import QueryShape

__all__ = ["repeated"]

#: From this many times in one request, a query that differs only in its values counts as repeated.
_REPEATED = 3

_BOOKKEEPING = re.compile(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET)\b", re.IGNORECASE)


def repeated(shape: QueryShape) -> bool:
    """Tell whether a query ran so often within one request that it is probably in a loop."""
    return shape.count >= _REPEATED and not _BOOKKEEPING.match(shape.sql)
