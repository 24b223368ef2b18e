"""The time of one page: what its scripts do later is done when a test waits, in the order in which it falls due."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

__all__ = ["Timer", "VirtualTime"]


class Timer:
    """Something that is done later.

    Args:
        due: When, in milliseconds of the page's time.
        task: What.
    """

    __slots__ = ("due", "task")

    def __init__(self, due: float, task: Callable[[], object]) -> None:
        self.due = due
        self.task: Callable[[], object] | None = task

    def cancel(self) -> None:
        """Let it be."""
        self.task = None


class VirtualTime:
    """Milliseconds that pass only where a test lets them."""

    def __init__(self) -> None:
        self.now = 0.0
        self._numbers = count()
        self._waiting: list[tuple[float, int, Timer]] = []

    def after(self, milliseconds: float, task: Callable[[], object]) -> Timer:
        """Do something so many milliseconds from now; what falls due at one moment is done in order."""
        timer = Timer(self.now + max(0.0, milliseconds), task)
        heapq.heappush(self._waiting, (timer.due, next(self._numbers), timer))
        return timer

    def next_due(self) -> float | None:
        """Return when the next task falls due, or ``None`` where nothing waits."""
        while self._waiting and self._waiting[0][2].task is None:
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def run_next(self) -> None:
        """Let time pass until the next task, and do it."""
        due, _, timer = heapq.heappop(self._waiting)
        task, timer.task = timer.task, None
        self.now = max(self.now, due)
        if task is not None:
            task()
