"""``revealed`` and ``intersect`` on our page: what is certain is done, the rest explains what depends on it."""

from __future__ import annotations

import pytest

from django_journey import expect
from django_journey.errors import ExpectationError, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from tests.pages.behaviours.test_htmx import opened

BOOK = "<ul id=book><li>one</li><li hx-get=/2 hx-trigger=revealed hx-swap=afterend>two</li></ul><p id=end>end</p>"
LATE = "<main><h1>Site</h1><div id=late hx-get=/late hx-trigger='intersect once'><a href=/x>loading</a></div></main>"


@pytest.mark.parametrize("version", ["2.0", "1.9.12"])
@pytest.mark.parametrize("hidden", ["hidden", "style='display: none'"])
def test_htmx_takes_what_is_not_rendered_for_revealed_and_not_for_intersecting(version: str, hidden: str):
    page, site = opened(
        f"<div {hidden}><p hx-get=/a hx-trigger=revealed hx-target=#out></p>"
        "<p hx-get=/b hx-trigger=intersect></p></div><p id=out></p>",
        {"/a": "<b>done</b>", "/b": "never"},
        htmx=version,
    )
    expect(page.locator("#out")).to_have_text("done")
    page.wait_for_timeout(1000)
    assert [request.url for request in site.requests] == ["http://testserver/", "http://testserver/a"]
    assert page.locator("[data-hx-revealed=true]").count() == 1
    expect(page.locator("li")).to_have_count(0)


def test_what_may_have_come_into_view_is_the_reason_of_a_failure():
    page, site = opened(BOOK, {"/2": "<li>three</li>"})
    assert len(site.requests) == 1
    expect(page.get_by_text("two")).to_be_visible()
    expect(page.locator("#end")).to_have_text("end")
    with pytest.raises(ExpectationError) as failed:
        expect(page.get_by_text("three")).to_be_visible()
    assert "hx-trigger='revealed': it acts when it is in view" in failed.value.explanation.nearest[-1]
    assert "--journey-driver=browser" in failed.value.explanation.instead
    with pytest.raises(NotInTime) as missing:
        page.get_by_text("three").click()
    assert "hx-trigger='revealed'" in missing.value.explanation.nearest[-1]


@pytest.mark.parametrize(
    "check",
    [
        lambda page: expect(page.get_by_text("three")).not_to_be_visible(),
        lambda page: expect(page.get_by_text("three")).to_be_hidden(),
        lambda page: page.get_by_text("three").wait_for(state="hidden"),
        lambda page: expect(page.locator("li")).to_have_count(2),
        lambda page: expect(page.locator("li")).to_have_text(["one", "two"]),
        lambda page: expect(page.locator("ul")).to_have_text("onetwo"),
        lambda page: expect(page.locator("ul")).not_to_contain_text("three"),
    ],
)
def test_what_holds_only_while_nothing_came_into_view_needs_a_browser(check):
    page, _ = opened(BOOK, {"/2": "<li>three</li>"})
    with pytest.raises(NeedsBrowser, match="hx-trigger='revealed'"):
        check(page)


def test_what_would_be_replaced_needs_a_browser_and_the_rest_does_not():
    page, _ = opened(LATE, {"/late": "<b>news</b>"})
    expect(page.get_by_role("heading")).to_have_text("Site")
    expect(page.locator("main")).to_contain_text("Site")
    with pytest.raises(NeedsBrowser, match="intersect once"):
        expect(page.get_by_text("loading")).to_be_visible()
    with pytest.raises(NeedsBrowser, match="intersect once"):
        page.get_by_role("link").click()


def test_what_is_shown_later_counts_from_then_on():
    page, _ = opened(f"<details><summary>more</summary>{LATE}</details>", {"/late": "<b>news</b>"})
    expect(page.get_by_text("news")).to_have_count(0)
    page.get_by_text("more").click()
    with pytest.raises(NeedsBrowser, match="intersect once"):
        expect(page.get_by_text("news")).to_have_count(0)


def test_the_setting_that_refuses_scripts_refuses_the_page():
    with pytest.raises(NeedsBrowser, match="revealed"):
        opened(BOOK, scripts="refuse")
