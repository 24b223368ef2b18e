"""Names the tests that have left a browser running: Selenium's drivers and Playwright's, with what they started.

Only processes that this one has started are looked at, on Linux, where ``/proc`` tells of them; and only where Selenium
or Playwright is loaded. A browser that several tests share is none that was left: what is judged is what still runs
when all tests and their fixtures are over. It is ended then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.real import real

__all__ = ["Browsers", "Left", "shared_by_the_process"]

_DRIVERS = frozenset({"chromedriver", "geckodriver", "msedgedriver", "WebKitWebDriver"})
_TURNS = 100  # of 20 ms, that a process has to end by itself


class Left(NamedTuple):
    """A browser that was not quit.

    Attributes:
        test: The test's key; empty where no test came after it.
        title: What is said of it.
    """

    test: str
    title: str


class _Process(NamedTuple):
    """A process, told from a later one of the same number by the time when it began."""

    number: int
    began: str
    name: str


_shared: set[_Process] = set()


@contextmanager
def shared_by_the_process() -> Iterator[None]:
    """Say that a browser which is started meanwhile quits with the process, whichever test came first."""
    before = set(_drivers())
    try:
        yield
    finally:
        _shared.update(set(_drivers()) - before)


class Browsers:
    """The drivers of browsers that the tests of this process have started.

    Args:
        losses: Counts what could not be looked at.
    """

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self._seen: dict[_Process, tuple[str, bool]] = {}

    @harmless
    def look(self, test: str, *, before: bool = False) -> None:
        """Take note of what was started since the last look: by that test, or ``before`` it, by a set-up."""
        for process in _drivers():
            self._seen.setdefault(process, (test, before))

    @harmless
    def end(self) -> list[Left]:
        """End what still runs, and return it."""
        self.look("")
        left = []
        for process in _drivers():
            if process in _shared:
                continue
            test, before = self._seen.get(process, ("", False))
            family = [process.number, *_descendants(process.number)]
            _end(family)
            by = "in the set-up before this test" if before else "in this test"
            others = f", with {len(family) - 1} more" if len(family) > 1 else ""
            title = f"{process.name} was not quit: started {by if test else 'after the last test'}"
            left.append(Left(test, f"{title} (process {process.number}{others}); it was ended with the run"))
        return left


def _drivers() -> Iterator[_Process]:
    if not (sys.platform == "linux" and ("selenium" in sys.modules or "playwright" in sys.modules)):
        return
    for number in _children(real.getpid()):
        name, began = _name(number), _began(number)
        if name and began:
            yield _Process(number, began, name)


def _children(number: int) -> list[int]:
    """Return the processes that a process, by whichever of its threads, has started."""
    try:
        threads = real.listdir(f"/proc/{number}/task")
    except OSError:
        return []
    found = (_content(f"/proc/{number}/task/{thread}/children") for thread in threads)
    return [int(child) for children in found for child in children.split()]


def _descendants(number: int) -> list[int]:
    return [each for child in _children(number) for each in (child, *_descendants(child))]


def _name(number: int) -> str:
    words = _content(f"/proc/{number}/cmdline").decode("utf-8", "replace").split("\0")
    program = words[0].rpartition("/")[2]
    if program in _DRIVERS:
        return program
    return "Playwright" if program == "node" and "run-driver" in words else ""


def _began(number: int) -> str:
    """Return when a process began, in ticks since the system did; nothing of one that has ended (``proc(5)``)."""
    fields = _content(f"/proc/{number}/stat").decode("utf-8", "replace").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


def _content(path: str) -> bytes:
    try:
        return real.read(path)
    except OSError:
        return b""


def _end(family: list[int]) -> None:
    """Ask processes to end, and make those end that don't."""
    began = {number: _began(number) for number in family}
    for at_once in (False, True):
        for number, time in began.items():
            if time and _began(number) == time:
                real.end(number, at_once=at_once)
        for _ in range(_TURNS):
            if not any(time and _began(number) == time for number, time in began.items()):
                return
            real.sleep(0.02)
