"""Forms: filling, submitting, validation, keys and labels."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from django_journey._drivers.base import DriverResponse
from django_journey.errors import Error, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from tests.pages.fake_site import FakeSite, shows


def form(fields: str, **attributes: str) -> FakeSite:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return FakeSite({"/": f"<!doctype html><form action=/to{given}>{fields}</form>"})


def test_a_form_sends_what_the_page_gave_and_what_the_user_did() -> None:
    site = form(
        "<input type=hidden name=token value=secret><label>Name <input name=name></label>"
        "<label><input type=checkbox name=agree> I agree</label>"
        "<select name=size><option>S<option>M</select><button>Save</button>",
        method="post",
    )
    page = site.open()
    page.get_by_label("Name").fill("Zoë")
    page.get_by_label("I agree").check()
    page.get_by_role("combobox").select_option("M")
    page.get_by_role("button").click()
    assert site.last.body == b"token=secret&name=Zo%C3%AB&agree=on&size=M"
    assert page.url == "http://testserver/to"


def test_an_invalid_form_is_not_sent_and_its_field_is_named() -> None:
    site = form("<input name=a required><button>Save</button>")
    page = site.open()
    page.get_by_role("button").click()
    assert len(site.requests) == 1
    assert page.blocked is not None
    assert (page.blocked.field.attr("name"), page.blocked.reason) == ("a", "is required")
    assert page.document.focus is page.blocked.field
    page.locator("input").fill("x")
    assert page.blocked is None
    page.get_by_role("button").click()
    assert site.last.url == "http://testserver/to?a=x"


@pytest.mark.parametrize("button", ["<button formnovalidate>s</button>"])
def test_a_button_can_skip_validation(button: str) -> None:
    site = form(f"<input name=a required>{button}")
    site.open().get_by_role("button").click()
    assert site.last.url == "http://testserver/to?a="


def test_enter_submits_through_the_first_button() -> None:
    site = form("<input name=a><button name=b value=1>x</button><button name=b value=2>y</button>")
    page = site.open()
    page.locator("input").fill("q")
    page.locator("input").press("Enter")
    assert site.last.url == "http://testserver/to?a=q&b=1"


def test_enter_does_not_submit_two_fields_without_a_button() -> None:
    site = form("<input name=a><input name=b>")
    site.open().locator("input").first.press("Enter")
    assert len(site.requests) == 1


def test_enter_at_a_list_box_clicks_the_first_button_and_without_one_does_nothing() -> None:
    for button, sent in (("<button>x</button>", 2), ("", 1), ("<button disabled>x</button>", 1)):
        site = form(f"<select name=a size=2><option>1</select>{button}")
        site.open().locator("select").press("Enter")
        assert len(site.requests) == sent


def test_space_and_enter_press_buttons_and_boxes() -> None:
    site = form("<input type=checkbox name=c><button>s</button>")
    page = site.open()
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button").press("Enter")
    assert site.last.url == "http://testserver/to?c=on"


def test_typing_adds_to_what_was_written_and_stops_at_the_maximum() -> None:
    page = shows("<input maxlength=5>")
    page.locator("input").fill("ab")
    page.locator("input").press_sequentially("cdefg")
    assert page.locator("input").input_value() == "abcde"


def test_typing_a_line_break_submits() -> None:
    site = form("<input name=a>")
    site.open().locator("input").type("ab\n")
    assert site.last.url == "http://testserver/to?a=ab"


def test_backspace_deletes_and_tab_moves_the_focus() -> None:
    page = shows("<input id=a><input id=b tabindex=-1><input id=c disabled><a href=/x id=d>d</a>")
    page.locator("#a").fill("ab")
    page.locator("#a").press("Backspace")
    assert page.locator("#a").input_value() == "a"
    page.locator("#a").press("Tab")
    assert page.document.focus.attr("id") == "d"
    page.locator("#d").press("Shift+Tab")
    assert page.document.focus.attr("id") == "a"


def test_a_dialog_form_closes_its_dialog() -> None:
    page = shows("<dialog open><form method=dialog><input><button>ok</button></form></dialog>")
    page.get_by_role("button").click()
    assert not page.locator("dialog").is_visible()


def test_escape_closes_a_modal_dialog_and_no_other() -> None:
    page = shows(
        "<style>:modal {color: red} dialog:not(:modal) #in {display: none}</style>"
        "<button command=show-modal commandfor=d>open</button><dialog id=d><input id=in></dialog>"
    )
    page.get_by_role("button").click()
    assert page.locator("dialog:modal").count() == 1
    page.locator("#in").press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.locator("dialog:modal").count() == 0
    page = shows("<dialog open><input></dialog>")
    page.locator("input").press("Escape")
    assert page.locator("dialog").is_visible()


@pytest.mark.parametrize(
    ("markup", "value", "message"),
    [
        ("<input type=checkbox id=x>", "a", r'Input of type "checkbox" cannot be filled(.|\n)*check\(\)'),
        ("<input type=file id=x>", "a", r'Input of type "file" cannot be filled(.|\n)*set_input_files'),
        ("<input type=submit id=x>", "a", r'Input of type "submit" cannot be filled(.|\n)*click\(\)'),
        (
            "<input type=number id=x>",
            "abc",
            r"Cannot type text into input\[type=number\](.|\n)*a number as HTML",
        ),
        ("<select id=x></select>", "a", r"Element is not an <input>(.|\n)*select_option"),
    ],
)
def test_fill_rejects_what_playwright_rejects(markup: str, value: str, message: str) -> None:
    with pytest.raises(Error, match=message):
        shows(markup).locator("#x").fill(value, force=True)


@pytest.mark.parametrize(
    ("markup", "given", "value"),
    [
        ("<input>", "a\nb", "a b"),
        ("<input type=number>", " 12 ", "12"),
        ("<input type=date>", "2026-11-20", "2026-11-20"),
        ("<input type=date>", "20.11.2026", ""),
        ("<input type=color>", "#ABCDEF", "#abcdef"),
        ("<input maxlength=2>", "😀a", "😀"),
        ("<input type=email>", "a@bücher.de", "a@xn--bcher-kva.de"),
    ],
)
def test_the_value_of_a_field_after_fill(markup: str, given: str, value: str) -> None:
    page = shows(markup)
    page.locator("input").fill(given)
    assert page.locator("input").input_value() == value


def test_filling_or_clicking_a_label_uses_its_control() -> None:
    page = shows("<label for=a>Name</label><input id=a><label><input type=checkbox id=b> Box</label>")
    page.locator("label").first.fill("x")
    assert page.locator("#a").input_value() == "x"
    page.locator("label").last.click()
    assert page.locator("#b").is_checked()


def test_radio_buttons_are_checked_and_never_unchecked() -> None:
    page = shows("<input type=radio name=r id=a checked><input type=radio name=r id=b>")
    page.locator("#b").check()
    assert not page.locator("#a").is_checked()
    with pytest.raises(Error, match="Cannot uncheck radio button"):
        page.locator("#b").uncheck()


def test_options_are_selected_by_value_label_and_index() -> None:
    page = shows("<select multiple><option value=1>One<option value=2>Two<option value=3>Three</select>")
    box = page.locator("select")
    assert box.select_option(["1", "Three"]) == ["1", "3"]
    assert box.select_option(label="Two") == ["2"]
    assert box.select_option(index=[0, 1]) == ["1", "2"]
    assert box.select_option([]) == []


def test_one_option_may_be_named_twice() -> None:
    page = shows("<select multiple><option value=a>A<option value=b>B</select>")
    assert page.get_by_role("listbox").select_option(["a", "A"]) == ["a"]


def test_a_missing_option_names_the_existing_ones() -> None:
    with pytest.raises(NotInTime, match="did not find some options") as caught:
        shows("<select><option value=1>One</select>").locator("select").select_option("Two")
    assert "value '1', label 'One'" in str(caught.value)


def test_an_option_of_a_list_box_is_clicked_but_not_one_of_a_drop_down_list() -> None:
    page = shows("<select size=3><option>a<option>b</select>")
    page.locator("option").last.click()
    assert page.locator("select").input_value() == "b"
    with pytest.raises(Error, match="drop-down list"):
        shows("<select><option>a</select>").locator("option").click(force=True)


def test_files_are_sent_from_paths_and_from_memory(tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"on disk")
    site = form(
        "<input type=file name=f multiple><button>s</button>", method="post", enctype="multipart/form-data"
    )
    page = site.open()
    page.locator("input").set_input_files([path])
    page.locator("input").set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": b"\x89"})
    page.get_by_role("button", name="s", exact=True).click()
    assert b'filename="b.png"\r\nContent-Type: image/png\r\n\r\n\x89\r\n' in site.last.body
    assert b"a.txt" not in site.last.body


@pytest.mark.parametrize(
    ("markup", "files", "message"),
    [
        ("<input type=file>", ["a", "b"], "single file"),
        ("<input type=file>", "no-such-file.txt", "ENOENT"),
        ("<input>", "x", "not an HTMLInputElement"),
    ],
)
def test_files_that_an_input_rejects_raise_with_the_reason(markup: str, files, message: str) -> None:
    if isinstance(files, list):
        files = [{"name": name, "mimeType": "", "buffer": b""} for name in files]
    with pytest.raises(Error, match=message):
        shows(markup).locator("input").set_input_files(files)


def test_a_reset_button_resets_the_form() -> None:
    page = shows("<form><input value=default><button type=reset>r</button></form>")
    page.locator("input").fill("mine")
    page.get_by_role("button").click()
    assert page.locator("input").input_value() == "default"


def test_details_open_and_close_and_leave_one_of_a_name_open() -> None:
    page = shows(
        "<details name=d id=a><summary>one</summary>text</details>"
        "<details name=d open id=b><summary>two</summary></details>"
    )
    page.get_by_text("one").click()
    assert page.locator("#a").get_attribute("open") == ""
    assert page.locator("#b").get_attribute("open") is None
    page.get_by_text("one").click()
    assert page.locator("#a").get_attribute("open") is None


def test_a_command_button_opens_and_closes_its_dialog() -> None:
    page = shows(
        "<button commandfor=d command=show-modal>open</button>"
        "<dialog id=d><button commandfor=d command=close>close</button></dialog>"
    )
    page.get_by_text("open").click()
    assert page.locator("dialog").is_visible()
    page.get_by_text("close").click()
    assert not page.locator("dialog").is_visible()


def test_a_popover_button_shows_and_hides_its_popover() -> None:
    page = shows("<button popovertarget=p>menu</button><div id=p popover>inside</div>")
    assert not page.locator("#p").is_visible()
    page.get_by_role("button").click()
    assert page.locator("#p").is_visible()
    page.get_by_role("button").click()
    assert not page.locator("#p").is_visible()


def test_an_unknown_popover_action_toggles_and_the_open_popover_is_known() -> None:
    page = shows(
        "<button popovertarget=p popovertargetaction=other>menu</button><div id=p popover>inside</div>"
    )
    page.get_by_role("button").click()
    assert page.locator(":popover-open").inner_text() == "inside"


def test_a_form_without_an_action_is_sent_to_the_page_with_its_fragment() -> None:
    page = FakeSite({"/": "<a href='#f'>x</a><form method=post><button>go</button></form>"}).open()
    page.get_by_role("link").click()
    page.get_by_role("button").click()
    assert page.url == "http://testserver/#f"


@pytest.mark.parametrize("key", ["Control", "Shift", "ControlOrMeta"])
def test_a_form_is_sent_in_another_page_where_keys_ask_for_it(key: str) -> None:
    page = form("<button>go</button><input type=image width=20 height=20>").open()
    for button in ("button", "input"):
        with page.expect_popup() as popup:
            page.locator(button).click(modifiers=[key])
        assert page.url == "http://testserver/"
        assert popup.value.url.startswith("http://testserver/to?")


def test_keys_that_are_held_are_checked() -> None:
    page = shows("<a href=/b>b</a><form><button>go</button></form>")
    with pytest.raises(Error, match=r"modifiers\[1\]: expected one of \(Alt\|Control"):
        page.get_by_role("link").click(modifiers=["Shift", "Ctrl"])
    for role in ("link", "button"):
        with pytest.raises(NeedsBrowser, match="Alt"):
            page.get_by_role(role).click(modifiers=["Alt", "Control"])


@pytest.mark.parametrize("size", ["2px", " +3", "2.5"])
def test_the_size_of_a_list_box_is_read_as_html_reads_numbers(size: str) -> None:
    page = shows(f"<select size='{size}'><option>a<option>b</select>")
    page.get_by_text("b").click(force=True)
    assert page.get_by_role("listbox").input_value() == "b"


def test_an_option_of_a_drop_down_list_without_size_names_select_option() -> None:
    with pytest.raises(Error, match="select_option"):
        shows("<select size=many><option>a<option>b</select>").get_by_text("b").click(force=True)


def test_select_option_does_not_support_element_handles() -> None:
    page = shows("<select><option>a<option selected>b</select>")
    with pytest.raises(NeedsBrowser, match="value, label or index"):
        page.get_by_role("combobox").select_option(element=object())
    assert page.get_by_role("combobox").input_value() == "b"


def test_a_page_snapshot_is_taken_again_only_after_a_change() -> None:
    page = shows("<input name=a><button>Go</button><input type=checkbox>")
    first = page.take_snapshot()
    assert page.take_snapshot() is first
    taken = [first.html]
    for change in (
        lambda: page.locator("[name=a]").fill("typed"),
        lambda: page.get_by_role("button").focus(),
        lambda: page.get_by_role("checkbox").check(),
        lambda: page.locator("[name=a]").fill("other"),
    ):
        change()
        taken.append(page.take_snapshot().html)
    assert len(set(taken)) == 5
    assert [html.count("data-journey-focus") for html in taken] == [0, 1, 1, 1, 1]


def test_a_page_snapshot_shows_what_was_done_and_hides_secrets() -> None:
    page = shows(
        "<script>x()</script><input id=a><input type=password id=p><input type=hidden value=token>"
        "<input type=checkbox id=c><select><option>x<option>y</select><textarea></textarea>"
    )
    page.locator("#a").fill("typed")
    page.locator("#p").fill("secret")
    page.locator("#c").check()
    page.locator("select").select_option("y")
    page.locator("textarea").fill("long <text>")
    snapshot = page.take_snapshot()
    assert 'value="typed"' in snapshot.html
    assert 'checked=""' in snapshot.html
    assert '<option selected="">y</option>' in snapshot.html
    assert "long &lt;text&gt;" in snapshot.html
    for hidden in ("secret", "token", "<script"):
        assert hidden not in snapshot.html
    assert page.locator("#c").get_attribute("checked") is None


@pytest.mark.parametrize(
    ("area", "text"),
    [
        ("cols=20", "twenty characters it"),
        ("cols=3", "a\nbb\n\nccc"),
        ("cols=5", "onewordthatislong"),
        ("", "x" * 20),
    ],
)
def test_hard_wrapping_adds_nothing_to_lines_that_fit(area: str, text: str) -> None:
    site = form(f"<textarea name=t wrap=hard {area}></textarea><button>x</button>")
    page = site.open()
    page.locator("textarea").fill(text)
    page.get_by_role("button").click()
    assert site.last.url.endswith(urlencode({"t": text.replace("\n", "\r\n")}))


@pytest.mark.parametrize(
    ("area", "text"),
    [
        ("cols=5", "ab cd ef"),
        ("", "a line that is longer than twenty"),
        ("style='width:9px'", "a b"),
        ("", "日本"),
    ],
)
def test_hard_wrapping_of_lines_that_may_not_fit_needs_a_browser(area: str, text: str) -> None:
    page = form(f"<textarea name=t wrap=hard {area}></textarea><button>x</button>").open()
    page.locator("textarea").fill(text)
    with pytest.raises(NeedsBrowser, match="wrap=hard"):
        page.get_by_role("button").click()


@pytest.mark.parametrize(
    ("attributes", "sent"),
    [
        ("rel=noreferrer", True),
        ("rel=noreferrer target=_self", True),
        ("rel=noreferrer target=_TOP", True),
        ("rel=noreferrer target=_parent", True),
        ("rel=noreferrer target=_blank", False),
        ("rel='x noreferrer' target=other", False),
        ("rel=NoReferrer target=_blank", True),
        ("rel=noopener target=_blank", True),
    ],
)
def test_noreferrer_of_a_form_applies_where_it_opens_another_page(attributes: str, sent: bool) -> None:
    site = FakeSite({"/": f"<form method=post action=/to {attributes}><button>x</button></form>"})
    site.open().get_by_role("button").click()
    headers = {name.lower(): value for name, value in site.last.headers}
    assert headers.get("referer") == ("http://testserver/" if sent else None)
    assert headers["origin"] == ("http://testserver" if sent else "null")


def test_a_click_on_a_label_moves_the_focus() -> None:
    page = shows("<input id=a><label id=b>of nothing</label><label id=d for=c>of c</label><input id=c>")
    page.locator("#a").fill("1")
    page.locator("#b").click()
    assert page.document.focus is None
    page.locator("#d").click()
    assert page.document.focus.attr("id") == "c"


def test_a_posted_form_and_its_redirect_bypass_the_cache() -> None:
    site = form("<button>x</button>", method="post")
    page = site.open()
    page.get_by_role("button").click()
    assert ("Cache-Control", "max-age=0") in site.last.headers
    page.goto("/")
    assert "Cache-Control" not in dict(site.last.headers)


def test_a_checkbox_in_the_wanted_state_is_not_checked_further() -> None:
    page = shows(
        "<input type=checkbox id=a checked disabled><input type=radio id=b checked style='display:none'>"
    )
    page.locator("#a").check()
    page.locator("#b").set_checked(True)
    with pytest.raises(NotInTime):
        page.locator("#a").uncheck()


def test_filling_a_field_in_a_disabled_fieldset_does_nothing() -> None:
    page = shows("<fieldset disabled><fieldset disabled><legend><input></legend></fieldset></fieldset>")
    page.locator("input").fill("x")
    assert page.locator("input").input_value() == ""


def test_an_empty_option_of_a_list_box_can_be_clicked() -> None:
    page = shows("<select multiple><option selected>a<option></option><option label=L></option></select>")
    for place in (1, 2):
        page.locator("option").nth(place).click()
        selected = page.document.dirty.selected
        assert [selected[each] for each in page.document.tree.select("option")] == [
            n == place for n in range(3)
        ]


def test_clicking_a_radio_button_unchecks_all_others_of_its_group_and_no_other() -> None:
    page = shows(
        "<form><input type=radio name=a value=1 checked><input type=radio name=a value=2>"
        "<input type=radio name=a value=3><input type=radio name=b value=4 checked></form>"
        "<input type=radio name=a value=5 checked>"
    )
    for wanted in ("2", "3", "1"):
        page.locator(f"[value='{wanted}']").click()
        checked = [value for value in "12345" if page.locator(f"[value='{value}']").is_checked()]
        assert checked == sorted([wanted, "4", "5"])


@pytest.mark.parametrize("encoding", ["utf-16le", "utf-16be"])
def test_a_form_of_a_page_in_utf_16_is_sent_in_utf_8(encoding: str) -> None:
    fields = "<input type=hidden name=_charset_><input name=a value=ä>"
    markup = f"<form method=post action='/to?q=ä'>{fields}</form>"
    answer = DriverResponse(
        200, (("Content-Type", f"text/html; charset={encoding}"),), markup.encode(encoding)
    )
    site = FakeSite({"/": answer})
    site.open().locator("[name=a]").press("Enter")
    assert site.last.body == b"_charset_=UTF-8&a=%C3%A4"
    assert site.last.url == "http://testserver/to?q=%C3%A4"


def test_a_multiple_select_of_one_line_is_a_drop_down_list() -> None:
    page = shows("<select multiple size=1><option>a<option>b</select>")
    assert page.get_by_role("listbox").count() == 1
    assert not page.get_by_role("option").first.is_visible()
    with pytest.raises(Error, match="not visible"):
        page.get_by_role("option").first.click(timeout=0)
    assert page.locator("select").select_option(["a", "b"]) == ["a", "b"]


_INERT = """<form action=/to><input id=a value=a><label>all <input type=checkbox id=outer>
<span inert><b>part</b><input id=b value=b><input type=checkbox id=c><button id=z>z</button></span></label></form>"""


def test_keys_at_an_inert_field_go_to_the_focused_element() -> None:
    page = shows(_INERT)
    page.locator("#b").press("q")
    page.locator("#c").press("Space")
    page.locator("#b").focus()
    page.keyboard.press("q")
    assert page.locator("#b").input_value() == "b"
    assert not page.locator("#c").is_checked()
    page.locator("#a").focus()
    page.locator("#b").press("q")
    assert page.locator("#a").input_value() == "qa"


def test_a_forced_click_on_an_inert_element_reaches_its_parent() -> None:
    page = shows(_INERT)
    with pytest.raises(Error, match="did not change"):
        page.locator("#c").check(force=True)
    assert not page.locator("#c").is_checked()
    assert page.locator("#outer").is_checked()
    page.locator("#z").click(force=True)
    assert not page.locator("#outer").is_checked()
    with pytest.raises(NotInTime, match="inert"):
        page.locator("b").hover()


def test_an_option_that_is_selected_leaves_the_focus_where_it_is() -> None:
    page = shows("<input id=a><select><option>1<option>2</select>")
    page.locator("#a").focus()
    page.locator("select").select_option("2")
    page.keyboard.press("x")
    assert page.locator("#a").input_value() == "x"


@pytest.mark.parametrize(
    "button", ["<button>x</button>", "<button type=button>x</button>", "<input type=submit>"]
)
def test_a_button_that_sends_no_form_follows_the_link_around_it(button: str) -> None:
    """As in Chromium, whatever HTML says of buttons in links."""
    page = FakeSite({"/": f"<a href=/there>{button}</a>", "/there": "there"}).open()
    page.locator("a > *").click()
    assert page.url == "http://testserver/there"


def test_a_button_that_sends_its_form_follows_no_link() -> None:
    page = FakeSite(
        {"/": "<a href=/there><form action=/to><button>x</button></form></a>", "/to": "sent"}
    ).open()
    page.get_by_role("button").click()
    assert page.url.startswith("http://testserver/to")
