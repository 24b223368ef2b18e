"""The language in which htmx 4 writes triggers, swaps and values: ``name:value`` pairs, or JSON."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from decimal import Decimal
from typing import Any, NoReturn

__all__ = ["interval", "merge", "parse", "script_text", "split", "swap_of", "triggers"]

_PAIR = re.compile(
    r"""(?:"([^"]+)"|'([^']+)'|([^\s,:]+))"""
    r"""(?:\s*:\s*(?:"([^"]*)"|'([^']*)'|<((?:[^/]|/(?!>))+)/>|([^\s,]+)))?(?=\s|,|\Z)"""
)
_COMMA = re.compile(r""",(?![^\[]*\])(?![^(]*\))(?![^<]*/>)(?=(?:[^"']|"[^"]*"|'[^']*')*\Z)""")
_POLL = re.compile(r"^\s*every\s+(\S+?)\s*(\[[^\]]*\])")
_TRIGGER = re.compile(r"^\s*(\S+\[[^\]]*\]|\S+)\s*(.*?)\s*\Z", re.DOTALL)
_INTERVAL = re.compile(r"([\d.]+)(ms|s|m)?")
_STYLES = {"before": "beforebegin", "after": "afterend", "prepend": "afterbegin", "append": "beforeend"}


def parse(text: str) -> dict[str, Any]:
    """Return what a text says.

    Raises:
        ValueError: It begins like JSON and is none.
    """
    if text.startswith("{"):
        return dict(_json(text))
    found: dict[str, Any] = {}
    for match in _PAIR.finditer(text):
        bare = match[3]
        name = next(each for each in match.groups()[:3] if each is not None)
        value: Any = next((each for each in match.groups()[3:] if each is not None), "true").strip()
        with suppress(ValueError):
            value = _json(value)
        path = name.split(".") if bare and "." in bare else [name]
        for key in reversed(path[1:]):
            value = {key: value}
        merge({path[0]: value}, found)
    return found


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def merge(said: dict[str, Any], into: dict[str, Any]) -> None:
    """Put what was said over what is there, object by object."""
    for key, value in said.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(value, into[key])
        else:
            into[key] = value


def split(text: str) -> list[str]:
    """Return the parts between commas that stand in no brackets and no quotes."""
    return _COMMA.split(text)


def triggers(text: str) -> list[dict[str, Any]]:
    """Return what ``hx-trigger`` states: the events, each as ``name`` with its modifiers."""
    found = []
    for part in split(text):
        match = _TRIGGER.match(_POLL.sub(r"every\2 \1", part))
        if match is not None:
            found.append({"name": match[1], **parse(match[2])})
    return found


def swap_of(text: str, default: str) -> dict[str, Any]:
    """Return what ``hx-swap`` states: the ``style`` and its modifiers."""
    text, style = text.strip(), default
    if text and not re.match(r"\S*:", text):
        style, _, text = (*re.split(r"(\s+)", text, maxsplit=1), "", "")[:3]
    return {"style": _STYLES.get(style, style), **parse(text)}


def interval(value: Any) -> float | None:
    """Return milliseconds; ``None`` for what is no time."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    match = _INTERVAL.fullmatch(value) if isinstance(value, str) else None
    number = re.match(r"\d+\.?\d*|\.\d+", match[1]) if match else None
    return float(number[0]) * {"s": 1000, "m": 60_000}.get(match[2] or "", 1) if match and number else None


def script_text(value: Any) -> str:
    """Return a value as a script writes it into a text."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return ",".join("" if each is None else script_text(each) for each in value)
    if isinstance(value, dict):
        return "[object Object]"
    if value == int(value) and abs(value) < 1e21:
        return str(int(float(value)))
    return (
        format(Decimal(repr(value)), "f")
        if 1e-6 <= abs(value) < 1e21
        else re.sub("e([+-])0", r"e\1", repr(value))
    )
