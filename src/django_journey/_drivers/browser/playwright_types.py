"""Playwright's own classes for annotations; nothing is imported at run time, and Playwright need not be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "BrowserAPIResponse",
    "BrowserAPIResponseAssertions",
    "BrowserLocator",
    "BrowserLocatorAssertions",
    "BrowserPage",
    "BrowserPageAssertions",
]

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse as BrowserAPIResponse
    from playwright.sync_api import Locator as BrowserLocator
    from playwright.sync_api import Page as BrowserPage

    # What Playwright's `expect` returns has no public name.
    from playwright.sync_api._generated import APIResponseAssertions as BrowserAPIResponseAssertions
    from playwright.sync_api._generated import LocatorAssertions as BrowserLocatorAssertions
    from playwright.sync_api._generated import PageAssertions as BrowserPageAssertions
else:
    BrowserAPIResponse = BrowserLocator = BrowserPage = object
    BrowserAPIResponseAssertions = BrowserLocatorAssertions = BrowserPageAssertions = object
