"""The mistakes that users make with a form, and the values that fit."""

from __future__ import annotations

from django import forms

from django_journey._dom.tree.document import Document
from django_journey._explore.forms.mistakes import RARE, mistakes
from django_journey._explore.forms.page_form import PageForm, forms_of
from django_journey._explore.forms.values import fill_in

PAGE = """<form method="post" action="/save/">
<input type="hidden" name="csrfmiddlewaretoken" value="t"><input type="hidden" name="kind" value="a">
<label for="t">Title:</label><input id="t" name="title" required maxlength="8">
<input type="email" name="email" required><input type="number" name="amount" min="5" max="9" required>
<select name="size"><option value="">-</option><option value="s">Small</option></select>
<input type="radio" name="colour" value="r"><input type="radio" name="colour" value="b">
<input type="checkbox" name="terms" required><input name="nick"><input name="locked" disabled value="x">
<button name="do" value="save">Save</button></form>"""


def form_of(markup: str) -> PageForm:
    (form,) = forms_of(Document(markup, url="http://testserver/new/"), ())
    return form


def sent(form: PageForm) -> dict[str, str]:
    found = form.submission(form.buttons[0])
    assert found is not None
    return {entry.name: entry.text for entry in found.entries}


def test_a_form_is_filled_in_with_what_its_controls_ask_for() -> None:
    form = form_of(PAGE)
    edits = fill_in(form)
    values = sent(form)
    assert values["title"] == "Some wor"
    assert values["email"].count("@") == 1
    assert 5 <= int(values["amount"]) <= 9
    assert (values["size"], values["colour"], values["terms"], values["kind"]) == ("s", "r", "on", "a")
    assert "locked" not in values
    assert [edit.verb for edit in edits if edit.name in ("size", "colour", "terms")] == [
        "choose",
        "check",
        "check",
    ]
    assert next(edit.label for edit in edits if edit.name == "title") == "Title"
    assert form.is_sent()


def test_what_fits_already_is_left_as_it_is() -> None:
    form = form_of(
        '<form><input name="title" value="Here"><select name="s"><option value="1">A</select></form>'
    )
    assert fill_in(form) == []


def test_a_field_of_django_has_a_say_in_what_fits() -> None:
    document = Document('<form><input name="code"></form>', url="http://testserver/")

    class Codes(forms.Form):
        code = forms.RegexField(r"^\d{4}-\d{2}-\d{2}$")

    (form,) = forms_of(document, [[{"form": Codes()}]])
    (edit,) = fill_in(form)
    Codes.base_fields["code"].clean(edit.value)


def test_an_empty_field_is_the_first_mistake_and_fuzz_the_last() -> None:
    found = mistakes(form_of(PAGE))
    assert found[0].value == ""
    rare = [each.rank >= RARE for each in found]
    assert any(rare)
    assert rare == sorted(rare)
    assert "csrfmiddlewaretoken" not in {each.name for each in found}


def test_a_choice_may_have_gone_and_a_number_may_be_negative() -> None:
    found = {(each.name, each.value) for each in mistakes(form_of(PAGE))}
    assert {("size", "999999"), ("size", None), ("amount", "-1"), ("kind", "no-such-choice")} <= found


def test_a_changed_submission_keeps_the_place_of_its_fields() -> None:
    form = form_of(
        '<form method="post"><input name="a" value="1"><input name="b" value="2"><button>Go</button></form>'
    )
    found = form.submission(form.buttons[0])
    assert found is not None
    assert form.changed(found, [("a", "x y")]).body == b"a=x+y&b=2"
    assert form.changed(found, [("a", None)]).body == b"b=2"
