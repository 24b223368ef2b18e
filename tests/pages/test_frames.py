"""Frames of the page's own site: locators, actions and links in them, as in Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest

from django_journey import expect
from django_journey.errors import NeedsBrowser
from tests.pages.conftest import Opening
from tests.pages.fake_site import FakeSite, html

SITE = {
    "/": """<!doctype html><title>Outer</title><h1>Outer</h1><iframe id=one name=inner title=Pay src=/frame></iframe>
      <iframe id=two srcdoc="<p>Written <a href='/next' target=_top>up</a><input name=q></p>"></iframe>
      <iframe id=three></iframe><a id=into href=/other target=inner>into</a><p>Words</p>""",
    "/frame": """<!doctype html><title>Inner</title><h2>Inner</h2><form action=/done><label>Card <input name=c></label>
      <button>Pay</button></form><a href=/other>other</a><a href=/next target=_parent>out</a>
      <iframe id=deep src=/deep></iframe><a id=new href=/next target=_blank>new</a>""",
    "/deep": "<!doctype html><b>Deep</b>",
    "/other": "<!doctype html><title>Other</title><h2>Other</h2>",
    "/done": "<!doctype html><h2>Paid</h2>",
    "/next": "<!doctype html><title>Next</title>",
}


def test_a_form_in_a_frame_is_filled_and_sent(opened: Opening) -> None:
    page = opened(SITE)
    frame = page.frame_locator("#one")
    frame.get_by_label("Card").fill("42")
    assert frame.get_by_label("Card").input_value() == "42"
    with page.expect_request("**/done*") as request:
        frame.get_by_role("button", name="Pay").click()
    assert request.value.url.endswith("/done?c=42")
    expect(frame.get_by_role("heading")).to_have_text("Paid")
    expect(page).to_have_url("/")
    expect(page.get_by_role("heading")).to_have_text("Outer")


def test_frames_are_found_in_every_way(opened: Opening) -> None:
    page = opened(SITE)
    assert page.locator("#one").content_frame.locator("h2").inner_text() == "Inner"
    assert page.get_by_title("Pay").content_frame.locator("h2").inner_text() == "Inner"
    assert page.frame_locator("iframe").first.get_by_text("inner").count() == 1
    assert page.frame_locator("iframe").nth(1).locator("p").inner_text() == "Written up"
    assert page.frame_locator("#one").frame_locator("#deep").get_by_text("Deep").is_visible()
    assert page.frame_locator("#one").owner.get_attribute("name") == "inner"
    assert page.frame_locator("#three").locator("p").count() == 0
    assert page.frame_locator("#gone").locator("p").count() == 0
    assert page.locator("body").frame_locator("#two").get_by_role("link").is_visible()
    assert page.frame_locator("#two").locator("p").page is page
    expect(page.frame_locator("#two").locator("p")).to_contain_text("Written")


def test_a_page_knows_its_frames(opened: Opening) -> None:
    page = opened(SITE)
    page.frame_locator("#one").frame_locator("#deep").get_by_text("Deep").wait_for()
    frame = page.frame("inner")
    assert frame.name == "inner"
    assert frame.title() == "Inner"
    assert frame.parent_frame.url == page.url
    assert frame.page is page
    assert [inner.url.rpartition("/")[2] for inner in frame.child_frames] == ["deep"]
    assert page.frame(url=re.compile("deep$")).locator("b").inner_text() == "Deep"
    assert page.frame(url="**/deep").parent_frame.name == "inner"
    assert page.frame("nobody") is None
    assert [each.url for each in page.frames if "about" in each.url] == ["about:srcdoc", "about:blank"]


def test_links_lead_within_the_frame_out_of_it_and_into_it(opened: Opening) -> None:
    page = opened(SITE)
    frame = page.frame_locator("#one")
    frame.get_by_role("link", name="other").click()
    expect(frame.locator("h2")).to_have_text("Other")
    expect(page).to_have_title("Outer")
    page.goto("/")
    page.get_by_role("link", name="into").click()
    expect(frame.locator("h2")).to_have_text("Other")
    page.goto("/")
    frame.get_by_role("link", name="out").click()
    expect(page).to_have_title("Next")
    page.goto("/")
    page.frame_locator("#two").get_by_role("link", name="up").click()
    expect(page).to_have_url("/next")


def test_a_frame_opens_another_page(opened: Opening) -> None:
    page = opened(SITE)
    with page.expect_popup() as popup:
        page.frame_locator("#one").get_by_role("link", name="new").click()
    expect(popup.value).to_have_title("Next")


def test_keys_go_to_a_frame_that_has_the_focus(opened: Opening) -> None:
    page = opened(SITE)
    page.frame_locator("#one").get_by_label("Card").focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.frame_locator("#one").locator("h2")).to_have_text("Paid")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda page: page.frame_locator("iframe").locator("h2").inner_text(), "strict mode violation"),
        (lambda page: page.frame_locator("h1").locator("p").click(timeout=300), "<iframe> was expected"),
        (lambda page: page.frame_locator("#gone").locator("p").click(timeout=300), "#gone"),
        (lambda page: page.locator("p", has=page.frame_locator("#one").locator("b")).count(), "[Ff]rame"),
    ],
)
def test_an_element_that_is_no_frame_is_named(opened: Opening, act: Any, message: str) -> None:
    page = opened(SITE)
    with pytest.raises(Exception, match=message):
        act(page)


def test_elements_in_a_hidden_frame_are_hidden(opened: Opening) -> None:
    page = opened(
        {
            "/": """<!doctype html><iframe id=a style="visibility:hidden" srcdoc="<p>a</p>"></iframe><div hidden>
            <iframe id=b srcdoc="<p>b</p>"></iframe></div><iframe id=c srcdoc="<p>c</p>"></iframe>
            <iframe id=d style="visibility:hidden" srcdoc="<iframe srcdoc='<p>d</p>'></iframe>"></iframe>"""
        }
    )
    shown = {name: page.frame_locator(f"#{name}").locator("p").is_visible() for name in "abc"}
    assert shown == {"a": False, "b": False, "c": True}
    assert not page.frame_locator("#d").frame_locator("iframe").locator("p").is_visible()


@pytest.mark.parametrize(
    ("headers", "is_shown"),
    [
        ({"X_Frame_Options": "DENY"}, False),
        ({"X_Frame_Options": "SAMEORIGIN"}, True),
        ({"Content_Security_Policy": "default-src 'self'; frame-ancestors 'none'"}, False),
        ({"Content_Security_Policy": "frame-ancestors 'self'", "X_Frame_Options": "DENY"}, True),
    ],
)
def test_a_page_can_forbid_framing(headers: dict[str, str], is_shown: bool) -> None:
    page = FakeSite({"/": "<iframe src=/in>", "/in": html("<h1>In</h1>", **headers)}).open()
    assert page.frame_locator("iframe").locator("h1").count() == is_shown
    assert ("chrome-error" in page.frames[1].url) is not is_shown


def test_a_frame_is_requested_as_in_chromium() -> None:
    site = FakeSite({"/": "<iframe src=in?x>", "/in": "<a href=/b>b</a>"}, base_url="http://localhost")
    page = site.open()
    assert len(site.requests) == 1
    page.frame_locator("iframe").get_by_role("link").click()
    loaded, clicked = site.requests[1:]
    assert loaded.url == "http://localhost/in?x"
    assert loaded.header("Referer") == "http://localhost/"
    assert (loaded.header("Sec-Fetch-Dest"), loaded.header("Sec-Fetch-User")) == ("iframe", None)
    assert (clicked.header("Sec-Fetch-Dest"), clicked.header("Sec-Fetch-User")) == ("iframe", "?1")
    with pytest.raises(NeedsBrowser, match="a frame of the page has navigated, too"):
        page.go_back()


@pytest.mark.parametrize(
    "frame",
    ["<iframe src=http://other.test/>", "<iframe src=/in sandbox>", "<iframe src='javascript:go()'>"],
)
def test_a_frame_of_another_site_needs_a_browser(frame: str) -> None:
    page = FakeSite({"/": frame}).open()
    with pytest.raises(NeedsBrowser, match="reading a frame"):
        page.frame_locator("iframe").locator("p").count()
