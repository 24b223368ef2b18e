"""Encodes an event as one line of JSON with secrets masked, and masks late secrets in a written line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any

from django_journey._trace.record.events import Event, QuerySummary
from django_journey._trace.safety.safe_values import plain_text
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["encode", "encode_facts", "encode_sql", "plain_data", "scrubbed"]

# Fields with identifiers, which are written unchanged; every other text is masked.
_PLAIN = frozenset(
    {"kind", "at", "test", "name", "file", "line", "step", "parent", "request", "run", "schema", "process"}
    | {"worker", "runner", "python", "django", "outcome", "verb", "place", "view", "url_name", "route"}
    | {
        "templates",
        "queries",
        "method",
        "content_type",
        "status",
        "seconds",
        "milliseconds",
        "topic",
        "driver",
        "story",
        "type",
        "sql",
        "number",
    }
)


_ATOMS = frozenset({str, int, float, bool, type(None)})
_IS_TITLE = re.compile(r'\{"kind":"test-started"')
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_from_json: Callable[[str], Any] = json.JSONDecoder().decode


def encode(event: Event, redactor: Redactor, number: Callable[[str], int]) -> bytes:
    """Return the line of an event, its end included; fields that have their default are left out.

    Args:
        event: The event.
        redactor: Masks secrets.
        number: Returns the number that stands in the line for the text of a query.
    """
    facts: dict[str, Any] = {}
    cls: Any = type(event)
    for name, default in _fields(cls):
        value = getattr(event, name)
        if value != default or default is MISSING or name == "schema":
            facts[name] = value
    return encode_facts(event.kind, facts, redactor, number)


def encode_facts(kind: str, facts: dict[str, Any], redactor: Redactor, number: Callable[[str], int]) -> bytes:
    """Return the line of an event of that kind from its fields; see ``encode``."""
    data: dict[str, Any] = {"kind": kind}
    for name, value in facts.items():
        if name == "queries":
            data[name] = _queries(value, number)
            continue
        if name == "statements":  # their values are masked already, by the names of their columns
            data[name] = [[number(each.sql), each.alias, each.places, each.values] for each in value]
            continue
        plain = value if type(value) in _ATOMS else plain_data(value)
        data[name] = plain if name in _PLAIN else _clean(name, plain, redactor)
    return _dump(data)


def encode_sql(number: int, sql: str) -> bytes:
    """Return the line that gives a query its number in the file."""
    return _dump({"kind": "sql", "number": number, "sql": sql})


def scrubbed(line: bytes, redactor: Redactor) -> bytes:
    """Mask the values that have become known as secrets in a written line, keeping its length."""
    text = line.decode("utf-8", "replace")
    # A test's name and title come from its source; a password that is an ordinary word must not mask them.
    if _IS_TITLE.match(text) or redactor.clean_values(text) == text:
        return line
    try:
        data = _from_json(text)
    except ValueError:
        return line
    clean = _dump({key: value if key in _PLAIN else _values(value, redactor) for key, value in data.items()})
    # A mask is shorter than any masked value; JSON allows spaces before the line's end.
    return clean[:-1].ljust(len(line) - 1) + b"\n"


def _dump(data: dict[str, Any]) -> bytes:
    return (_to_json(data) + "\n").encode("utf-8", "backslashreplace")


def _clean(name: str, plain: Any, redactor: Redactor) -> Any:
    if isinstance(plain, dict):
        return {
            key: value
            if key in _PLAIN and name in {"failure", "snapshot"}
            else redactor.data({key: value})[key]
            for key, value in plain.items()
        }
    return redactor.data(plain)


def _values(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.clean_values(value)
    if isinstance(value, dict):
        return {key: _values(item, redactor) for key, item in value.items()}
    if isinstance(value, list):
        return [_values(item, redactor) for item in value]
    return value


def plain_data(value: Any) -> Any:
    """Return JSON types only; any other value becomes its text, or its class's name."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if issubclass(kind, dict):
        return {plain_text(key): plain_data(item) for key, item in dict.items(value)}
    if kind in (list, tuple, set, frozenset):
        return [plain_data(item) for item in value]
    if is_dataclass(kind) and kind.__module__ == Event.__module__:
        return {
            name: plain_data(getattr(value, name))
            for name, default in _fields(kind)
            if default is MISSING or getattr(value, name) != default
        }
    return plain_text(value)


def _queries(value: QuerySummary | dict[str, Any], number: Callable[[str], int]) -> dict[str, Any]:
    if isinstance(value, QuerySummary):
        shapes = [[each.sql, each.count, each.milliseconds, each.alias] for each in value.shapes]
        value = {"count": value.count, "milliseconds": value.milliseconds, "shapes": shapes}
    for shape in value["shapes"]:
        shape[0] = number(shape[0])
    return value


@lru_cache(maxsize=64)
def _fields(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((item.name, _default(item)) for item in fields(cls))


def _default(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default
