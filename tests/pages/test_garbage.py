"""Garbage: the right page or a clear error, never a hang or a crash."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_journey._dom.forms import submission
from django_journey._dom.forms.controls import is_disabled, labels_of, value
from django_journey._dom.forms.js_regex import InvalidPattern, compile_pattern
from django_journey._dom.forms.owner import elements_of, form_owner
from django_journey._dom.forms.validity import first_invalid
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import join, parse_url
from django_journey._dom.tree.walk import select
from django_journey._drivers.base import DriverResponse
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.page import BrowserContext
from django_journey.errors import JourneyError, NeedsBrowser
from tests.pages.fake_site import FakeSite, html

FUZZ = settings(max_examples=150)

TAGS = [
    "form",
    "input",
    "select",
    "option",
    "optgroup",
    "textarea",
    "button",
    "fieldset",
    "legend",
    "label",
    "table",
]
TAGS += [
    "tr",
    "td",
    "template",
    "datalist",
    "div",
    "p",
    "a",
    "svg",
    "script",
    "title",
    "dialog",
    "details",
    "summary",
]
ATTRIBUTES = [
    "type",
    "name",
    "value",
    "form",
    "id",
    "for",
    "action",
    "method",
    "pattern",
    "min",
    "max",
    "step",
    "href",
]
ATTRIBUTES += [
    "size",
    "multiple",
    "checked",
    "selected",
    "disabled",
    "required",
    "maxlength",
    "dirname",
    "accept-charset",
]
WORDS = st.sampled_from(
    ["", "a", "f", "email", "number", "range", "date", "color", "file", "image", "radio", "post"]
)
VALUE = st.one_of(WORDS, st.text(max_size=8), st.integers().map(str), st.floats().map(str))

attributes = st.lists(st.tuples(st.sampled_from(ATTRIBUTES), VALUE), max_size=4).map(
    lambda pairs: "".join(f' {name}="{text}"' for name, text in pairs)
)
opening = st.tuples(st.sampled_from(TAGS), attributes).map(lambda tag: f"<{tag[0]}{tag[1]}>")
closing = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
soup = st.lists(st.one_of(opening, closing, st.text(max_size=6)), max_size=30).map("".join)


@FUZZ
@given(soup)
def test_any_markup_has_forms_that_can_be_read(markup: str) -> None:
    doc = Document(markup, url="http://testserver/")
    for el in select(doc, "*"):
        form_owner(doc, el), is_disabled(el), labels_of(doc, el)
        try:
            value(doc, el)
        except NeedsBrowser:
            continue
    for form in select(doc, "form"):
        try:
            first_invalid(doc, form)
            button = next(filter(submission.is_submit_button, elements_of(doc, form)), None)
            submission.submission(doc, form, button)
        except (NeedsBrowser, ValueError):
            continue


@FUZZ
@given(soup)
def test_any_page_is_shown_and_clicked_through(markup: str) -> None:
    site = FakeSite({"/": markup})
    try:
        page = site.open()
        for el in select(page.document, "a,button,input,summary,option,label")[:8]:
            from django_journey._pages.actions import activation

            activation.click(page, el)
            if page.url != "http://testserver/":
                break
        page.take_snapshot()
    except JourneyError:
        pass


@FUZZ
@given(
    st.binary(max_size=200),
    st.sampled_from(["text/html", "text/plain", "image/png", "application/json", "", "x"]),
)
def test_any_bytes_of_any_type_are_shown_or_raise_an_error(body: bytes, kind: str) -> None:
    site = FakeSite({"/": DriverResponse(200, (("Content-Type", kind),), body)})
    page = BrowserContext(site).new_page()
    try:
        page.goto("/")
        page.content(), page.title()
    except JourneyError:
        pass


@FUZZ
@given(st.text(max_size=60))
def test_any_set_cookie_header_is_stored_or_rejected(header: str) -> None:
    jar = CookieJar()
    jar.store(header, parse_url("https://testserver/a/b"))
    jar.header(parse_url("https://testserver/a/b"))
    assert len(jar.all()) + len(jar.rejected) <= 1


@FUZZ
@given(st.text(max_size=40))
def test_any_text_is_a_url_or_none(text: str) -> None:
    try:
        url = join("http://testserver/a", text)
    except ValueError:
        return
    assert join("http://testserver/a", url) == url


@FUZZ
@given(st.text(alphabet="ab[](){}|*+?^$.\\dwsbk<>=!-&12,:", max_size=12))
def test_any_pattern_is_compiled_or_rejected(source: str) -> None:
    with suppress(InvalidPattern, NeedsBrowser):
        compile_pattern(source)


@pytest.mark.parametrize("label", ["utf-16", "shift_jis", "no-such-encoding", "", "utf-7", "x-user-defined"])
def test_a_wrong_charset_still_gives_a_page(label: str) -> None:
    answer = DriverResponse(
        200, (("Content-Type", f"text/html; charset={label}"),), b"<p>\xff\xfe\x00caf\xe9</p><form></form>"
    )
    page = FakeSite({"/": answer}).open()
    assert page.content().startswith("<html>")
    assert page.response is not None
    page.response.text()


def test_an_empty_page_is_a_page() -> None:
    page = FakeSite({"/": ""}).open()
    assert (page.title(), page.content()) == ("", "<html><head></head><body></body></html>")


def test_five_megabytes_are_shown_and_their_form_sent() -> None:
    rows = "<tr><td><input name=a value=1></td></tr>" * 130_000
    site = FakeSite({"/": f"<form action=/to method=post><table>{rows}</table><button>s</button></form>"})
    page = site.open()
    page.get_by_role("button").click()
    assert site.last.body.count(b"a=1") == 130_000


def test_ten_thousand_nested_elements_are_shown() -> None:
    markup = "<div>" * 10_000 + "<form action=/to><input name=a dirname=d><button>s</button></form>"
    site = FakeSite({"/": markup})
    page = site.open()
    from django_journey._pages.actions import activation

    activation.click(page, select(page.document, "button")[0])
    assert site.last.url == "http://testserver/to?a=&d=ltr"
    page.goto("/")
    page.take_snapshot()


def test_a_page_that_reloads_itself_at_intervals_is_no_loop() -> None:
    page = FakeSite({"/": html("<meta http-equiv=refresh content=1>")}).open()
    page.wait_for_timeout(60_000)
    assert page.url == "http://testserver/"
