"""Checks that the values of a line of a trace have the types of its event: a damaged file may hold anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from math import isfinite
from typing import Any

__all__ = ["check_types"]

_DEEPEST = 100


def check_types(cls: type, values: dict[str, Any]) -> None:
    """Check plain values before an event is built from them.

    Args:
        cls: The class of the event, or of a part of one.
        values: Its fields.

    Raises:
        ValueError: A value has another type, or is no number that a clock or a counter can have.
    """
    checks = _checks(cls)
    for name, value in values.items():
        check = checks.get(name)
        if check is not None and not check(value):
            raise ValueError(f"{name} is no {_kind_of(cls, name)}: {value!r:.80}")


@lru_cache(maxsize=32)
def _checks(cls: type) -> dict[str, Callable[[Any], bool]]:
    return {item.name: _CHECKS[str(item.type)] for item in fields(cls) if str(item.type) in _CHECKS}


def _kind_of(cls: type, name: str) -> str:
    return next(str(item.type) for item in fields(cls) if item.name == name)


def _text(value: Any) -> bool:
    return type(value) is str


def _texts(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(map(_text, values))


def _pairs(values: Any) -> bool:
    return type(values) is dict and all(map(_text, values.values()))


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value) and abs(value) < 1e12


def _data(value: Any, depth: int = _DEEPEST) -> bool:
    """Tell whether data is nested no deeper than what can be written again as JSON."""
    if depth and isinstance(value, dict | list):
        return all(_data(item, depth - 1) for item in (value.values() if type(value) is dict else value))
    return not isinstance(value, dict | list)


# By the annotation as it is written: the parts of an event are built, and so checked, one by one.
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "str": _text,
    "Outcome": _text,
    "int": lambda value: type(value) is int and abs(value) < 1e12,
    "float": _number,
    "bool": lambda value: type(value) is bool,
    "dict[str, str]": _pairs,
    "dict[str, Any]": lambda value: type(value) is dict and _data(value),
    "tuple[str, ...]": _texts,
}
