"""Measures several ways of doing one thing side by side, in alternating rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median


def medians(ways: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 5) -> dict[str, float]:
    """Return each way's median processor time in milliseconds.

    Each round does every way once, in turn, so that a noisy moment of the machine hits them alike; and what other
    processes take of the machine meanwhile is not counted. Nothing that is measured so waits for anything.
    """
    for way in ways.values():
        for _ in range(warm_up):
            way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _, name in turns(list(ways), rounds):
        began = time.process_time()
        ways[name]()
        times[name].append((time.process_time() - began) * 1000)
    return {name: median(found) for name, found in times.items()}


def turns(names: Sequence[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Give the number of each round with every name once, beginning with another name each time."""
    order = list(names)
    for number in range(rounds):
        for name in order[number % len(order) :] + order[: number % len(order)]:
            yield number, name
