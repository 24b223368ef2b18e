"""Locators raise where an element may be in an open shadow tree, in which Playwright would find it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from django_journey.errors import NeedsBrowser
from tests.pages.conftest import Opening
from tests.pages.fake_site import FakeSite

SITE = {
    "/": """<!doctype html><title>Shadow</title><x-card id=card><template shadowrootmode=open><style>.gone{color:red}
      </style><h2>Card</h2><slot></slot><label>Name <input placeholder=Who title=Full data-testid=who></label>
      <x-inner><template shadowrootmode=open><p class=deep>Deep <b>text</b></p></template></x-inner></template>
      <em>Slotted</em></x-card><h1>Light</h1><form action=/to><input name=n aria-label=Town><button>Send</button></form>
      <x-shut><template shadowrootmode=closed><u>Closed</u></template></x-shut><div class=pale>Pale</div>""",
}
INSIDE: list[Any] = [
    lambda page: page.locator(".deep"),
    lambda page: page.locator("x-card p.deep > b"),
    lambda page: page.locator("css=x-card >> css=b"),
    lambda page: page.get_by_role("heading", name="Card"),
    lambda page: page.get_by_text("Deep text"),
    lambda page: page.get_by_text(re.compile("^Deep")),
    lambda page: page.get_by_label("Name"),
    lambda page: page.get_by_placeholder("Who"),
    lambda page: page.get_by_title("Full"),
    lambda page: page.get_by_test_id("who"),
    lambda page: page.locator("x-card", has=page.locator("b")),
    lambda page: page.locator("x-card").filter(has_text="Deep text"),
    lambda page: page.locator("x-card").locator("p"),
    lambda page: page.locator("h1").or_(page.locator("h2")).last,
]
OUTSIDE: list[tuple[Any, int]] = [
    (lambda page: page.locator("h1"), 1),
    (lambda page: page.locator("form > button"), 1),
    (lambda page: page.get_by_role("button", name="Send"), 1),
    (lambda page: page.get_by_text("Light"), 1),
    (lambda page: page.get_by_text("Slotted"), 1),
    (lambda page: page.locator("x-card em"), 1),
    (lambda page: page.get_by_text("nobody"), 0),
    (lambda page: page.locator("u"), 0),
    (lambda page: page.locator("xpath=//p[@class='deep']"), 0),
    (lambda page: page.locator(".pale", has_text="Pale"), 1),
]


@pytest.mark.parametrize("find", INSIDE)
def test_elements_that_may_be_in_a_shadow_tree_need_a_browser(find: Any) -> None:
    with pytest.raises(NeedsBrowser, match="shadow tree"):
        find(FakeSite(SITE).open()).count()


@pytest.mark.parametrize("number", range(len(OUTSIDE)))
def test_elements_that_can_only_be_in_the_document_are_found(opened: Opening, number: int) -> None:
    find, count = OUTSIDE[number]
    assert find(opened(SITE)).count() == count
