"""The state of controls: values by type, radio groups, selected options, labels, disabledness."""

from __future__ import annotations

import pytest

from django_journey._dom.forms import controls
from django_journey._dom.tree.document import Document, Upload


def page(body: str) -> Document:
    return Document(f"<!doctype html><body>{body}")


def one(doc: Document, css: str):
    return doc.tree.select_one(css)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "a\nb", "ab"),
        ("email", " a@b ", "a@b"),
        ("email", "a@bücher.de", "a@xn--bcher-kva.de"),
        ("email", "a@b@ü.de", "a@b@ü.de"),
        ("email", "ü@ü.de", "ü@ü.de"),
        ("email", "a@ü_x.de", "a@ü_x.de"),
        ("email", "a@ü-.de", "a@ü-.de"),
        ("email", "a@ab--ü", "a@ab--ü"),
        ("email", "a@" + "ü." * 40 + "de", "a@" + "ü." * 40 + "de"),
        ("url", "  http://x/ ", "http://x/"),
        ("number", "abc", ""),
        ("number", "-1.5e3", "-1.5e3"),
        ("number", "+5", ""),
        ("range", "abc", "50"),
        ("range", "200", "100"),
        ("range", "2.5", "2.5"),
        ("range", "-3", "0"),
        ("color", "RED", "#ff0000"),
        ("color", "#ABC", "#aabbcc"),
        ("color", "rgb(10% 20% 30%)", "#1a334d"),
        ("color", "nonsense", "#000000"),
        ("date", "2023-02-29", ""),
        ("date", "2024-02-29", "2024-02-29"),
        ("week", "2020-W53", "2020-W53"),
        ("week", "2025-W53", ""),
        ("time", "24:00", ""),
        ("datetime-local", "2026-11-20 12:30:00", "2026-11-20T12:30"),
        ("datetime-local", "2026-11-20T12:30:15.50", "2026-11-20T12:30:15.5"),
        ("hidden", "a\nb", "a\nb"),
        ("no-such-type", " kept ", " kept "),
    ],
)
def test_an_input_sanitizes_its_value_by_its_type(kind: str, given: str, kept: str) -> None:
    doc = page(f'<input type="{kind}" value="{given}">')
    assert controls.value(doc, one(doc, "input")) == kept


@pytest.mark.parametrize(
    ("attributes", "given", "kept"),
    [
        ("min=0 max=10 step=3", "8", "9"),
        ("min=0 max=10 step=4", "6", "8"),
        ("value=200 step=60", "50", "20"),
        ("min=50 max=10", "30", "50"),
        ("min=0 max=10 step=40", "7", "0"),
        ("step=any", "2.5", "2.5"),
    ],
)
def test_a_range_is_rounded_to_the_nearest_step_within_its_bounds(
    attributes: str, given: str, kept: str
) -> None:
    doc = page(f"<input type=range {attributes}>")
    controls.set_value(doc, one(doc, "input"), given)
    assert controls.value(doc, one(doc, "input")) == kept


def test_an_email_input_for_several_strips_each_address() -> None:
    doc = page('<input type=email multiple value=" a@b , c@d ">')
    assert controls.value(doc, one(doc, "input")) == "a@b,c@d"


def test_the_default_value_of_a_checkbox_is_on_and_of_a_button_empty() -> None:
    doc = page("<input type=checkbox><input type=submit>")
    assert [controls.value(doc, el) for el in doc.tree.select("input")] == ["on", ""]


def test_a_textarea_ignores_only_its_first_line_break() -> None:
    doc = page("<textarea>\n\nfirst\nsecond</textarea>")
    assert controls.value(doc, one(doc, "textarea")) == "\nfirst\nsecond"


def test_a_typed_value_replaces_the_default_in_its_document_only() -> None:
    doc = page("<input value=default>")
    controls.set_value(doc, one(doc, "input"), "mine")
    assert controls.value(doc, one(doc, "input")) == "mine"


def test_the_last_radio_button_with_checked_is_checked() -> None:
    doc = page("<input type=radio name=r id=a checked><input type=radio name=r id=b checked>")
    assert not controls.is_checked(doc, one(doc, "#a"))
    assert controls.is_checked(doc, one(doc, "#b"))


