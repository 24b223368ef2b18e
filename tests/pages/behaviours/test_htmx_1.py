"""htmx 1.9 where it does something else than 2.0."""

from __future__ import annotations

import pytest

from django_journey import expect
from django_journey._pages.page import Page
from django_journey.errors import NeedsBrowser
from tests.pages.behaviours.test_htmx import HtmxSite, opened


def opened_1(body: str, answers: dict | None = None) -> tuple[Page, HtmxSite]:
    return opened(body, answers, htmx="1.9.12")


def test_a_deletion_sends_its_values_in_the_body():
    page, site = opened_1('<button hx-delete="/x" hx-vals=\'{"n": 1}\'>go</button>', {"/x": ""})
    page.get_by_role("button").click()
    assert (site.last.method, site.last.url, site.last.body) == ("DELETE", "http://testserver/x", b"n=1")


def test_values_go_together_by_name_and_numbers_first():
    page, site = opened_1(
        '<form hx-post="/x"><input name=a value=1><input name=b value=2><input name=a value=3><input name=7 value=4>'
        "<output name=o>5</output><button>go</button></form>",
        {"/x": "done"},
    )
    page.get_by_role("button").click()
    assert site.last.body == b"7=4&a=1&a=3&b=2&o=5"


def test_params_that_there_are_none_of_are_undefined():
    page, site = opened_1(
        '<button hx-post="/x" hx-params="a,b" hx-vals=\'{"a": 1, "c": 2}\'>go</button>', {"/x": ""}
    )
    page.get_by_role("button").click()
    assert site.last.body == b"a=1&b=undefined"


def test_classes_leave_their_attribute_behind_and_a_part_that_went_elsewhere_its_mark():
    page, _ = opened_1(
        '<button hx-get="/x" hx-target="#a">go</button><p id=a></p><p id=b></p>',
        {"/x": "main<p id=b hx-swap-oob=true>aside</p>"},
    )
    page.get_by_role("button").click()
    expect(page.locator("#b")).to_have_text("aside")
    assert page.locator("#a").get_attribute("class") == ""
    assert page.get_by_role("button").get_attribute("class") == ""
    assert page.locator("#b").get_attribute("hx-swap-oob") == "true"


def test_a_title_anywhere_is_taken_when_the_swap_settles():
    page, _ = opened_1(
        '<button hx-get="/x" hx-swap="innerHTML settle:1s">go</button>',
        {"/x": "<svg><title>no</title></svg><div><title>a &amp; b</title></div>"},
    )
    page.get_by_role("button").click()
    assert page.title() == "start"
    page.wait_for_timeout(1000)
    assert page.title() == "a & b"


def test_rows_are_read_in_a_table_and_what_is_no_content_of_a_body_is_dropped():
    page, _ = opened_1(
        '<table><tbody id=t></tbody></table><p id=p></p><button hx-get="/r" hx-target="#t">rows</button>'
        '<button hx-get="/p" hx-target="#p">page</button>',
        {"/r": "<tr><td>1</td></tr><tr><td>2</td></tr>", "/p": "<!-- c --><link rel=x><b>text</b>"},
    )
    page.get_by_role("button", name="rows").click()
    expect(page.locator("td")).to_have_text(["1", "2"])
    page.get_by_role("button", name="page").click()
    assert page.locator("#p").inner_html() == "<b>text</b>"


def test_an_element_that_is_its_own_indicator_and_disabled_stays_marked():
    """htmx 1.9 counts the two in one place, and takes neither count for the last."""
    page, _ = opened_1(
        '<button hx-get="/x" hx-disabled-elt="this" hx-target="p">go</button><p></p>', {"/x": "done"}
    )
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text("done")
    assert page.get_by_role("button").get_attribute("class") == "htmx-request"
    assert page.get_by_role("button").is_enabled()


def test_an_indicator_that_is_taken_up_while_it_counts_stays_marked():
    page, _ = opened_1(
        '<p hx-get="/x" hx-trigger="load" hx-indicator=".i">a</p><a class=i hx-get="/y">b</a><i class=i>c</i>',
        {"/x": "d"},
    )
    expect(page.locator("p")).to_have_text("d")
    assert page.locator("a").get_attribute("class") == "i htmx-request"
    assert page.locator("i").get_attribute("class") == "i"


def test_a_required_box_that_is_not_checked_holds_nothing_up():
    page, site = opened_1(
        '<div hx-post="/x" hx-validate="true" hx-include="form">go<form><input type=checkbox name=a required></form>'
        "</div>",
        {"/x": ""},
    )
    page.get_by_text("go").click()
    assert site.last.method == "POST"


@pytest.mark.parametrize(
    ("body", "answer", "reason"),
    [
        ('<a hx-get="/x">go</a>', "<button><button>a</button></button>", "a button in a button"),
        ('<a hx-get="/x" hx-include="closest form">go</a>', "", "finds nothing"),
        (
            '<a id=a hx-get="/x" hx-swap="outerHTML">go</a>',
            "x<i id=a hx-swap-oob=true>y</i>",
            "no longer there",
        ),
        ('<a hx-get="/x">go</a>', "x<i id=a:b hx-swap-oob=true>y</i>", "no name in CSS"),
    ],
)
def test_where_htmx_would_stop_in_the_middle_a_browser_is_needed(body, answer, reason):
    page, _ = opened_1(body, {"/x": answer})
    with pytest.raises(NeedsBrowser, match=reason):
        page.get_by_text("go").click()


def test_what_listens_to_its_server_needs_a_browser():
    with pytest.raises(NeedsBrowser, match="listens to its server"):
        opened('<p hx-sse="connect:/events"></p>', htmx="1.9.12", scripts="refuse")


def test_going_back_to_a_page_of_htmx_needs_a_browser():
    page, _ = opened_1('<button hx-get="/x" hx-push-url="true">go</button>', {"/x": "there"})
    page.get_by_role("button").click()
    assert page.url == "http://testserver/x"
    with pytest.raises(NeedsBrowser, match=r"htmx 1\.9 restores"):
        page.go_back()
