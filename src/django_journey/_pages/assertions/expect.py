"""``expect`` for pages, locators and API responses; it hands Playwright's own objects to Playwright's ``expect``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, overload

from django_journey._pages.assertions.locator import LocatorAssertions
from django_journey._pages.assertions.page import APIResponseAssertions, PageAssertions
from django_journey._pages.assertions.verdict import default_timeout
from django_journey._pages.http.api import APIResponse
from django_journey._pages.locator.locator import Locator
from django_journey._pages.page import Page
from django_journey.errors import Error, Explanation

if TYPE_CHECKING:
    from django_journey._drivers.browser.playwright_types import (
        BrowserAPIResponse,
        BrowserAPIResponseAssertions,
        BrowserLocator,
        BrowserLocatorAssertions,
        BrowserPage,
        BrowserPageAssertions,
    )

__all__ = ["Expect", "expect"]


class Expect:
    """Makes matchers: ``expect(page.get_by_role("status")).to_have_text("Saved")``."""

    @overload
    def __call__(self, actual: Page, message: str | None = None) -> PageAssertions: ...
    @overload
    def __call__(self, actual: Locator[Any], message: str | None = None) -> LocatorAssertions: ...
    @overload
    def __call__(self, actual: APIResponse, message: str | None = None) -> APIResponseAssertions: ...
    @overload
    def __call__(self, actual: BrowserPage, message: str | None = None) -> BrowserPageAssertions: ...
    @overload
    def __call__(self, actual: BrowserLocator, message: str | None = None) -> BrowserLocatorAssertions: ...
    @overload
    def __call__(
        self, actual: BrowserAPIResponse, message: str | None = None
    ) -> BrowserAPIResponseAssertions: ...

    def __call__(self, actual: Any, message: str | None = None) -> Any:
        """Return the matchers of an object.

        Args:
            actual: A page, a locator or an API response, of this library or of Playwright.
            message: The beginning of the failure's message.

        Raises:
            Error: It is none of them.
        """
        if isinstance(actual, Locator):
            return LocatorAssertions(actual, message)
        if isinstance(actual, Page):
            return PageAssertions(actual, message)
        if isinstance(actual, APIResponse):
            return APIResponseAssertions(actual, message)
        if _is_playwrights(actual):
            return _playwrights_expect()(actual, message)
        raise Error(
            Explanation(
                f"expect() takes a page, a locator or an API response, not {type(actual).__name__}",
                instead="for plain values, write assert",
            )
        )

    def set_options(self, timeout: float | None = None) -> None:
        """Set the time that Playwright's ``expect`` waits, in milliseconds; ours checks once."""
        default_timeout.set(5000 if timeout is None else timeout)
        if "playwright.sync_api" in sys.modules and (theirs := _playwrights_expect()) is not self:
            theirs.set_options(timeout=timeout)

    @overload
    def soft(self, actual: BrowserPage, message: str | None = None) -> BrowserPageAssertions: ...
    @overload
    def soft(self, actual: BrowserLocator, message: str | None = None) -> BrowserLocatorAssertions: ...
    @overload
    def soft(
        self, actual: BrowserAPIResponse, message: str | None = None
    ) -> BrowserAPIResponseAssertions: ...

    def soft(self, actual: Any, message: str | None = None) -> Any:
        """Call Playwright's ``expect.soft``, for its own objects.

        Raises:
            RuntimeError: ``actual`` is of this library, or no plugin collects the failures.
        """
        if not _is_playwrights(actual):
            raise RuntimeError(
                "expect.soft() needs pytest-playwright and a page of a real browser; use expect()"
            )
        return _playwrights_expect().soft(actual, message)


def _is_playwrights(actual: object) -> bool:
    return type(actual).__module__.partition(".")[0] == "playwright"


def _playwrights_expect() -> Any:
    from playwright.sync_api import expect as theirs

    return theirs


expect = Expect()
