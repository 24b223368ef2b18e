"""The browserless page, and Playwright's page in a running Chromium, for tests that run on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from django_journey._drivers.browser.launch import launch
from tests import needs
from tests.conformance.loopback import Asset, serving
from tests.pages.fake_site import FakeSite

#: Opens a site, given as HTML by path, at ``/``.
Opening = Callable[[dict[str, str]], Any]


@pytest.fixture(scope="module")
def real_browser() -> Iterator[tuple[Any, str, dict[str, str]]]:
    """A running Chromium, a server on loopback, and the pages that it answers with.

    One for a module: Playwright runs only once in a thread.
    """
    sync_playwright = needs.library("playwright.sync_api").sync_playwright
    pages: dict[str, str] = {}

    def answer(path: str) -> Asset:
        found = pages.get(urlsplit(path).path, f"<!doctype html><title>{path}</title>")
        return Asset("text/html; charset=utf-8", found.encode())

    with serving(answer, forbid_scripts=False) as base, sync_playwright() as playwright:
        with needs.a_browser():
            browser = launch(playwright, "chromium", headed=False)
        yield browser, base, pages
        browser.close()


@pytest.fixture(params=["ours", "playwrights"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opening]:
    """What opens a site on our page, and then the same on Playwright's."""
    contexts = []

    def ours(site: dict[str, str]) -> Any:
        page = FakeSite(dict(site)).open()
        contexts.append(page.context)
        return page

    def playwrights(site: dict[str, str]) -> Any:
        browser, base, pages = request.getfixturevalue("real_browser")
        pages.clear()
        pages.update(site)
        contexts.append(browser.new_context(base_url=base))
        page = contexts[0].new_page()
        page.set_default_timeout(30_000)
        page.goto("/")
        return page

    yield ours if request.param == "ours" else playwrights
    for context in contexts:
        context.close()
