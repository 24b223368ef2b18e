"""Lets Django's ORM work beside a Playwright that a fixture of the project starts."""

from __future__ import annotations

import os
import sys

import pytest

from django_journey._runners.pytest.story_detection import HAS_STORIES
from django_journey._runners.shared.running_loop import remove_mark, running_loop

__all__ = ["orm_is_blocked", "unblock_orm"]


def orm_is_blocked(run: pytest.Stash) -> bool:
    """Return whether the mark of a running event loop is Playwright's, and makes Django's ORM refuse to work.

    Playwright's sync API leaves the mark when it is started, by whichever fixture. Nothing is done in a project
    without stories that sets ``DJANGO_ALLOW_ASYNC_UNSAFE``.

    Args:
        run: The stash of the config.
    """
    if not {"django.db", "playwright.sync_api"} <= sys.modules.keys():
        return False
    return HAS_STORIES in run or not os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")


def unblock_orm(request: pytest.FixtureRequest) -> None:
    """Remove the mark of a running event loop that Playwright left in this thread when it was started.

    Args:
        request: The request of the fixture that started Playwright, and will stop it.
    """
    from django_journey._adapters.event_loop import mark_running

    loop = running_loop()
    remove_mark()
    # The fixture stops Playwright itself, which needs the mark.
    request.addfinalizer(lambda: mark_running(loop))
