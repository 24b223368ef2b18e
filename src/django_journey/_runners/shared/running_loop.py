"""Lets Django's ORM work beside a Playwright that a project's own tests start."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

__all__ = ["orm_unblocked", "remove_mark", "running_loop"]


def running_loop() -> Any:
    """Return the event loop that is marked as running in this thread, if there is one; loads nothing for it."""
    if "asyncio.events" not in sys.modules:
        return None
    from django_journey._adapters.event_loop import marked_loop

    return marked_loop()


def remove_mark() -> None:
    """Remove the mark of a running event loop that Playwright left in this thread, now and after each call of it."""
    from django_journey._adapters.event_loop import mark_running
    from django_journey._drivers.browser.loop import calls_are_wrapped

    if calls_are_wrapped():  # a browser of stories has wrapped all calls already
        mark_running(None)
    else:
        _remove_mark_around_calls()


@contextmanager
def orm_unblocked() -> Iterator[None]:
    """Remove the mark while the block runs, where Playwright's sync API left one; who stops Playwright needs it."""
    loop = running_loop() if "playwright.sync_api" in sys.modules else None
    if loop is None:
        yield
        return
    from django_journey._adapters.event_loop import mark_running

    remove_mark()
    try:
        yield
    finally:
        mark_running(loop)


def _remove_mark_around_calls() -> None:
    from django_journey._adapters.event_loop import mark_running
    from django_journey._drivers.browser.call_watch import CALLS
    from django_journey._drivers.browser.loop import without_a_running_loop
    from django_journey._drivers.browser.steps import noted

    patches = ExitStack()
    patches.enter_context(without_a_running_loop(noted, CALLS.call_failed))

    def leave() -> None:
        patches.close()
        mark_running(None)

    # Browsers of later stories wrap the calls, too, until the process ends: wrappers are removed in reverse order.
    atexit.register(leave)
