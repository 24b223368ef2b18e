"""What is still to be asked for: breadth first, and fairly over URL patterns and people."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

__all__ = ["Errand", "Frontier"]


@dataclass(slots=True, eq=False)
class Errand:
    """One request to be made.

    Args:
        kind: ``visit`` or ``submit``.
        bucket: What it counts for: its pattern, person and mistake.
        rank: How seldom users make such a request.
        facts: What the walk needs for it.
        turn: The place of its person among the others.
    """

    kind: str
    bucket: tuple[Any, ...]
    rank: int
    facts: Any
    turn: int = 0


class Frontier:
    """The errands that wait.

    Args:
        seed: Fixes the order of errands that are equally near.
        most: How many errands of one bucket are done.
    """

    def __init__(self, seed: int, *, most: int) -> None:
        self._random = random.Random(seed)
        self._most = most
        self._heap: list[tuple[tuple[float, ...], int, Errand]] = []
        self._done: Counter[tuple[Any, ...]] = Counter()
        self._waiting: Counter[tuple[Any, ...]] = Counter()
        self._number = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, errand: Errand) -> bool:
        """Take an errand, unless enough of its kind are done or wait."""
        if self._done[errand.bucket] + self._waiting[errand.bucket] >= self._most:
            return False
        self._waiting[errand.bucket] += 1
        self._push(errand)
        return True

    def next(self) -> Errand | None:
        """Return the nearest errand: of the bucket that was served least."""
        while self._heap:
            score, _, errand = heapq.heappop(self._heap)
            if score[0] < self._score(errand):  # others of its bucket were done since
                self._push(errand)
                continue
            self._waiting[errand.bucket] -= 1
            self._done[errand.bucket] += 1
            return errand
        return None

    def _score(self, errand: Errand) -> float:
        return self._done[errand.bucket] * 10 + errand.rank + errand.turn / 10

    def _push(self, errand: Errand) -> None:
        self._number += 1
        heapq.heappush(self._heap, ((self._score(errand), self._random.random()), self._number, errand))
