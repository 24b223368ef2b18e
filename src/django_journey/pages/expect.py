"""``expect``: for our pages, locators and API responses; Playwright's own objects go to Playwright's ``expect``."""

from __future__ import annotations

import sys
from typing import Any, overload

from django_journey.errors import Error, Explanation
from django_journey.pages.api import APIResponse
from django_journey.pages.expect_locator import LocatorAssertions
from django_journey.pages.expect_page import APIResponseAssertions, PageAssertions
from django_journey.pages.judging import default_timeout
from django_journey.pages.locator import Locator
from django_journey.pages.page import Page

__all__ = ["Expect", "expect"]


class Expect:
    """Says what is expected: ``expect(page.get_by_role("status")).to_have_text("Saved")``."""

    @overload
    def __call__(self, actual: Page, message: str | None = None) -> PageAssertions: ...
    @overload
    def __call__(self, actual: Locator, message: str | None = None) -> LocatorAssertions: ...
    @overload
    def __call__(self, actual: APIResponse, message: str | None = None) -> APIResponseAssertions: ...
    @overload
    def __call__(self, actual: Any, message: str | None = None) -> Any: ...

    def __call__(self, actual: Any, message: str | None = None) -> Any:
        """Return the matchers that fit an object.

        Args:
            actual: A page, a locator or an API response, of this library or of Playwright.
            message: What the failure should say first.

        Raises:
            Error: It is nothing of the kind.
        """
        if isinstance(actual, Locator):
            return LocatorAssertions(actual, message)
        if isinstance(actual, Page):
            return PageAssertions(actual, message)
        if isinstance(actual, APIResponse):
            return APIResponseAssertions(actual, message)
        if type(actual).__module__.partition(".")[0] == "playwright":
            return _playwrights()(actual, message)
        raise Error(
            Explanation(
                f"expect() takes a page, a locator or an API response, not {type(actual).__name__}",
                instead="for plain values, write assert",
            )
        )

    def set_options(self, timeout: float | None = None) -> None:
        """Set the time that Playwright's ``expect`` waits, in milliseconds; ours looks once."""
        default_timeout.set(5000 if timeout is None else timeout)
        if "playwright.sync_api" in sys.modules and (theirs := _playwrights()) is not self:
            theirs.set_options(timeout=timeout)

    def soft(self, actual: Any, message: str | None = None) -> Any:
        """Hand over to Playwright's ``expect.soft``, for its own objects.

        Raises:
            RuntimeError: ``actual`` is of this library, or no plugin collects the failures.
        """
        if type(actual).__module__.partition(".")[0] != "playwright":
            raise RuntimeError(
                "expect.soft() needs pytest-playwright and a page of a real browser; use expect()"
            )
        return _playwrights().soft(actual, message)


def _playwrights() -> Any:
    from playwright.sync_api import expect as theirs

    return theirs


expect = Expect()
