"""Finds browsers that tests left running: the driver processes of Selenium and Playwright, with their children.

Only child processes of this one are checked, on Linux, where ``/proc`` lists them, and only if Selenium
or Playwright is loaded. Several tests may share a browser, so only processes that still run after all tests and
fixtures count. They are terminated then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.real_functions import real

__all__ = ["LeftBrowser", "OpenBrowsers", "shared_by_process"]

_DRIVERS = frozenset({"chromedriver", "geckodriver", "msedgedriver", "WebKitWebDriver"})
_TURNS = 100  # of 20 ms, in which a process may end before it is killed


class LeftBrowser(NamedTuple):
    """A browser that was not quit.

    Attributes:
        test: The test's key; empty if it was started after the last test.
        title: A description in one line.
    """

    test: str
    title: str


class _Process(NamedTuple):
    """A process; its start time tells it from a later one with the same number."""

    number: int
    began: str
    name: str


_shared: set[_Process] = set()


@contextmanager
def shared_by_process() -> Iterator[None]:
    """Mark drivers that start within the block as shared: they quit with the process, not with a test."""
    before = set(_drivers())
    try:
        yield
    finally:
        _shared.update(set(_drivers()) - before)


class OpenBrowsers:
    """The browser drivers that the tests of this process started.

    Args:
        dropped: Counts what could not be recorded.
    """

    def __init__(self, dropped: DroppedEvents) -> None:
        self.dropped = dropped
        self._seen: dict[_Process, tuple[str, bool]] = {}

    @guarded
    def record_started(self, test: str, *, before: bool = False) -> None:
        """Record the drivers started since the last call: by the test, or ``before`` it, by a set-up."""
        for process in _drivers():
            self._seen.setdefault(process, (test, before))

    @guarded
    def end(self) -> list[LeftBrowser]:
        """Terminate the drivers that still run, and return them."""
        self.record_started("")
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
            left.append(
                LeftBrowser(test, f"{title} (process {process.number}{others}); it was ended with the run")
            )
        return left


def _drivers() -> Iterator[_Process]:
    if not (sys.platform == "linux" and ("selenium" in sys.modules or "playwright" in sys.modules)):
        return
    for number in _children(real.getpid()):
        name, began = _name(number), _began(number)
        if name and began:
            yield _Process(number, began, name)


def _children(number: int) -> list[int]:
    """Return the child processes of all threads of a process."""
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
    """Return when a process started, in ticks since boot; empty if it has ended (``proc(5)``)."""
    fields = _content(f"/proc/{number}/stat").decode("utf-8", "replace").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


def _content(path: str) -> bytes:
    try:
        return real.read(path)
    except OSError:
        return b""


def _end(family: list[int]) -> None:
    """Terminate processes, and kill those that do not end."""
    began = {number: _began(number) for number in family}
    for at_once in (False, True):
        for number, time in began.items():
            if time and _began(number) == time:
                real.end(number, at_once=at_once)
        for _ in range(_TURNS):
            if not any(time and _began(number) == time for number, time in began.items()):
                return
            real.sleep(0.02)
