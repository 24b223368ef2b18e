"""Locators act and read as Playwright's: strictness, actionability and errors."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.locator.locator import Locator
from django_journey._pages.page import BrowserContext, Page
from django_journey._trace.record import recorder
from django_journey._trace.record.events import Event, StepFinished, StepStarted, StoredSnapshot
from django_journey.errors import Error, NeedsBrowser, StrictModeError, TimeoutError
from tests import needs


class OnePage:
    """Answers every request with the same page."""

    name = "one-page"
    base_url = "http://testserver"

    def __init__(self) -> None:
        self.requests: list[DriverRequest] = []
        self.markup = ""

    def send(self, request: DriverRequest) -> DriverResponse:
        self.requests.append(request)
        return DriverResponse(200, (("Content-Type", "text/html; charset=utf-8"),), self.markup.encode())

    def close(self) -> None:
        pass


@pytest.fixture
def driver() -> OnePage:
    return OnePage()


@pytest.fixture
def page(driver: OnePage) -> Page:
    page = BrowserContext(driver, base_url="http://testserver").new_page()
    page.goto("/")
    return page


def test_locators_find_elements_anew_at_each_use(page: Page) -> None:
    items = page.get_by_role("listitem")
    assert items.count() == 0
    page.set_content("<ul><li>Tea</li><li>Milk</li></ul>")
    assert items.count() == 2
    assert items.all_text_contents() == ["Tea", "Milk"]
    assert [item.inner_text() for item in items.all()] == ["Tea", "Milk"]


def test_locators_are_chained(page: Page) -> None:
    page.set_content(
        "<ul><li>Tea <b>hot</b></li><li hidden>Milk</li><li>Ice <b>cold</b></li></ul><b>alone</b>"
    )
    items = page.get_by_role("list").locator("li")
    assert items.count() == 3
    assert items.filter(has_text="ice").text_content() == "Ice cold"
    assert items.filter(has_not=page.locator("b")).text_content() == "Milk"
    assert items.filter(visible=True).count() == 2
    assert items.visible.last.locator("b").text_content() == "cold"
    assert items.nth(1).text_content() == "Milk"
    assert items.first.and_(page.get_by_text("Tea")).count() == 1
    assert page.locator("b").or_(page.locator("li")).count() == 6
    assert page.locator("li", has=page.get_by_text("hot"), has_not_text="cold").count() == 1
    assert page.locator("b").within(items).all_text_contents() == ["hot", "cold"]
    assert items.locator(page.locator("b")).count() == 2


def test_a_locator_reads_as_the_code_that_made_it(page: Page) -> None:
    rows = page.get_by_role("row").filter(has_text=re.compile("Tea")).get_by_label("Amount", exact=True).first
    assert str(rows) == (
        'get_by_role("row").filter(has_text=re.compile("Tea")).get_by_label("Amount", exact=True).first'
    )
    assert "http://testserver/" in repr(rows)


def test_several_elements_violate_strict_mode(page: Page) -> None:
    page.set_content("<button>Save</button><button>Save all</button>")
    with pytest.raises(StrictModeError) as raised:
        page.get_by_role("button").click()
    assert 'strict mode violation: get_by_role("button") resolved to 2 elements' in raised.value.message
    assert (
        '1) <button>Save</button> aka get_by_role("button", name="Save", exact=True)' in raised.value.message
    )
    assert page.get_by_role("button").count() == 2


def test_a_missing_element_is_an_error_with_the_nearest_ones(page: Page) -> None:
    page.set_content("<label>Title <input></label>")
    with pytest.raises(TimeoutError) as raised:
        page.get_by_label("Titel").fill("x")
    assert raised.value.explanation.instead == 'page.get_by_label("Title")'
    assert raised.value.explanation.where == "http://testserver/"


@pytest.mark.parametrize(
    ("markup", "act", "message"),
    [
        ("<button hidden>A</button>", lambda x: x.click(), "element is not visible"),
        ("<button disabled>A</button>", lambda x: x.click(), "element is not enabled"),
        ("<fieldset disabled><input></fieldset>", lambda x: x.fill("a"), "element is not enabled"),
        ("<input readonly>", lambda x: x.fill("a"), "element is not editable"),
        ("<input type=checkbox disabled>", lambda x: x.check(), "element is not enabled"),
        ("<select disabled><option>A</select>", lambda x: x.select_option("A"), "element is not enabled"),
        ("<button aria-disabled=true>A</button>", lambda x: x.click(), "element is not enabled"),
        ("<div inert><input></div>", lambda x: x.fill("a"), "element is inert"),
    ],
)
def test_an_element_that_is_not_actionable_raises(page: Page, markup: str, act: Any, message: str) -> None:
    page.set_content(markup)
    with pytest.raises(TimeoutError, match=message):
        act(page.locator("button,input,select"))


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda x: x.fill("a"), "Element is not an <input>, <textarea>, <select> or .contenteditable."),
        (lambda x: x.check(), "Not a checkbox or radio button"),
        (lambda x: x.is_checked(), "Not a checkbox or radio button"),
        (lambda x: x.input_value(), "Node is not an <input>, <textarea> or <select> element"),
    ],
)
def test_an_action_on_the_wrong_kind_of_element_is_an_error(page: Page, act: Any, message: str) -> None:
    page.set_content("<p>Text</p>")
    with pytest.raises(Error, match=message):
        act(page.locator("p"))


def test_an_action_on_a_label_uses_its_control(page: Page) -> None:
    page.set_content("<label>Name <input value=Ann></label><label>OK <input type=checkbox checked></label>")
    name, ok = page.locator("label").all()
    assert name.input_value() == "Ann"
    assert ok.is_checked()
    ok.uncheck()
    assert not page.get_by_label("OK").is_checked()
    name.fill("Bob")
    assert page.get_by_label("Name").input_value() == "Bob"


def test_an_empty_editable_element_is_written_into(page: Page) -> None:
    page.set_content("<div contenteditable></div><div></div>")
    page.locator("[contenteditable]").fill("Hello")
    assert page.locator("[contenteditable]").inner_text() == "Hello"
    assert page.locator("div").last.is_hidden()


@pytest.mark.parametrize("key", ["NotARealKey", "ё", "", "Shift+Nothing"])
def test_unknown_keys_are_rejected(page: Page, key: str) -> None:
    page.set_content("<input>")
    with pytest.raises(Error, match="Unknown key"):
        page.locator("input").press(key)
    page.locator("input").press_sequentially("ё+👹")
    assert page.locator("input").input_value() == "ё+👹"


def test_trial_checks_but_does_not_act(page: Page, driver: OnePage) -> None:
    page.set_content("<a href=/next>Next</a>")
    before = len(driver.requests)
    page.get_by_role("link").click(trial=True)
    assert len(driver.requests) == before
    page.get_by_role("link").click()
    assert page.url == "http://testserver/next"


def test_force_skips_the_checks(page: Page) -> None:
    page.set_content("<input hidden>")
    page.locator("input").fill("x", force=True)
    assert page.locator("input").input_value() == "x"


def test_states_are_read_and_a_missing_element_is_hidden(page: Page) -> None:
    page.set_content("<button>A</button><button disabled>B</button><input readonly><p hidden>C</p>")
    assert page.get_by_text("A").is_visible()
    assert page.get_by_text("A").is_enabled()
    assert page.get_by_text("B").is_disabled()
    assert not page.locator("input").is_editable()
    assert page.get_by_text("C").is_hidden()
    assert page.get_by_text("D").is_hidden()
    assert not page.get_by_text("D").is_visible()
    assert page.locator("input").get_attribute("readonly") == ""
    assert page.locator("input").get_attribute("name") is None


def test_waiting_for_a_state_checks_it_at_once(page: Page) -> None:
    page.set_content("<p>Here</p><p hidden>Hidden</p>")
    page.get_by_text("Here").wait_for()
    page.get_by_text("Hidden").wait_for(state="attached")
    page.get_by_text("Hidden").wait_for(state="hidden")
    page.get_by_text("Gone").wait_for(state="detached")
    with pytest.raises(TimeoutError, match="element is not visible"):
        page.get_by_text("Hidden").wait_for()
    with pytest.raises(TimeoutError, match="is not detached"):
        page.get_by_text("Here").wait_for(state="detached")
    with pytest.raises(Error, match="state: expected one of"):
        page.get_by_text("Here").wait_for(state="open")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("bounding_box", ()),
        ("screenshot", ()),
        ("evaluate", ("e => e",)),
        ("evaluate_all", ("e => e",)),
        ("drag_to", (None,)),
        ("dispatch_event", ("click",)),
        ("element_handle", ()),
        ("tap", ()),
    ],
)
def test_unsupported_calls_need_a_browser(page: Page, call: str, arguments: tuple[Any, ...]) -> None:
    page.set_content("<p>A</p>")
    with pytest.raises(NeedsBrowser, match="--journey-driver=browser"):
        getattr(page.locator("p"), call)(*arguments)


def test_the_aria_snapshot_of_an_element_is_read(page: Page) -> None:
    page.set_content("<ul><li>Tea</li><li><b>Milk</b></li></ul>")
    assert page.get_by_role("list").aria_snapshot() == "- list:\n  - listitem: Tea\n  - listitem: Milk"
    assert page.locator("body").aria_snapshot(depth=1) == page.locator("body").aria_snapshot()
    page.set_content("<ul><li>Tea</li><li><ul><li>Milk</li></ul></li></ul>")
    assert page.locator("body > ul").aria_snapshot(depth=1) == "- list:\n  - listitem: Tea\n  - listitem"
    with pytest.raises(NeedsBrowser):
        page.get_by_role("list").aria_snapshot(boxes=True)


def test_a_wrong_selector_fails_when_it_is_used(page: Page) -> None:
    wrong = page.locator("div!")
    with pytest.raises(Error, match='Unexpected token "!"'):
        wrong.count()
    with pytest.raises(Error, match='"checked" attribute is only supported for roles'):
        page.get_by_role("link", checked=True).click()


def test_locators_of_another_page_are_rejected(page: Page, driver: OnePage) -> None:
    other = BrowserContext(driver, base_url="http://testserver").new_page()
    with pytest.raises(Error, match='Inner "has" locator must belong to the same frame'):
        page.locator("div", has=other.locator("p"))


def test_a_page_accepts_the_selector_as_a_keyword(page: Page) -> None:
    page.set_content("<p>A</p>")
    assert page.locator(selector="p").inner_text() == "A"


def test_locators_have_the_methods_of_playwrights() -> None:
    theirs = needs.library("playwright.sync_api").Locator
    public = {name for name in dir(theirs) if not name.startswith("_")}
    assert public - set(dir(Locator)) <= {"on", "once", "remove_listener"}
    for name in sorted(public & set(dir(Locator))):
        wanted = getattr(theirs, name)
        if not callable(wanted) or name in dir(object):
            continue
        ours = inspect.signature(getattr(Locator, name)).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in ours.values()):
            continue
        missing = set(inspect.signature(wanted).parameters) - set(ours)
        assert not missing, f"{name} does not take {missing}"


class EventList:
    """Stores the events of a trace."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: recorder.PageSnapshot) -> StoredSnapshot:
        return StoredSnapshot(url=page.url, title=page.title)


def test_each_action_is_a_step_of_the_trace(page: Page) -> None:
    page.set_content("<title>Hi</title><label>Name <input></label><input type=password aria-label=Password>")
    stored = EventList()
    traced = recorder.Recorder(stored)
    with traced.entered(traced.start_test("t", name="t")):
        page.get_by_label("Name").fill("Ann")
        page.get_by_label("Password").fill("open sesame")
        with pytest.raises(Error):
            page.locator("a!").fill("x")
        with pytest.raises(TimeoutError):
            page.get_by_label("Nobody").click()
    started = [event for event in stored.events if isinstance(event, StepStarted)]
    assert [(event.verb, event.what) for event in started] == [
        ("fill", '"Ann" in get_by_label("Name")'),
        ("fill", '*** in get_by_label("Password")'),
        ("fill", '"x" in a!'),
        ("click", 'get_by_label("Nobody")'),
    ]
    ended = [event for event in stored.events if isinstance(event, StepFinished)]
    assert [event.ok for event in ended] == [True, True, False, False]
    assert ended[0].snapshot is not None
    assert ended[0].snapshot.title == "Hi"
