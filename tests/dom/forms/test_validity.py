"""Constraint validation: which fields are invalid, and why."""

from __future__ import annotations

import pytest

from django_journey._dom.forms import controls
from django_journey._dom.forms.validity import first_invalid, is_candidate
from django_journey._dom.tree.document import Document
from django_journey.errors import NeedsBrowser


def reason(body: str, typed: str | None = None) -> str:
    """Return why the form is refused, ``""`` if it is not; ``typed`` is first typed into the element ``#x``."""
    doc = Document(f"<!doctype html><body><form>{body}</form>")
    if typed is not None:
        controls.set_shown_text(doc, doc.tree.select_one("#x"), typed)
    found = first_invalid(doc, doc.tree.select_one("form"))
    return "" if found is None else found[1]


@pytest.mark.parametrize(
    "body",
    [
        "<input required>",
        "<input type=checkbox required>",
        "<input type=radio name=r required><input type=radio name=r>",
        "<input type=file required>",
        "<textarea required></textarea>",
        "<select required><option value=''>choose<option>a</select>",
        "<select required multiple><option>a</select>",
        "<input type=email value=nobody>",
        "<input type=email multiple value='a@b,nobody'>",
        "<input type=url value=example.org>",
        "<input pattern='[a-z]+' value=A>",
        "<input type=number min=3 value=2>",
        "<input type=number max=3 value=4>",
        "<input type=number step=2 min=1 value=2>",
        "<input type=date min=2026-01-05 value=2026-01-04>",
        "<input type=date step=7 min=2026-01-05 value=2026-01-06>",
        "<input type=time min=22:00 max=06:00 value=12:00>",
        "<input type=month max=2026-01 value=2026-02>",
        "<input type=week step=2 min=2026-W01 value=2026-W02>",
        "<input type=datetime-local min=2026-01-01T00:00 value=2025-12-31T23:59>",
    ],
)
def test_invalid_fields(body: str) -> None:
    assert reason(body)


@pytest.mark.parametrize(
    "body",
    [
        "<input required value=x>",
        "<input required disabled>",
        "<input required readonly>",
        "<input type=checkbox required readonly>",
        "<input type=radio required>",
        "<input type=hidden required>",
        "<button required></button>",
        "<fieldset disabled><input required></fieldset>",
        "<datalist><input required></datalist>",
        "<select required><option>a</select>",
        "<select required><option value=''>choose<option selected>a</select>",
        "<select required><optgroup><option value=''>a</optgroup></select>",
        "<input type=radio name=r required><input type=radio name=r checked>",
        "<input type=email>",
        "<input type=email value=a@b>",
        "<input type=email value='ä@b.de' disabled>",
        "<input type=url value='foo:bar'>",
        "<input pattern='[a-z]+'>",
        r"<input pattern='[\w-.]' value='!!!'>",
        "<input type=number step=any value=1.25>",
        "<input type=number value=0.3 step=0.1>",
        "<input type=number min=0 step=1 value=1e300>",
        "<input type=number min=0 step=1 value=1.00000001>",
        "<input type=number min=0 step=1e-300 value=1>",
        "<input type=range min=50 max=10>",
        "<input type=time min=22:00 max=06:00 value=23:00>",
        "<input minlength=5 value=abc>",
        "<input maxlength=2 value=abc>",
    ],
)
def test_valid_fields_and_fields_barred_from_validation(body: str) -> None:
    assert reason(body) == ""


@pytest.mark.parametrize(
    ("kind", "typed"), [("number", "1.5"), ("time", "12:30:15"), ("datetime-local", "2026-11-20T12:30:01")]
)
def test_a_value_between_two_default_steps_is_invalid_unless_it_is_the_default(kind: str, typed: str) -> None:
    assert reason(f"<input id=x type={kind}>", typed)
    assert reason(f"<input id=x type={kind} value={typed}>", typed) == ""


def test_length_limits_apply_only_to_typed_text() -> None:
    assert reason("<input id=x minlength=5 value=abc>", "abcd") == "is shorter than 5 characters"
    assert reason("<input id=x minlength=5>", "") == ""
    assert reason("<input id=x minlength=3>", "😀😀") == ""


def test_the_first_invalid_field_in_tree_order_is_reported() -> None:
    doc = Document("<form><input id=a required value=1><input id=b required><input id=c required></form>")
    found = first_invalid(doc, doc.tree.select_one("form"))
    assert found is not None
    assert found[0].attr("id") == "b"


def test_a_pattern_beyond_python_needs_a_browser() -> None:
    with pytest.raises(NeedsBrowser, match="Unicode property"):
        reason(r"<input pattern='\p{Script=Greek}' value=x>")


@pytest.mark.parametrize(
    ("value", "fits"), [("22:00", True), ("21:59", False), ("06:00", True), ("06:01", False), ("00:00", True)]
)
def test_a_time_range_may_cross_midnight(value: str, fits: bool) -> None:
    said = reason(f"<input type=time min=22:00 max=06:00 value={value}>")
    assert said == ("" if fits else "is not between 22:00 and 06:00")


def test_length_limits_are_inclusive() -> None:
    assert reason("<input id=x maxlength=3>", "abc") == ""
    assert reason("<input id=x maxlength=3>", "ab😀") == "is longer than 3 characters"
    assert reason("<input id=x minlength=3>", "a😀") == ""
    assert reason("<input id=x minlength=3>", "ab") == "is shorter than 3 characters"


@pytest.mark.parametrize(
    ("button", "candidate"),
    [
        ("<button>", True),
        ("<button type=submit>", True),
        ("<button disabled>", False),
        ("<button type=reset>", False),
        ("<button type=button>", False),
        ("<input type=submit>", True),
        ("<input type=reset>", False),
    ],
)
def test_which_buttons_are_candidates_for_validation(button: str, candidate: bool) -> None:
    doc = Document(f"<!doctype html><form>{button}</form>")
    assert is_candidate(doc.tree.select_one("button, input")) is candidate
