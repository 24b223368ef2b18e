"""Keeps a hook's own faults away from the test: what can't be recorded is dropped and counted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

__all__ = ["Losses", "harmless"]

_Result = TypeVar("_Result")
_Given = ParamSpec("_Given")


class Losses:
    """How many events one process could not record, and why not the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def add(self, error: Exception) -> None:
        """Count one more; the text of an exception of Python's own is the reason."""
        self.count += 1
        if not self.first:
            text = str(error) if type(error).__module__ == "builtins" and _is_plain(error.args) else ""
            self.first = f"{type(error).__name__}: {text}".removesuffix(": ")

    def forget(self) -> None:
        """Begin anew, in a forked process."""
        self.count, self.first = 0, ""


class _Counting(Protocol):
    losses: Losses


_Self = TypeVar("_Self", bound=_Counting)


def harmless(
    hook: Callable[Concatenate[_Self, _Given], _Result],
) -> Callable[Concatenate[_Self, _Given], _Result | None]:
    """Make a method of a hook return ``None`` instead of raising; its object counts in ``losses``."""

    @functools.wraps(hook)
    def run(self: _Self, /, *given: _Given.args, **named: _Given.kwargs) -> _Result | None:
        try:
            return hook(self, *given, **named)
        except Exception as error:
            self.losses.add(error)
            return None

    return run


def _is_plain(values: Any) -> bool:
    return all(type(value) in (str, int, float, bytes, type(None)) for value in values)
