"""Lets Django's ORM work beside a page that a fixture opens with Playwright, as it does beside the pages of actors."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import ExitStack
from typing import Any

import pytest

from django_journey.runners.stories import HAS_STORIES

__all__ = ["free_the_thread", "in_the_way", "running_loop"]


def running_loop() -> Any:
    """Return the event loop that is marked as running in this thread, if there is one; loads nothing for it."""
    events = sys.modules.get("asyncio.events")
    return events._get_running_loop() if events is not None else None


def in_the_way(run: pytest.Stash) -> bool:
    """Tell whether a mark that a fixture has left is Playwright's, and keeps Django's ORM from working.

    Whatever the fixture is called and gives (Playwright, a browser, a page), starting the sync API leaves the mark.
    A project that has told Django not to mind it, and has no stories, is left alone.

    Args:
        run: The stash of the run's config.
    """
    if not {"django.db", "playwright.sync_api"} <= sys.modules.keys():
        return False
    return HAS_STORIES in run or not os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")


def free_the_thread(request: pytest.FixtureRequest) -> None:
    """Take away the mark of a running loop that a Playwright which was just started has left in this thread.

    Args:
        request: Of the fixture that started it, and that will stop it.
    """
    from asyncio.events import _set_running_loop

    from django_journey.drivers.browser.loop import taking_the_mark_away

    loop = running_loop()
    if taking_the_mark_away():  # a story's browser sees to every call already
        _set_running_loop(None)
    else:
        _take_the_mark_away()
    # The fixture stops Playwright itself, which needs the mark.
    request.addfinalizer(lambda: _set_running_loop(loop))


def _take_the_mark_away() -> None:
    from asyncio.events import _set_running_loop

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
