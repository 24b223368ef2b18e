"""Keeps errors of a hook away from the test: an event that can't be recorded is dropped and counted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

__all__ = ["DroppedEvents", "guarded"]

_Result = TypeVar("_Result")
_Given = ParamSpec("_Given")


class DroppedEvents:
    """How many events one process could not record, and the error of the first."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def add(self, error: Exception) -> None:
        """Count one more; only the text of a built-in exception is recorded."""
        self.count += 1
        if not self.first:
            text = str(error) if type(error).__module__ == "builtins" and _is_plain(error.args) else ""
            self.first = f"{type(error).__name__}: {text}".removesuffix(": ")

    def forget(self) -> None:
        """Start from zero, in a forked process."""
        self.count, self.first = 0, ""


class _Counting(Protocol):
    dropped: DroppedEvents


_Self = TypeVar("_Self", bound=_Counting)


def guarded(
    hook: Callable[Concatenate[_Self, _Given], _Result],
) -> Callable[Concatenate[_Self, _Given], _Result | None]:
    """Make a hook's method return ``None`` instead of raising; its object's ``dropped`` counts the error."""

    @functools.wraps(hook)
    def run(self: _Self, /, *given: _Given.args, **named: _Given.kwargs) -> _Result | None:
        try:
            return hook(self, *given, **named)
        except Exception as error:
            self.dropped.add(error)
            return None

    return run


def _is_plain(values: Any) -> bool:
    return all(type(value) in (str, int, float, bytes, type(None)) for value in values)
