"""One browser for a whole run: launched when the first actor needs a page, closed whatever happens."""

from __future__ import annotations

import asyncio
import atexit
import os
from asyncio.events import _get_running_loop, _set_running_loop
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any

from django_journey.drivers.browser.closing import quietly
from django_journey.drivers.browser.find import launch
from django_journey.drivers.browser.heard import EAR
from django_journey.drivers.browser.kept import KeptPages
from django_journey.drivers.browser.loop import running_loop_of, without_a_running_loop
from django_journey.drivers.browser.steps import noted
from django_journey.errors import ConfigurationError, Explanation, MissingExtra
from django_journey.trace.browsers import shared_by_the_process

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
    """A running browser, and the pages in it that can be lent again.

    Args:
        how: Which browser, and how it is started.
    """

    def __init__(self, how: Launch) -> None:
        self.kept = KeptPages(self.new_context)
        # The others have no protocol of their own to clear a page with; slowed down, clearing would wait, too.
        self.keeps = how.kind == "chromium" and not how.slowmo
        self._closing = ExitStack()
        with self._closing as opening:
            self._playwright = self._start(opening)
            self._test_id_attribute = "data-testid"  # Playwright's own
            self.browser = self._connect(self._playwright, how)
            opening.callback(quietly, self.browser.close)
            self._closing = opening.pop_all()

    @property
    def runs(self) -> bool:
        """Whether the browser can still be driven: neither it nor Playwright's own process has ended."""
        try:
            with running_loop_of(self.browser):
                self.browser._sync(_some_turns())
        except Exception:  # whatever it is, it is not the story's
            return False
        return bool(self.browser.is_connected()) and not self._playwright._dispatcher_fiber.dead

    def new_context(self, **settings: Any) -> Any:
        """Open a fresh context: its own cookies, storage and cache, as Playwright isolates them.

        Args:
            settings: What ``Browser.new_context`` takes.
        """
        return self.browser.new_context(**settings)

    def look_for_test_ids_in(self, attribute: str) -> None:
        """Say which attribute ``get_by_test_id`` looks at; Playwright knows one for all of its pages.

        Args:
            attribute: Its name.
        """
        if attribute != self._test_id_attribute:  # what a test has told Playwright itself stands otherwise
            with EAR.unheard():
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
        mark = _get_running_loop()
        _set_running_loop(None)
        try:
            manager = sync_playwright()
            with shared_by_the_process():
                playwright = manager.start()
            opening.callback(_stop, manager, playwright)
            opening.enter_context(without_a_running_loop(noted, EAR.broken_off))
        finally:
            _set_running_loop(mark)
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
    """Let Playwright's loop hear of an end that nobody has waited for: it runs only while something is asked of it."""
    for _ in range(10):
        await asyncio.sleep(0)


def _stop(manager: Any, playwright: Any) -> None:
    """Stop Playwright; where its own process has ended, the loop whose mark is there has ended with it."""
    if playwright._dispatcher_fiber.dead:
        _set_running_loop(None)
    quietly(manager.__exit__)
