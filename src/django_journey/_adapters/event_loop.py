"""The mark by which asyncio knows that an event loop is running in a thread."""

from __future__ import annotations

from asyncio import AbstractEventLoop, events
from functools import cache

from django_journey._adapters.check import require

__all__ = ["mark_running", "marked_loop"]


@cache
def _check() -> None:
    require("Python", events, "_get_running_loop", "_set_running_loop")


def marked_loop() -> AbstractEventLoop | None:
    """Return the event loop that is marked as running in this thread, or ``None``."""
    _check()
    return events._get_running_loop()


def mark_running(loop: AbstractEventLoop | None) -> None:
    """Mark an event loop as running in this thread; ``None`` removes the mark."""
    _check()
    events._set_running_loop(loop)
