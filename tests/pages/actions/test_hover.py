"""The pointer stays where the last click or hover moved it, and style sheets react to it as in Chromium."""

from __future__ import annotations

import pytest

from django_journey import expect
from tests.pages.conftest import Opening

ROWS = """<!doctype html><title>Rows</title><style>
 .tools {visibility: hidden} .row:hover .tools, .row:focus-within .tools {visibility: visible}
 .menu {display: none} li:hover > .menu {display: block}
 #answer {visibility: hidden} #answer:has(+ label:hover) {visibility: visible}
 #agree:hover ~ #hint {visibility: visible} #hint {visibility: hidden}</style>
 <div class=row id=one>One <span class=tools><button id=first type=button popovertarget=p>Edit</button></span></div>
 <div class=row id=two>Two <span class=tools><a id=second href=/gone>Delete</a></span></div><p id=p popover>open</p>
 <ul><li id=shop>Shop <ul class=menu><li><a href=/tea>Tea</a></ul></ul>
 <p id=answer>yes</p><label for=agree>I agree</label><input type=checkbox id=agree><p id=hint>hint</p>
 <input id=text><select id=many><option>a<option>b</select>"""


def test_hovering_shows_what_the_style_sheet_hides(opened: Opening) -> None:
    page = opened({"/": ROWS})
    assert not page.locator("#first").is_visible()
    page.locator("#one").hover()
    assert page.locator("#first").is_visible()
    assert not page.locator("#second").is_visible()
    page.locator("#two").hover()
    page.locator("#second").click()
    expect(page).to_have_url("/gone")


def test_a_control_that_is_shown_on_hover_can_not_be_clicked_before(opened: Opening) -> None:
    page = opened({"/": ROWS})
    with pytest.raises(Exception, match="visible"):
        page.locator("#second").click(timeout=2_000)


def test_a_menu_opens_under_the_pointer_and_its_link_is_followed(opened: Opening) -> None:
    page = opened({"/": ROWS})
    page.hover("#shop")
    page.get_by_role("link", name="Tea").click()
    expect(page).to_have_url("/tea")


def test_the_pointer_stays_until_the_next_click_or_hover(opened: Opening) -> None:
    page = opened({"/": ROWS})
    page.locator("#one").hover()
    page.locator("#text").fill("typed")
    page.locator("#many").select_option("b")
    page.locator("#text").press("Shift")
    assert page.locator("#first").is_visible()
    page.locator("#text").click(trial=True)
    assert not page.locator("#first").is_visible()
    page.locator("#agree").check()
    assert not page.locator("#first").is_visible()
    assert page.locator("#hint").is_visible()
    page.locator("#one").hover()
    page.locator("#agree").check()  # it is checked already: nothing is clicked
    assert page.locator("#first").is_visible()


def test_hovering_a_label_hovers_its_control(opened: Opening) -> None:
    page = opened({"/": ROWS})
    page.locator("label").hover()
    assert page.locator("#answer").is_visible()
    assert page.locator("#hint").is_visible()
    assert page.locator("input:hover").get_attribute("id") == "agree"


def test_another_page_has_nothing_under_the_pointer(opened: Opening) -> None:
    page = opened({"/": ROWS, "/gone": ROWS})
    page.locator("#two").hover()
    page.locator("#second").click()
    expect(page).to_have_url("/gone")
    assert not page.locator("#second").is_visible()
    page.go_back()
    assert not page.locator("#second").is_visible()
