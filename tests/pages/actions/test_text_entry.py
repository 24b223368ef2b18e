"""Keys in text fields: the caret, the accepted characters, and the element that the keys go to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from django_journey.errors import NeedsBrowser
from tests.pages.fake_site import FakeSite, shows


def field(kind: str, value: str) -> str:
    return (
        f"<textarea id=f>{value}</textarea>"
        if kind == "textarea"
        else f"<input id=f type={kind} value={value}>"
    )


def typed(*calls: Callable[[Any], Any], kind: str = "text", value: str = "abc") -> str:
    """Return the value of a field after these calls, beside another field with the value ``other``."""
    page = shows(f"{field(kind, value)}<input id=o value=other>")
    for call in calls:
        call(page)
    return page.locator("#f").input_value()


def press(*keys: str, at: str = "#f") -> Callable[[Any], Any]:
    return lambda page: [page.locator(at).press(key) for key in keys]


def write(text: str, at: str = "#f") -> Callable[[Any], Any]:
    return lambda page: page.locator(at).press_sequentially(text)


def fill(text: str, at: str = "#f") -> Callable[[Any], Any]:
    return lambda page: page.locator(at).fill(text)


@pytest.mark.parametrize("kind", ["text", "search", "tel", "url", "password", "email", "textarea"])
def test_keys_write_before_a_default_value(kind: str) -> None:
    assert typed(write("78"), kind=kind) == "78abc"
    assert typed(write("7"), write("8"), kind=kind) == "78abc"


@pytest.mark.parametrize("kind", ["text", "search", "tel", "url", "password", "email", "number", "textarea"])
def test_keys_write_behind_what_was_filled(kind: str) -> None:
    assert typed(fill("99"), write("7"), kind=kind, value="1") == "997"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("text", "799"), ("url", "799"), ("email", "997"), ("number", "997"), ("textarea", "997")],
)
def test_focusing_a_field_puts_the_caret_before_the_text_where_scripts_can_place_it(
    kind: str, expected: str
) -> None:
    assert typed(fill("99"), fill("x", at="#o"), write("7"), kind=kind, value="1") == expected


def test_backspace_and_delete_erase_around_the_caret_or_what_is_selected() -> None:
    assert typed(press("Backspace")) == "abc"
    assert typed(press("Delete")) == "bc"
    assert typed(press("End", "Delete")) == "abc"
    assert typed(press("End", "Backspace")) == "ab"
    assert typed(press("Control+a", "Backspace")) == ""
    assert typed(press("ArrowRight", "ArrowRight", "ArrowLeft", "7")) == "a7bc"
    assert typed(fill("xy"), press("Home", "7")) == "7xy"
    assert typed(press("Control+a", "ArrowRight", "7")) == "abc7"
    assert typed(press("Control+a", "ArrowLeft", "7")) == "7abc"


def test_erasing_a_character_of_several_parts_needs_a_browser() -> None:
    with pytest.raises(NeedsBrowser, match="several parts"):
        typed(fill("e\u0301"), press("Backspace"))


def test_a_field_that_tab_enters_is_selected_and_a_text_area_is_not() -> None:
    enter = press("Shift+Tab", at="#o")
    assert typed(enter, write("7", at="#f")) == "7"
    assert typed(enter, write("7", at="#f"), kind="textarea") == "7abc"


def test_typing_after_a_click_into_a_text_needs_a_browser_until_a_key_sets_the_caret() -> None:
    def click(page: Any) -> None:
        page.locator("#f").click()

    assert typed(click, write("7"), value="''") == "7"
    assert typed(click, press("End", "7")) == "abc7"
    assert typed(click, press("Control+a", "7")) == "7"
    with pytest.raises(NeedsBrowser, match="where a click puts the caret in it"):
        typed(click, write("7"))


def test_a_reset_puts_the_caret_behind_the_default_value() -> None:
    page = shows("<form><textarea>abc</textarea><input type=reset></form>")
    page.locator("textarea").fill("x")
    page.get_by_role("button").click()
    page.locator("textarea").press("7")
    assert page.locator("textarea").input_value() == "abc7"


def test_keys_have_what_a_us_keyboard_writes_with_and_without_shift() -> None:
    assert (
        typed(press("Shift+a", "Shift+1", "KeyB", "Shift+KeyB", "Digit2", "Shift+Semicolon", "+"))
        == "A!bB2:+abc"
    )


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("1.5.2", "1.52"), ("1e", ""), ("12abc", "12"), ("1e+5", "1e+5"), ("+5", "5"), ("..5", ".5"), ("5.", "5"),
        ("1ee2", "1e2"), ("1,5", "15"), ("1.e2", "1.e2"), ("1e5.2", "1e52"), (" 1 2", "12"), ("-", ""), ("-3", "-3"),
    ],
)  # fmt: skip
def test_a_number_field_takes_one_point_one_exponent_and_a_sign_before_each(keys: str, value: str) -> None:
    assert typed(write(keys), kind="number", value="''") == value


def test_a_sign_in_the_middle_of_a_number_needs_a_browser() -> None:
    for keys, value in (("1-2", "''"), ("7", "-1")):
        with pytest.raises(NeedsBrowser, match="in a way of its own"):
            typed(write(keys), kind="number", value=value)


def test_a_number_that_is_not_finished_keeps_the_form_from_being_sent() -> None:
    site = FakeSite({"/": "<form action=/to><input type=number name=n><button>x</button></form>"})
    page = site.open()
    page.locator("input").press_sequentially("1e")
    page.get_by_role("button").click()
    assert len(site.requests) == 1
    assert page.blocked is not None
    assert page.blocked.reason == "holds '1e', which is not a number"
    page.locator("input").press_sequentially("2")
    assert page.locator("input").input_value() in ("1e2", "21e")


@pytest.mark.parametrize(
    ("keys", "value", "then"),
    [("a b@c.de", "a b@c.de", "a b@c.dex"), ("a@b ", "a@b", "a@b x"), (" a@b", "a@b", "a@bx")],
)
def test_an_e_mail_field_keeps_the_spaces_that_are_typed_and_its_value_has_none_around_it(
    keys: str, value: str, then: str
) -> None:
    assert typed(write(keys), kind="email", value="''") == value
    assert typed(write(keys), press("x"), kind="email", value="''") == then


def test_keys_are_written_into_the_letters_that_an_e_mail_field_shows() -> None:
    assert typed(write("x"), kind="email", value="a@bücher.de") == "xa@xn--bcher-kva.de"
    assert typed(write("a@b.de"), kind="email", value="a@bücher.de") == "a@b.dea@bücher.de"


def test_a_field_accepts_code_units_up_to_its_maximum_at_any_caret() -> None:
    page = shows("<input maxlength=4 value=ab>")
    page.locator("input").press_sequentially("123")
    assert page.locator("input").input_value() == "12ab"
    page.locator("input").fill("abc😀")
    assert page.locator("input").input_value() == "abc"
    page.locator("input").fill("ab😀c")
    assert page.locator("input").input_value() == "ab😀"


def test_keys_that_a_full_field_rejects_do_not_make_its_length_invalid() -> None:
    site = FakeSite({"/": "<form action=/to><input name=a maxlength=2 value=abc><button>x</button></form>"})
    page = site.open()
    page.locator("input").press_sequentially("12")
    page.get_by_role("button").click()
    assert site.last.url == "http://testserver/to?a=abc"


def test_keys_at_a_disabled_field_go_to_the_focused_element() -> None:
    site = FakeSite({"/": "<form action=/to><input name=a><input name=b disabled><button>x</button></form>"})
    page = site.open()
    page.locator("[name=b]").press("x")
    page.locator("[name=b]").press("Enter")
    assert len(site.requests) == 1
    page.locator("[name=a]").fill("1")
    page.locator("[name=b]").press("x")
    page.locator("[name=b]").press("Enter")
    assert site.last.url == "http://testserver/to?a=1x"


def test_keys_at_a_field_that_is_not_rendered_do_nothing() -> None:
    site = FakeSite({"/": "<form action=/to><input name=a style='display:none'></form>"})
    page = site.open()
    page.locator("[name=a]").press("Enter")
    assert len(site.requests) == 1


@pytest.mark.parametrize("control", ["select><option>1</select", "input type=file", "input type=color"])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_that_opens_a_window_of_the_browser_needs_one(control: str, key: str) -> None:
    site = FakeSite({"/": f"<form action=/to><{control}><button>x</button></form>"})
    page = site.open()
    with pytest.raises(NeedsBrowser):
        page.locator("select, input").press(key)
    assert len(site.requests) == 1


@pytest.mark.parametrize("control", ["select size=2><option>1</select", "select multiple><option>1</select"])
def test_enter_in_a_list_box_submits_its_form(control: str) -> None:
    site = FakeSite({"/": f"<form action=/to><{control}><button>x</button></form>"})
    site.open().locator("select").press("Enter")
    assert site.last.url == "http://testserver/to?"
