"""Opens reports in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._drivers.browser.launch import launch
from tests import needs
from tests.report.synthetic import Process, folder_with, ids_of


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with needs.library("playwright.sync_api").sync_playwright() as playwright:
        with needs.a_browser():
            chromium = launch(playwright, "chromium", headed=False)
        yield chromium
        chromium.close()


class Seen:
    """A report in a page of the browser, and whatever it asked the network or the console for."""

    def __init__(self, context: Any, index: Path) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.index = index

    def open(self, hash: str = "") -> Any:
        """Open the report; ``#t2.5`` is the fifth step of its second test."""
        if numbered := re.match(r"#t(\d+)\b(?!\w)", hash):
            hash = f"#{ids_of(self.index)[int(numbered[1]) - 1]}{hash[numbered.end() :]}"
        self.page.goto("about:blank")
        self.page.goto(self.index.as_uri() + hash)
        return self.page


@pytest.fixture
def seen(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    contexts = []

    def make(*processes: Process, **options: Any) -> Seen:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        return Seen(context, reports.build(folder_with(tmp_path, *processes)))

    yield make
    for context in contexts:
        context.close()
