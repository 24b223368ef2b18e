"""Made-up data that can be made again: the random numbers of a test follow from a seed and the test's name."""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

__all__ = ["Seeded", "new_seed"]

_GENERATORS = (
    ("faker.generator", "random"),
    ("factory.random", "randgen"),
    ("model_bakery.random_gen", "baker_random"),
)


def new_seed() -> int:
    """Return a seed for a run, taken from the system's own randomness."""
    return random.SystemRandom().randrange(1, 2**31)


class Seeded:
    """Seeds Python's ``random``, Faker, factory_boy and model_bakery for one test, and puts them back afterwards.

    Args:
        seed: The run's seed.
        test: The test's name; tests differ in their data, and each is the same in every order.
    """

    def __init__(self, seed: int, test: str = "") -> None:
        self.seed = seed
        self._own = zlib.crc32(f"{seed}:{test}".encode())
        self._undo: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        state = random.getstate()
        self._undo.append(lambda: random.setstate(state))
        random.seed(self._own)
        # Only what the test has imported can draw: nothing heavy is loaded for this.
        for generator in self._libraries():
            self._keep(generator)
            generator.seed(self._own)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._undo:
            self._undo.pop()()

    def state(self) -> list[tuple[Any, Any]]:
        """Return the generators of random numbers, each with its state."""
        return [(each, each.getstate()) for each in (random, *self._libraries())]

    def set_state(self, states: list[tuple[Any, Any]]) -> None:
        """Let the generators go on from their states."""
        for generator, state in states:
            generator.setstate(state)

    def _libraries(self) -> list[Any]:
        return [getattr(sys.modules[module], name) for module, name in _GENERATORS if module in sys.modules]

    def _keep(self, generator: Any) -> None:
        state = generator.getstate()
        self._undo.append(lambda: generator.setstate(state))
