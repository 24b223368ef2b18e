"""The report shows the page before a step, with the element that was used, and what the step changed on it."""

from __future__ import annotations

from typing import Any

from tests.report.synthetic import Process, page

FORM = """<h1>Write</h1><form><input type=hidden name=h value=1><label>Title <input name=title value="{title}"></label>
    <label>Secret <input type=password name=p value=""></label><select aria-label=Kind><option>News
    <option selected>Essay</select><label><input type=checkbox checked> Sure</label>
    <button>Save</button> <button>Cancel</button></form><p>The same <b>before</b> and after</p>"""
SAVED = page("Saved", "<h1>Saved</h1><p>The same <b>before</b> and after</p><button>Cancel</button>")


def form(title: str) -> str:
    return page("Write", FORM.format(title=title))


def process() -> Process:
    """Write a story of two people; one opens a form, fills it and saves it."""
    made = Process()
    play = made.test("a.py::test_writing", story=True)
    play.act("ann", "visit", "write", html=form(""))
    play.act("bob", "visit", "home", html=page("Home", "<p>Of bob</p>"))
    play.act("ann", "fill", "Title = Tulips", html=form("Tulips"))
    with play.step("ann", "click", 'get_by_role("button", name="Save")', html=SAVED):
        play.request("POST", "/write/")
    play.act("ann", "click", "Gone", html=SAVED)
    play.end_test()
    return made.finish()


def changes(page: Any) -> list[str]:
    page.get_by_role("button", name="changes", exact=True).click()
    page.locator(".changed > *").wait_for()
    return [" ".join(line.split()) for line in page.locator(".changed li, .changed p").all_inner_texts()]


def test_what_a_step_changed_on_its_own_actors_page(seen: Any) -> None:
    shown = seen(process())
    assert changes(shown.open("#t1.3")) == ["removed: Title: (empty)", "added: Title: Tulips"]
    saved = changes(shown.open("#t1.4"))
    assert saved[:9] == [
        *("removed: Write", "removed: Title", "removed: Title: Tulips", "removed: Secret"),
        *("removed: Secret: (empty)", "removed: Kind: Essay", "removed: Sure: ticked", "removed: Sure"),
        "removed: Save",
    ]
    assert "added: Saved" in saved
    assert not [line for line in saved if "The same before and after" in line]
    assert changes(shown.open("#t1.5")) == ["Nothing that can be read has changed."]
    assert shown.errors == []


def test_the_element_that_was_used_is_outlined_on_the_page_before(seen: Any) -> None:
    shown = seen(process())
    for number, used in ((3, "INPUT title"), (4, "BUTTON "), (5, None)):
        tab = shown.open(f"#t1.{number}")
        tab.get_by_role("button", name="before", exact=True).click()
        tab.get_by_role("button", name="before", exact=True, pressed=True).wait_for()
        frame = tab.frame_locator("iframe.shot")
        frame.get_by_role("button", name="Cancel").wait_for()
        outlined = frame.locator("body").evaluate(
            """body => [...body.querySelectorAll("*")].filter(each => getComputedStyle(each).outlineStyle === "solid")
            .map(each => each.tagName + " " + (each.name || ""))"""
        )
        assert outlined == ([used] if used else []), number
    assert shown.errors == []


def test_a_first_page_has_no_page_before_it(seen: Any) -> None:
    tab = seen(process()).open("#t1.1")
    tab.frame_locator("iframe.shot").get_by_role("button", name="Save").wait_for()
    assert tab.get_by_role("button", name="before", exact=True).count() == 0


def test_a_page_that_is_nested_deeply_or_differs_in_thousands_of_lines_is_compared(seen: Any) -> None:
    made = Process()
    play = made.test("t", story=True)
    for number in range(2):
        lines = "".join(f"<p>{number} {each}" for each in range(2_000))
        play.act("ann", "visit", str(number), html="<i>" * 3_000 + lines)
    play.end_test()
    shown = seen(made.finish())
    assert len(changes(shown.open("#t1.2"))) == 3_000
    assert shown.errors == []