def test_checking_a_radio_button_unchecks_its_group_in_the_same_form_only() -> None:
    doc = page(
        "<form><input type=radio name=r id=a checked><input type=radio name=r id=b></form>"
        "<form><input type=radio name=r id=c checked></form>"
    )
    controls.set_checked(doc, one(doc, "#b"), True)
    states = {key: controls.is_checked(doc, one(doc, f"#{key}")) for key in "abc"}
    assert states == {"a": False, "b": True, "c": True}


def test_a_drop_down_list_selects_its_first_enabled_option_by_default() -> None:
    doc = page("<select><option disabled>a<option> b  c <option>d</select>")
    assert controls.value(doc, one(doc, "select")) == "b c"


def test_a_list_box_selects_nothing_by_default() -> None:
    doc = page("<select size=3><option>a<option>b</select>")
    assert controls.selected_options(doc, one(doc, "select")) == []


def test_of_several_selected_options_a_drop_down_list_keeps_the_last_and_a_multiple_one_all() -> None:
    doc = page(
        "<select id=s><option selected>a<option selected>b</select>"
        "<select id=m multiple><option selected>a<option selected>b</select>"
    )
    assert [option.text for option in controls.selected_options(doc, one(doc, "#s"))] == ["b"]
    assert [option.text for option in controls.selected_options(doc, one(doc, "#m"))] == ["a", "b"]


def test_selecting_options_deselects_the_others() -> None:
    doc = page("<select multiple><option selected>a<option>b</select>")
    box = one(doc, "select")
    controls.select_options(doc, box, [controls.options(box)[1]])
    assert [option.text for option in controls.selected_options(doc, box)] == ["b"]


def test_the_value_of_a_file_input_is_a_fake_path() -> None:
    doc = page("<input type=file>")
    controls.set_files(doc, one(doc, "input"), [Upload("a.png", "image/png", b"")])
    assert controls.value(doc, one(doc, "input")) == "C:\\fakepath\\a.png"


def test_a_disabled_fieldset_disables_its_controls_except_in_its_first_legend() -> None:
    doc = page(
        "<fieldset disabled><legend><input id=a></legend><legend><input id=b></legend><input id=c></fieldset>"
    )
    assert [controls.is_disabled(one(doc, f"#{key}")) for key in "abc"] == [False, True, True]


def test_an_option_is_disabled_by_its_group() -> None:
    doc = page("<select><optgroup disabled><option id=a></optgroup><option id=b></select>")
    assert controls.is_disabled(one(doc, "#a"))
    assert not controls.is_disabled(one(doc, "#b"))


@pytest.mark.parametrize(
    ("kind", "readonly"), [("text", True), ("checkbox", False), ("date", True), ("range", False)]
)
def test_readonly_has_an_effect_only_on_types_that_support_it(kind: str, readonly: bool) -> None:
    doc = page(f"<input type={kind} readonly>")
    assert controls.is_readonly(one(doc, "input")) is readonly


def test_the_control_of_a_label() -> None:
    doc = page(
        "<label for=a>A</label><input id=a><label>B <input type=hidden><input id=b></label>"
        "<label for=none>C<input></label>"
    )
    assert [label.text.strip() for label in controls.labels_of(doc, one(doc, "#a"))] == ["A"]
    assert [label.text.strip() for label in controls.labels_of(doc, one(doc, "#b"))] == ["B"]
    assert controls.labelled_control(doc, doc.tree.select("label")[2]) is None


def test_controls_in_templates_are_ignored() -> None:
    doc = page("<template><label for=a>ghost</label></template><input id=a>")
    assert controls.labels_of(doc, one(doc, "#a")) == []


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("", 1), ("multiple", 4), ("size=3", 3), ("size=3 multiple", 3), ("size=0", 1), ("size=0 multiple", 4),
        ("size=x", 1), ("size=' +2px'", 2), ("size=-2", 1), ("size=1", 1),
    ],
)  # fmt: skip
def test_the_display_size_of_a_select(attributes: str, size: int) -> None:
    doc = Document(f"<select {attributes}><option>a<option>b</select>")
    select = doc.tree.select_one("select")
    assert controls.display_size(select) == size
    assert len(controls.selected_options(doc, select)) == (
        1 if size == 1 and "multiple" not in attributes else 0
    )
