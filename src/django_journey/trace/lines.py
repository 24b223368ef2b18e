"""Writes an event as one line of JSON without its secrets, and takes a secret out of a line afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any

from django_journey.trace.events import Event, Queries, QueryShape
from django_journey.trace.own_values import plain_text
from django_journey.trace.redact import Redactor

__all__ = ["encode", "encode_facts", "scrubbed"]

# What identifies things, and so is written as it is; every other text is cleaned.
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
    }
)


_ATOMS = frozenset({str, int, float, bool, type(None)})
_IS_TITLE = re.compile(r'\{"kind":"test-started"')
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_from_json: Callable[[str], Any] = json.JSONDecoder().decode


def encode(event: Event, redactor: Redactor) -> bytes:
    """Return the line of an event, its end included; what still has its default is left out."""
    facts: dict[str, Any] = {}
    cls: Any = type(event)
    for name, default in _fields(cls):
        value = getattr(event, name)
        if value != default or default is MISSING or name == "schema":
            facts[name] = value
    return encode_facts(event.kind, facts, redactor)


def encode_facts(kind: str, facts: dict[str, Any], redactor: Redactor) -> bytes:
    """Return the line of an event of that kind from the fields that it is to have."""
    data: dict[str, Any] = {"kind": kind}
    for name, value in facts.items():
        is_plain = type(value) in _ATOMS or (name == "queries" and type(value) is dict)  # summed up plainly
        plain = value if is_plain else _plain(value)
        data[name] = plain if name in _PLAIN else _clean(name, plain, redactor)
    return _dump(data)


def scrubbed(line: bytes, redactor: Redactor) -> bytes:
    """Return a written line without the values that are known to be secret by now, as long as it was."""
    text = line.decode("utf-8", "replace")
    # What a test is called stands in its source; a password that is an ordinary word must not spoil it.
    if _IS_TITLE.match(text) or redactor.clean_values(text) == text:
        return line
    try:
        data = _from_json(text)
    except ValueError:
        return line
    clean = _dump({key: value if key in _PLAIN else _values(value, redactor) for key, value in data.items()})
    # A mask is shorter than any value that it stands for; white space before the line's end is JSON's.
    return clean[:-1].ljust(len(line) - 1) + b"\n"


def _dump(data: dict[str, Any]) -> bytes:
    return (_to_json(data) + "\n").encode("utf-8", "backslashreplace")


def _clean(name: str, plain: Any, redactor: Redactor) -> Any:
    if isinstance(plain, dict):
        return {
            key: value if key in _PLAIN and name in {"failure", "look"} else redactor.data({key: value})[key]
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


def _plain(value: Any) -> Any:
    """Return JSON's own types alone; anything else is written as its text, or by its class's name."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if issubclass(kind, dict):
        return {plain_text(key): _plain(item) for key, item in dict.items(value)}
    if kind in (list, tuple, set, frozenset):
        return [_plain(item) for item in value]
    if kind is Queries:
        return {
            "count": value.count,
            "milliseconds": value.milliseconds,
            "shapes": [_plain_shape(shape) for shape in value.shapes],
        }
    if is_dataclass(kind) and kind.__module__ == Event.__module__:
        return {
            name: _plain(getattr(value, name))
            for name, default in _fields(kind)
            if default is MISSING or getattr(value, name) != default
        }
    return plain_text(value)


def _plain_shape(shape: QueryShape) -> dict[str, Any]:
    plain = {"sql": shape.sql, "count": shape.count, "milliseconds": shape.milliseconds}
    return plain if shape.alias == "default" else {**plain, "alias": shape.alias}


@lru_cache(maxsize=64)
def _fields(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((item.name, _default(item)) for item in fields(cls))


def _default(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default
