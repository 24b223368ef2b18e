"""Lets Django's ORM work beside pytest-playwright's own ``page``, as it does beside the pages of actors."""

from __future__ import annotations

import atexit
from asyncio.events import _get_running_loop, _set_running_loop
from contextlib import ExitStack
from typing import Any

import pytest

__all__ = ["free_the_thread", "is_playwright"]


def is_playwright(value: Any) -> bool:
    """Tell whether a fixture's value is a started Playwright with the sync API."""
    return type(value).__name__ == "Playwright" and type(value).__module__.startswith("playwright.sync_api")


def free_the_thread(request: pytest.FixtureRequest, playwright: Any) -> None:
    """Take away the mark of a running loop that a Playwright which was just started has left in this thread.

    Args:
        request: Of the fixture that started it, and that will stop it.
        playwright: What it started.
    """
    loop = _get_running_loop()
    if loop is None:
        return
    if hasattr(
        type(playwright).chromium.fget, "__wrapped__"
    ):  # a story's browser has seen to every call already
        _set_running_loop(None)
    else:
        _take_the_mark_away()
    # The fixture stops Playwright itself, which needs the mark.
    request.addfinalizer(lambda: _set_running_loop(loop))


def _take_the_mark_away() -> None:
    from django_journey.drivers.browser.heard import EAR
    from django_journey.drivers.browser.loop import without_a_running_loop
    from django_journey.drivers.browser.steps import noted

    patches = ExitStack()
    patches.enter_context(without_a_running_loop(noted, EAR.broken_off))

    def leave() -> None:
        patches.close()
        _set_running_loop(None)

    # Stories' browsers that come later do the same and live as long as the process: the last one leaves first.
    atexit.register(leave)
