"""One browser for a whole run: launched when the first actor needs a page, and always closed."""

from __future__ import annotations

import asyncio
import atexit
import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any

from django_journey._adapters.event_loop import mark_running, marked_loop
from django_journey._adapters.playwright import has_ended, run
from django_journey._drivers.browser.call_watch import CALLS
from django_journey._drivers.browser.close import quietly
from django_journey._drivers.browser.launch import launch
from django_journey._drivers.browser.loop import running_loop_of, without_a_running_loop
from django_journey._drivers.browser.page_pool import PagePool
from django_journey._drivers.browser.steps import noted
from django_journey._trace.hooks.open_browsers import shared_by_process
from django_journey.errors import ConfigurationError, Explanation, MissingExtra

__all__ = ["BrowserSession", "Launch", "session_for"]


@dataclass(frozen=True, slots=True)
class Launch:
    """Which browser, and how it is started.

    Args:
        kind: ``chromium``, ``firefox`` or ``webkit``.
        headed: Show its window.
        slowmo: Milliseconds to wait after each action.
        path: The program to launch instead of looking for one.
        endpoint: The ``ws://`` address of a Playwright server whose browser is used instead.
        reach: The hosts that it may reach besides loopback; ``None`` for every host.
    """

    kind: str = "chromium"
    headed: bool = False
    slowmo: float = 0.0
    path: str = ""
    endpoint: str = ""
    reach: tuple[str, ...] | None = None


class BrowserSession:
    """A running browser with a pool of pages.

    Args:
        how: Which browser, and how it is started.
    """

    def __init__(self, how: Launch) -> None:
        self.pool = PagePool(self.new_context)
        # Only Chromium has a protocol to clear a page with; under slow_mo each step of clearing would wait, too.
        self.reuses_pages = how.kind == "chromium" and not how.slowmo
        self._closing = ExitStack()
        with self._closing as opening:
            self._playwright = self._start(opening)
            self._test_id_attribute = "data-testid"  # Playwright's own
            self.browser = self._connect(self._playwright, how)
            opening.callback(quietly, self.browser.close)
            self._closing = opening.pop_all()

    @property
    def runs(self) -> bool:
        """Whether the browser can still be used: neither it nor Playwright's own process has ended."""
        try:
            with running_loop_of(self.browser):
                run(self.browser, _some_turns())
        except Exception:  # whatever it is, it is not the story's
            return False
        return bool(self.browser.is_connected()) and not has_ended(self._playwright)

    def new_context(self, **settings: Any) -> Any:
        """Open a new context, with its own cookies, storage and cache.

        Args:
            settings: What ``Browser.new_context`` takes.
        """
        return self.browser.new_context(**settings)

    def set_test_id_attribute(self, attribute: str) -> None:
        """Set the attribute that ``get_by_test_id`` reads; Playwright has one for all pages.

        Args:
            attribute: Its name.
        """
        if attribute != self._test_id_attribute:  # otherwise what the test itself has set stays
            with CALLS.ignored():
                self._playwright.selectors.set_test_id_attribute(attribute)
            self._test_id_attribute = attribute

    def close(self) -> None:
        """Close the browser and stop Playwright."""
        self._closing.close()

    def _start(self, opening: ExitStack) -> Any:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            raise MissingExtra("the browser driver", extra="browser", library="playwright") from None
        # Another Playwright of this process (pytest-playwright's) may have left its loop's mark.
        mark = marked_loop()
        mark_running(None)
        try:
            manager = sync_playwright()
            with shared_by_process():
                playwright = manager.start()
            opening.callback(_stop, manager, playwright)
            opening.enter_context(without_a_running_loop(noted, CALLS.call_failed))
        finally:
            mark_running(mark)
        return playwright

    def _connect(self, playwright: Any, how: Launch) -> Any:
        if not how.endpoint:
            return launch(
                playwright, how.kind, headed=how.headed, slowmo=how.slowmo, path=how.path, reach=how.reach
            )
        try:
            return getattr(playwright, how.kind).connect(how.endpoint, slow_mo=how.slowmo or None)
        except Exception as error:
            raise ConfigurationError(
                Explanation(
                    f"no browser answers at {how.endpoint}",
                    where=str(error).splitlines()[0],
                    instead="start a server of the same Playwright version there: playwright run-server --port …",
                )
            ) from error


def session_for(how: Launch) -> BrowserSession:
    """Return this process's browser for these settings, launching it at the first call, and again if it crashed."""
    running = _running(os.getpid())
    session = running.get(how)
    if session is not None and not session.runs:
        del running[how]
        session.close()
        atexit.unregister(session.close)
        session = None
    if session is None:
        session = running[how] = BrowserSession(how)
        atexit.register(session.close)
    return session


@cache
def _running(_process: int) -> dict[Launch, BrowserSession]:
    return {}


async def _some_turns() -> None:
    """Let Playwright's loop notice an end that no call was waiting for: it only runs during calls."""
    for _ in range(10):
        await asyncio.sleep(0)


def _stop(manager: Any, playwright: Any) -> None:
    """Stop Playwright; if its own process has ended, so has the loop that is marked as running."""
    if has_ended(playwright):
        mark_running(None)
    quietly(manager.__exit__)
