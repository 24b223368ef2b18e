"""Wraps functions of other libraries, and restores them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["Patches"]


_MADE_BY = "__django_journey_made_by__"


class Patches:
    """The functions that one object has wrapped, each once."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []

    def wrap(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Replace a function by its wrapper, unless this was done already.

        Args:
            owner: The class or the module that defines the function.
            name: The function's name.
            make: Takes the function and returns the wrapper.
        """
        there = owner.__dict__[name]
        if getattr(there, _MADE_BY, None) == make:
            return
        if type(there) is classmethod:
            wrapped: Any = classmethod(functools.wraps(there.__func__)(make(there.__func__)))
        else:
            wrapped = functools.wraps(there)(make(there))
        setattr(wrapped, _MADE_BY, make)
        setattr(owner, name, wrapped)
        self._done.append((owner, name, there, wrapped))

    def put(self, owner: type, name: str, value: Any) -> None:
        """Replace an attribute by a value that is not a wrapper (because it must be pickled, say)."""
        before = owner.__dict__[name]
        setattr(owner, name, value)
        self._done.append((owner, name, before, value))

    def remove(self) -> None:
        """Restore the functions, except those that others have wrapped since."""
        for owner, name, before, wrapped in reversed(self._done):
            if owner.__dict__.get(name) is wrapped:
                setattr(owner, name, before)
        self._done.clear()
