"""Digests of values and files, equal in every process that sees the same."""

from __future__ import annotations

import functools
import os
import re
import tempfile
import time
from hashlib import blake2b
from json import JSONEncoder
from types import MethodType
from typing import Any

from django.utils.functional import Promise

__all__ = [
    "digest",
    "digest_of_folder",
    "is_temporary",
    "is_unchanged",
    "state_of_file",
    "text_of",
    "times_of",
]

# A file or a folder that Python's tempfile has named: it has another name in each process.
_TEMPORARY = re.compile(re.escape(tempfile.gettempdir()) + r"[/\\]tmp[a-z0-9_]{8}(?![a-z0-9_])")
_TICK = 2_000_000_000
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def digest(*texts: str) -> str:
    """Return the digest of some texts in order, as 32 hexadecimal digits."""
    summed = blake2b(digest_size=16)
    for text in texts:
        raw = text.encode(errors="surrogatepass")
        summed.update(b"%d:" % len(raw) + raw)
    return summed.hexdigest()


def state_of_file(path: str) -> list[Any]:
    """Return the digest of a file, empty if there is none, and its times for ``is_unchanged``."""
    times = times_of(path)
    try:
        with open(path, "rb") as file:
            found = blake2b(file.read(), digest_size=16).hexdigest()
    except OSError:
        return ["", []]
    # A file that is as new as this may be written again within the same tick of the clock.
    return [found, times if times and time.time_ns() - max(times) > _TICK else []]


def is_unchanged(path: str, state: list[Any]) -> bool:
    """Return whether a file still has the contents that it had; it is read only if its times are others."""
    found, times = state
    return bool((times and times_of(path) == times) or state_of_file(path)[0] == found)


def times_of(path: str) -> list[int]:
    """Return the size of a file and when it was changed; empty if there is none."""
    try:
        facts = os.stat(path)
    except OSError:
        return []
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def digest_of_folder(path: str) -> str:
    """Return the digest of the names in a folder, those of compiled modules aside; empty if there is no folder."""
    try:
        return digest(*sorted(name for name in os.listdir(path) if name != "__pycache__"))
    except OSError:
        return ""


def is_temporary(path: str) -> bool:
    """Return whether a path is, or is in, something that ``tempfile`` has named."""
    return _TEMPORARY.match(path) is not None


def text_of(value: Any) -> str:
    """Return a text that is equal for equal values, in every process.

    Functions and classes are given by their names, other objects by their class and attributes.
    """
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):  # keys that JSON does not have, or a circle
        text = _encode(_other(value)) if isinstance(value, dict) else _name(type(value))
    return _TEMPORARY.sub("(temporary)", text)


def _other(value: Any) -> Any:
    """Return what stands for an object that JSON does not have."""
    if isinstance(value, Promise):  # a translation that is not made yet: its function's name and arguments
        return ["lazy", *value.__reduce__()[1][1:3]]
    if isinstance(value, (set, frozenset)):
        return ["set", *sorted(map(text_of, value))]
    if isinstance(value, dict):
        return [(text_of(key), text_of(each)) for key, each in value.items()]
    if isinstance(value, MethodType):
        return [_name(type(value.__self__)), value.__name__]
    if isinstance(value, functools.partial):
        return ["partial", value.func, value.args, value.keywords]
    if hasattr(value, "__qualname__"):
        return _name(value)
    attributes = getattr(value, "__dict__", None)
    return [_name(type(value)), attributes or _ADDRESS.sub("", repr(value))]


_encode = JSONEncoder(default=_other).encode


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}.{value.__qualname__}"
