"""A request that is being answered: what is collected meanwhile, found through a context variable."""

from __future__ import annotations

import re
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django_journey.trace.events import Queries, QueryShape
from django_journey.trace.recorder import TestScope

__all__ = ["Serving", "current_serving", "serving_of"]

_MOST_SHAPES = 60
_LONGEST_SHAPE = 2_000

_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w\"%.$])\d+(?:\.\d+)?\b")
_LIST = re.compile(r"(%s|\?)(?:\s*,\s*(?:%s|\?))+")
_ROWS = re.compile(r"(\((?:%s|\?)(?:, …)?\))(?:\s*,\s*\((?:%s|\?)(?:, …)?\))+")
_SAVEPOINT = re.compile(r"(SAVEPOINT\s+)[`\"]?\w+[`\"]?", re.IGNORECASE)


@dataclass(slots=True)
class Serving:
    """One request while the site answers it.

    It is found through a context variable, so that async views, threads that the handler starts and
    nested requests each note what they do where it belongs.
    """

    scope: TestScope
    number: int
    step: int
    parent: Serving | None = None
    began: float = field(default_factory=time.perf_counter)
    queries: list[tuple[str, Any, float]] = field(default_factory=list)
    templates: dict[str, None] = field(default_factory=dict)
    contexts: list[Any] = field(default_factory=list)
    rendering: int = 0
    exception: BaseException | None = None

    def told_queries(self) -> Queries:
        """Return the SQL so far, equal shapes together, the most frequent first."""
        shapes: dict[tuple[str, str], list[float]] = {}
        for alias, sql, seconds in self.queries:
            text = sql if isinstance(sql, str) else repr(sql)
            shapes.setdefault((alias, _shape(text)), []).append(seconds)
        told = [
            QueryShape(sql=sql, count=len(times), milliseconds=round(sum(times) * 1000, 3), alias=alias)
            for (alias, sql), times in shapes.items()
        ]
        told.sort(key=lambda shape: -shape.count)
        return Queries(
            count=len(self.queries),
            milliseconds=round(sum(seconds for _, _, seconds in self.queries) * 1000, 3),
            shapes=tuple(told[:_MOST_SHAPES]),
        )


current_serving: ContextVar[Serving | None] = ContextVar("django_journey_request", default=None)


def serving_of(scope: TestScope) -> Serving | None:
    """Return the request that is being answered in this context, if it belongs to that test."""
    serving = current_serving.get()
    return serving if serving is not None and serving.scope is scope else None


@lru_cache(maxsize=4096)
def _shape(sql: str) -> str:
    """Return a query without its values, so that those which differ only in them are equal."""
    text = _TEXT.sub("?", " ".join(sql.split()))
    text = _NUMBER.sub("?", text)
    text = _SAVEPOINT.sub(r"\1…", text)
    text = _ROWS.sub(r"\1, …", _LIST.sub(r"\1, …", text))
    return text if len(text) <= _LONGEST_SHAPE else text[:_LONGEST_SHAPE] + "…"
