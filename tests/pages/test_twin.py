"""The same tests on the browserless page and on Playwright's: both find, do and raise the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from django_journey import expect
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._drivers.browser.launch import launch
from django_journey._pages.page import BrowserContext
from tests import needs
from tests.conformance.loopback import Asset, serving

SITE = {
    "/": """<!doctype html><title>Shop</title><h1>Tea and more</h1>
      <ul><li>Green <a href="/green/">Buy</a></li><li>Black <a href="/black/">Buy</a></li></ul>
      <form action="/search/"><label>Search <input name=q placeholder="Find a tea"></label>
      <button>Go</button></form>""",
    "/green/": """<!doctype html><title>Green tea</title><h1>Green tea</h1><p role=status>In stock</p>
      <form action="/basket/"><label>Amount <select name=n><option value=1>One<option value=2>Two</select></label>
      <label><input type=checkbox name=gift> As a gift</label><button disabled>Sold out</button>
      <button>Add to basket</button></form><a href="/">Home</a>""",
    "/basket/": "<!doctype html><title>Basket</title><p>Two cups</p>",
    "/search/": "<!doctype html><title>Found</title><p>Nothing</p>",
}


class SiteDriver:
    name = "site"
    base_url = "http://127.0.0.1:1"

    def send(self, request: DriverRequest) -> DriverResponse:
        path = re.sub(r"^http://[^/]+|\?.*$", "", request.url)
        return DriverResponse(200, (("Content-Type", "text/html; charset=utf-8"),), SITE[path].encode())

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def visited() -> Iterator[tuple[Any, str]]:
    """A running Chromium, and the site on loopback for it."""
    sync_playwright = needs.library("playwright.sync_api").sync_playwright
    with (
        serving(lambda path: Asset("text/html; charset=utf-8", SITE[path].encode())) as base,
        sync_playwright() as playwright,
    ):
        with needs.a_browser():
            browser = launch(playwright, "chromium", headed=False)
        yield browser, base
        browser.close()


@pytest.fixture(params=["ours", "playwrights"])
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "ours":
        page: Any = BrowserContext(SiteDriver()).new_page()
    else:
        browser, base = request.getfixturevalue("visited")
        page = browser.new_context(base_url=base).new_page()
    page.goto("/")
    yield page
    page.context.close()


def test_a_walk_through_a_site(page: Any) -> None:
    expect(page).to_have_title("Shop")
    page.get_by_role("listitem").filter(has_text="Green").get_by_role("link", name="Buy").click()
    expect(page).to_have_url("/green/")
    expect(page.get_by_role("status")).to_have_text("In stock")
    assert page.get_by_label("Amount").select_option(label="Two") == ["2"]
    page.get_by_label("As a gift").check()
    expect(page.get_by_label("As a gift")).to_be_checked()
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_url(re.compile(r"/basket/\?n=2&gift=on$"))
    page.go_back()
    expect(page).to_have_title("Green tea")
    page.get_by_role("link", name="Home").click()
    page.get_by_placeholder("Find a tea").fill("white tea")
    page.get_by_label("Search").press("Enter")
    expect(page).to_have_url("/search/?q=white+tea")


def test_elements_are_read_as_by_playwright(page: Any) -> None:
    assert page.locator("li").all_text_contents() == ["Green Buy", "Black Buy"]
    assert page.locator("ul").aria_snapshot() == (
        '- list:\n  - listitem:\n    - text: Green\n    - link "Buy":\n      - /url: /green/\n'
        '  - listitem:\n    - text: Black\n    - link "Buy":\n      - /url: /black/'
    )
    assert page.get_by_text("tea").count() == 1
    assert page.get_by_role("link").last.get_attribute("href") == "/black/"
    assert not page.get_by_text("Nobody").is_visible()
    assert page.get_by_label("Search").is_editable()
    assert page.locator("li:has-text('black') >> a").inner_text() == "Buy"


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        (
            lambda page: page.get_by_role("link").click(),
            "Error",
            'strict mode violation: get_by_role("link") resolved',
        ),
        (lambda page: page.get_by_role("link").click(), "Error", '1) <a href="/green/">Buy</a> aka'),
        (lambda page: page.locator("a[").count(), "Error", 'while parsing css selector "a["'),
        (
            lambda page: page.get_by_role("button", name="No").click(timeout=300),
            "TimeoutError",
            "Locator.click: ",
        ),
        (lambda page: page.locator("h1").fill("x"), "Error", "Element is not an <input>"),
        (lambda page: page.locator("h1").check(), "Error", "Not a checkbox or radio button"),
    ],
)
def test_errors_have_playwrights_messages(page: Any, act: Any, kind: str, message: str) -> None:
    with pytest.raises(Exception) as raised:
        act(page)
    assert kind in [cls.__name__ for cls in type(raised.value).__mro__]
    assert message in raised.value.message


@pytest.mark.parametrize(
    ("claim", "first"),
    [
        (
            lambda page: expect(page.locator("h1")).to_have_text("Coffee", timeout=1_000),
            "Locator expected to have text 'Coffee'",
        ),
        (
            lambda page: expect(page.locator("h1")).not_to_be_visible(timeout=1_000),
            "Locator expected not to be visible",
        ),
        (
            lambda page: expect(page.locator("h2")).to_be_visible(timeout=1_000),
            "Locator expected to be visible",
        ),
        (
            lambda page: expect(page.locator("li")).to_have_count(3, timeout=1_000),
            "Locator expected to have count '3'",
        ),
        (lambda page: expect(page).to_have_title("Tea", timeout=1_000), "Page title expected to be 'Tea'"),
    ],
)
def test_expectations_fail_with_playwrights_messages(page: Any, claim: Any, first: str) -> None:
    with pytest.raises(AssertionError) as raised:
        claim(page)
    lines = str(raised.value).splitlines()
    assert lines[0] == first
    assert lines[1].startswith("Actual value: ")
    assert "Call log:" in lines
