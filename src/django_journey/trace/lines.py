"""Writes an event as one line of JSON without its secrets, and takes a secret out of a line afterwards."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any

from django_journey.trace.events import Event
from django_journey.trace.redact import Redactor

__all__ = ["encode", "scrubbed"]

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


_IS_TITLE = re.compile(r'\{"kind":"test-started"')
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(event: Event, redactor: Redactor) -> bytes:
    """Return the line of an event, its end included; what still has its default is left out."""
    data: dict[str, Any] = {"kind": event.kind}
    cls: Any = type(event)
    for name, default in _fields(cls):
        value = getattr(event, name)
        if value != default or default is MISSING or name == "schema":
            plain = _plain(value)
            data[name] = plain if name in _PLAIN else _clean(name, plain, redactor)
    return _dump(data)


def scrubbed(line: bytes, redactor: Redactor) -> bytes:
    """Return a written line without the values that are known to be secret by now, as long as it was."""
    text = line.decode("utf-8", "replace")
    # What a test is called stands in its source; a password that is an ordinary word must not spoil it.
    if _IS_TITLE.match(text) or redactor.clean_values(text) == text:
        return line
    try:
        data = json.loads(text)
    except ValueError:
        return line
    clean = _dump({key: value if key in _PLAIN else _values(value, redactor) for key, value in data.items()})
    # A mask is shorter than any value that it stands for; white space before the line's end is JSON's.
    return clean[:-1].ljust(len(line) - 1) + b"\n"


def _dump(data: dict[str, Any]) -> bytes:
    return (_JSON.encode(data) + "\n").encode("utf-8", "backslashreplace")


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
    """Return JSON's own types alone; anything else is written as its text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {
            name: _plain(getattr(value, name))
            for name, default in _fields(value.__class__)
            if default is MISSING or getattr(value, name) != default
        }
    return str(value)


@lru_cache(maxsize=64)
def _fields(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((item.name, _default(item)) for item in fields(cls))


def _default(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default
