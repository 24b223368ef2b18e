"""Keys that go to the focused element, and selected texts, as in Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from django_journey import expect
from django_journey.errors import NeedsBrowser
from tests.pages.conftest import Opening
from tests.pages.fake_site import FakeSite

SITE = {
    "/": """<!doctype html><title>Form</title><form action=/to><label>Name <input name=n value=Ann></label>
      <label>Text <textarea name=t>old</textarea></label><input type=number name=i value=1><label><input type=checkbox
      name=c> Agree</label><button>Send</button></form><a href=/link>link</a><p>words</p>""",
}


def test_keys_go_to_the_focused_element(opened: Opening) -> None:
    page = opened(SITE)
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Bob")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("new\nline ")
    page.keyboard.press("Tab")
    page.keyboard.type("42")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/to?n=Bob&t=new%0D%0Aline+old&i=42&c=on")


def test_a_key_reaches_a_form_through_its_field(opened: Opening) -> None:
    page = opened(SITE)
    page.get_by_label("Name").fill("Zoë ")
    page.keyboard.type("ß\n")
    expect(page).to_have_url("/to?n=Zo%C3%AB+%C3%9F&t=old&i=1")


def test_modifiers_are_held_for_keys_and_clicks(opened: Opening) -> None:
    page = opened(SITE)
    page.get_by_label("Name").fill("")
    page.keyboard.down("Shift")
    page.keyboard.press("KeyA")
    page.get_by_label("Name").press("KeyB")
    page.keyboard.up("Shift")
    page.keyboard.press("KeyC")
    assert page.get_by_label("Name").input_value() == "ABc"
    page.keyboard.down("ControlOrMeta")
    with page.context.expect_page() as other:
        page.get_by_role("link").click()
    page.keyboard.up("ControlOrMeta")
    other.value.wait_for_url("**/link")
    assert page.title() == "Form"
    page.get_by_role("link").click()
    expect(page).to_have_url("/link")


def test_the_selection_is_replaced(opened: Opening) -> None:
    page = opened(SITE)
    page.get_by_label("Name").select_text()
    page.keyboard.type("B")
    page.get_by_text("Text").locator("textarea").select_text()
    page.keyboard.press("Delete")
    page.locator("[name=i]").select_text()
    page.keyboard.insert_text("7")
    page.get_by_text("words").select_text()
    page.get_by_role("button").click()
    expect(page).to_have_url("/to?n=B&t=&i=7")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda page: page.keyboard.press("NotAKey"), 'Unknown key: "NotAKey"'),
        (lambda page: page.get_by_text("nothing").select_text(timeout=200), "nothing"),
    ],
)
def test_pressing_or_selecting_the_impossible_raises(opened: Opening, act: Any, message: str) -> None:
    with pytest.raises(Exception, match=message):
        act(opened(SITE))


def test_a_key_without_a_focus_does_nothing(opened: Opening) -> None:
    page = opened(SITE)
    page.keyboard.type("abc")
    page.keyboard.insert_text("abc")
    page.keyboard.press("Enter")
    page.get_by_role("button").click()
    expect(page).to_have_url("/to?n=Ann&t=old&i=1")


def test_holding_a_key_that_acts_on_release_needs_a_browser() -> None:
    page = FakeSite(SITE).open()
    page.get_by_role("button").focus()
    with pytest.raises(NeedsBrowser, match="release"):
        page.keyboard.down("Space")


JUMPS = {
    "/": """<!doctype html><a id=first href="#main">Skip</a> <a href="#field">Field</a> <a href="#nowhere">Nowhere</a>
      <nav><a href=/other>Other</a></nav><main id=main><p>words <a id=inner href=/inner>inner</a></p>
      <input id=field></main>""",
}


def test_a_fragment_moves_the_focus_and_what_tab_goes_on_from(opened: Opening) -> None:
    page = opened(JUMPS)
    page.get_by_text("Skip").click()
    expect(page.locator("#first")).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#inner")).to_be_focused()
    page.get_by_text("Field").click()
    expect(page.locator("#field")).to_be_focused()
    page.get_by_text("Nowhere").click()
    expect(page.get_by_text("Nowhere")).to_be_focused()
    page.get_by_text("Skip").click()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_text("Other")).to_be_focused()


def test_keys_that_only_scroll_change_nothing(opened: Opening) -> None:
    page = opened(JUMPS)
    page.get_by_text("Skip").focus()
    for key in ("ArrowDown", "End", "PageUp", "Home"):
        page.keyboard.press(key)
    expect(page.locator("#first")).to_be_focused()


def test_an_arrow_at_a_radio_button_needs_a_browser() -> None:
    page = FakeSite({"/": "<!doctype html><input type=radio name=r><input type=radio name=r>"}).open()
    with pytest.raises(NeedsBrowser, match="that key"):
        page.locator("input").first.press("ArrowDown")
