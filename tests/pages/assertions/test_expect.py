"""``expect``: every matcher without layout, its negation, the messages, and Playwright's own objects."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.assertions.expect import expect
from django_journey._pages.assertions.locator import LocatorAssertions
from django_journey._pages.assertions.page import APIResponseAssertions, PageAssertions
from django_journey._pages.page import BrowserContext, Page
from django_journey._trace.record import recorder
from django_journey._trace.record.events import Event, StepFinished, StoredSnapshot
from django_journey.errors import Error, ExpectationError, NeedsBrowser
from tests import needs


class Site:
    """Answers with 404 below ``/missing`` and with a page elsewhere."""

    name = "site"
    base_url = "http://testserver"

    def send(self, request: DriverRequest) -> DriverResponse:
        status = 404 if "/missing" in request.url else 200
        return DriverResponse(
            status, (("Content-Type", "text/html; charset=utf-8"),), b"<title>The  site</title>Hi"
        )

    def close(self) -> None:
        pass


@pytest.fixture
def page() -> Page:
    page = BrowserContext(Site(), base_url="http://testserver").new_page()
    page.goto("/start/?a=1")
    return page


PAGE = """
<h1 id=title class="big blue">Hello  <b>world</b></h1>
<ul><li class=a>Tea</li><li class="b c">Milk</li></ul>
<label>Name <input id=name value=Ann required aria-describedby=hint></label><p id=hint>As on your card</p>
<input id=off disabled><input id=fixed readonly><p id=gone hidden>Gone</p><p id=empty> </p>
<input id=on type=checkbox checked aria-label="Yes"><input id=un type=checkbox>
<select id=pets multiple><option selected>Cat<option>Dog<option selected>Cow</select>
"""

HOLDS: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("#title", "to_be_attached", (), {}),
    ("#nobody", "to_be_attached", (), {"attached": False}),
    ("#title", "to_be_visible", (), {}),
    ("#gone", "to_be_visible", (), {"visible": False}),
    ("#gone", "to_be_hidden", (), {}),
    ("#nobody", "to_be_hidden", (), {}),
    ("#name", "to_be_enabled", (), {}),
    ("#off", "to_be_enabled", (), {"enabled": False}),
    ("#off", "to_be_disabled", (), {}),
    ("#name", "to_be_editable", (), {}),
    ("#fixed", "to_be_editable", (), {"editable": False}),
    ("#on", "to_be_checked", (), {}),
    ("#un", "to_be_checked", (), {"checked": False}),
    ("#empty", "to_be_empty", (), {}),
    ("#off", "to_be_empty", (), {}),
    ("#title", "to_have_text", ("Hello world",), {}),
    ("#title", "to_have_text", ("hello WORLD",), {"ignore_case": True}),
    ("#title", "to_have_text", (re.compile("^Hello  w"),), {}),
    ("#title", "to_have_text", (re.compile("hello"),), {"ignore_case": True}),
    ("#title", "to_have_text", ("Hello world",), {"use_inner_text": True}),
    ("li", "to_have_text", (["Tea", re.compile("^M")],), {}),
    ("#nobody", "to_have_text", ([],), {}),
    ("#title", "to_contain_text", ("lo wor",), {}),
    ("li", "to_contain_text", (["e", "il"],), {}),
    ("li", "to_contain_text", (["Mi"],), {}),
    ("#title", "to_have_class", ("big blue",), {}),
    ("#title", "to_have_class", (re.compile(r"\bblue\b"),), {}),
    ("li", "to_have_class", (["a", "b c"],), {}),
    ("#title", "to_contain_class", ("blue",), {}),
    ("li", "to_contain_class", (["a", "c"],), {}),
    ("#name", "to_have_attribute", ("required",), {}),
    ("#name", "to_have_attribute", ("value", "Ann"), {}),
    ("#name", "to_have_attribute", ("value", "ANN"), {"ignore_case": True}),
    ("#name", "to_have_attribute", ("value", re.compile("^A")), {}),
    ("h1", "to_have_id", ("title",), {}),
    ("h1", "to_have_role", ("heading",), {}),
    ("#name", "to_have_accessible_name", ("Name",), {}),
    ("#on", "to_have_accessible_name", (re.compile("yes"),), {"ignore_case": True}),
    ("#name", "to_have_accessible_description", ("As on your card",), {}),
    ("#name", "to_have_accessible_error_message", ("",), {}),
    ("#name", "to_have_value", ("Ann",), {}),
    ("label", "to_have_value", (re.compile("nn$"),), {}),
    ("#pets", "to_have_values", (["Cat", re.compile("^C")],), {}),
    ("li", "to_have_count", (2,), {}),
]


@pytest.mark.parametrize(("selector", "matcher", "arguments", "options"), HOLDS)
def test_a_matcher_passes_and_its_negation_fails(
    page: Page, selector: str, matcher: str, arguments: tuple[Any, ...], options: dict[str, Any]
) -> None:
    page.set_content(PAGE)
    locator = page.locator(selector)
    getattr(expect(locator), matcher)(*arguments, **options)
    accepted = inspect.signature(getattr(expect(locator), f"not_{matcher}")).parameters
    with pytest.raises(ExpectationError, match=f'Expect "not_{matcher}"'):
        getattr(expect(locator), f"not_{matcher}")(
            *arguments, **{name: value for name, value in options.items() if name in accepted}
        )


FAILS: list[tuple[str, str, tuple[Any, ...], str]] = [
    ("#gone", "to_be_visible", (), "Locator expected to be visible\nActual value: hidden"),
    ("#nobody", "to_be_visible", (), "Error: element(s) not found"),
    ("#title", "to_be_hidden", (), "Actual value: visible"),
    ("#nobody", "not_to_be_hidden", (), "Locator expected not to be hidden"),
    ("#nobody", "not_to_have_text", ("x",), "Error: element(s) not found"),
    (
        "#title",
        "to_have_text",
        ("Hello",),
        "Locator expected to have text 'Hello'\nActual value: Hello  world",
    ),
    ("li", "to_have_text", (["Tea"],), "Actual value: ['Tea', 'Milk']"),
    ("li", "to_have_text", ("Tea",), 'strict mode violation: locator("li") resolved to 2 elements'),
    ("li", "to_contain_text", (["Milk", "Tea"],), "Locator expected to contain text"),
    ("li", "to_have_count", (3,), "Locator expected to have count '3'\nActual value: 2"),
    ("#title", "to_have_class", ("blue",), "Actual value: big blue"),
    ("#name", "to_have_attribute", ("title",), "Actual value: None"),
    ("#un", "to_be_checked", (), "Actual value: unchecked"),
    ("h1", "to_be_checked", (), "Not a checkbox or radio button"),
    ("h1", "to_have_value", ("x",), "Not an input element"),
    ("#name", "to_have_values", (["x"],), "Not a select element with a multiple attribute"),
    ("#name", "to_be_focused", (), "Actual value: inactive"),
    ("div!", "to_be_visible", (), 'Unexpected token "!"'),
]


@pytest.mark.parametrize(("selector", "matcher", "arguments", "message"), FAILS)
def test_a_failure_names_the_expected_and_the_received_value(
    page: Page, selector: str, matcher: str, arguments: tuple[Any, ...], message: str
) -> None:
    page.set_content(PAGE)
    with pytest.raises(AssertionError) as raised:
        getattr(expect(page.locator(selector)), matcher)(*arguments)
    assert message in str(raised.value)


def test_a_failure_names_the_nearest_and_why_something_is_hidden(page: Page) -> None:
    page.set_content("<button>Save draft</button><details><summary>More</summary><p>Deep</p></details>")
    with pytest.raises(ExpectationError) as raised:
        expect(page.get_by_role("button", name="Save drift")).to_be_visible()
    assert raised.value.explanation.nearest == ('get_by_role("button", name="Save draft")',)
    assert raised.value.explanation.instead == 'page.get_by_role("button", name="Save draft")'
    assert "instead:" in str(raised.value)
    with pytest.raises(ExpectationError) as hidden:
        expect(page.get_by_text("Deep")).to_be_visible()
    assert 'open it first: page.get_by_text("More").click()' in hidden.value.explanation.instead


def test_focus_follows_the_user(page: Page) -> None:
    page.set_content(PAGE)
    page.locator("#name").focus()
    expect(page.locator("#name")).to_be_focused()
    expect(page.locator("#off")).not_to_be_focused()


def test_titles_are_normalised_and_urls_relative_to_the_base(page: Page) -> None:
    expect(page).to_have_title("The site")
    expect(page).to_have_title(re.compile("^The"))
    expect(page).to_have_url("/start/?a=1")
    expect(page).to_have_url("http://TESTSERVER/start/?a=1", ignore_case=True)
    expect(page).to_have_url(re.compile("/start/"))
    expect(page).not_to_have_url("/elsewhere/")
    with pytest.raises(AssertionError, match="Page URL expected to be 'http://testserver/elsewhere/'"):
        expect(page).to_have_url("/elsewhere/")
    with pytest.raises(AssertionError, match="Page title expected not to be 'The site'"):
        expect(page).not_to_have_title("The site")


def test_api_responses_are_expected_to_be_ok(page: Page) -> None:
    expect(page.request.get("/")).to_be_ok()
    missing = page.request.get("/missing")
    expect(missing).not_to_be_ok()
    with pytest.raises(AssertionError) as raised:
        expect(missing).to_be_ok()
    assert "was '404'" in str(raised.value)
    assert "← 404" in str(raised.value)
    assert "Response Text:\n<title>" in str(raised.value)


def test_a_closed_page_fails_an_expectation_and_its_step(page: Page) -> None:
    class EventList:
        def __init__(self) -> None:
            self.events: list[Event] = []

        def write(self, event: Event) -> None:
            self.events.append(event)

        def store_page(self, snapshot: recorder.PageSnapshot) -> StoredSnapshot:
            return StoredSnapshot(url=snapshot.url)

    stored = EventList()
    traced = recorder.Recorder(stored)
    page.close()
    with (
        traced.entered(traced.start_test("t", name="t")),
        pytest.raises(ExpectationError, match="has been closed"),
    ):
        expect(page.locator("p")).to_be_visible()
    (ended,) = [event for event in stored.events if isinstance(event, StepFinished)]
    assert not ended.ok
    assert ended.snapshot is None


def test_the_message_of_the_test_comes_first(page: Page) -> None:
    with pytest.raises(AssertionError) as raised:
        expect(page, "The title stays").to_have_title("x")
    assert str(raised.value).startswith("The title stays\nExpected value: 'x'\nActual value: The site")


@pytest.mark.parametrize(
    ("matcher", "arguments"),
    [("to_be_in_viewport", ()), ("to_have_css", ("color", "red")), ("to_have_js_property", ("value", 1))],
)
def test_layout_styles_and_scripts_need_a_browser(
    page: Page, matcher: str, arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(NeedsBrowser):
        getattr(expect(page.locator("body")), matcher)(*arguments)
    with pytest.raises(NeedsBrowser):
        getattr(expect(page.locator("body")), f"not_{matcher}")(*arguments)


def test_invalid_expectations_are_errors(page: Page) -> None:
    page.set_content(PAGE)
    with pytest.raises(Error, match="value must be a string or regular expression"):
        expect(page.locator("h1")).to_have_text(5)  # type: ignore[arg-type]
    with pytest.raises(Error, match="cannot be a RegExp value"):
        expect(page.locator("h1")).to_contain_class(re.compile("x"))  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="Can't assert indeterminate and checked at the same time"):
        expect(page.locator("#on")).to_be_checked(indeterminate=True, checked=True)
    with pytest.raises(Error, match="for plain values, write assert"):
        expect(3)


def test_playwrights_objects_are_handed_to_playwrights_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    sync_api = needs.library("playwright.sync_api")
    handed: list[Any] = []
    monkeypatch.setattr(sync_api, "expect", lambda *arguments: handed.append(arguments) or "theirs")
    theirs = sync_api.Locator.__new__(sync_api.Locator)
    assert expect(theirs, "a message") == "theirs"
    assert handed == [(theirs, "a message")]


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (LocatorAssertions, "LocatorAssertions"),
        (PageAssertions, "PageAssertions"),
        (APIResponseAssertions, "APIResponseAssertions"),
    ],
)
def test_every_matcher_of_playwright_is_there_with_its_arguments(ours: type, name: str) -> None:
    theirs = getattr(needs.library("playwright.sync_api"), name)
    for matcher in dir(theirs):
        if matcher.startswith(("to_", "not_to_")):
            wanted = set(inspect.signature(getattr(theirs, matcher)).parameters)
            assert wanted <= set(inspect.signature(getattr(ours, matcher)).parameters), matcher
