"""Roles for ``get_by_role``: implicit ones of HTML, explicit ones, and conflicts between them."""

from __future__ import annotations

import pytest

from django_journey._dom.aria.roles import (
    candidates,
    checked,
    disabled,
    expanded,
    is_hidden,
    level,
    pressed,
    role_of,
    selected,
)
from django_journey._dom.tree.document import Document


def one(markup: str, selector: str = "#it"):
    doc = Document("<!doctype html>" + markup)
    found = doc.tree.select_one(selector)
    assert found is not None
    return doc, found


@pytest.mark.parametrize(
    ("markup", "role"),
    [
        ("<a id=it href=x>", "link"),
        ("<a id=it>", None),
        ("<area id=it href=x>", "link"),
        ("<header id=it>", "banner"),
        ("<article><header id=it>", None),
        ("<article role=group><header id=it>", "banner"),
        ("<div role=article><footer id=it>", None),
        ("<footer id=it>", "contentinfo"),
        ("<section id=it>", None),
        ("<section id=it aria-label=x>", "region"),
        ("<form id=it>", None),
        ("<form id=it aria-labelledby=x>", "form"),
        ("<img id=it>", "img"),
        ("<img id=it alt=''>", "presentation"),
        ("<img id=it alt='' title=x>", "img"),
        ("<img id=it alt='' aria-label=x>", "img"),
        ("<img id=it alt='' tabindex=0>", "img"),
        ("<input id=it>", "textbox"),
        ("<input id=it type=nonsense>", "textbox"),
        ("<input id=it type=hidden>", None),
        ("<input id=it type=file>", "button"),
        ("<input id=it type=IMAGE>", "button"),
        ("<input id=it type=search>", "searchbox"),
        ("<input id=it type=number>", "spinbutton"),
        ("<input id=it type=range>", "slider"),
        ("<input id=it type=date>", "textbox"),
        ("<input id=it list=d><datalist id=d></datalist>", "combobox"),
        ("<input id=it list=d><p id=d>", "textbox"),
        ("<select id=it>", "combobox"),
        ("<select id=it multiple>", "listbox"),
        ("<select id=it size=1>", "combobox"),
        ("<select id=it size=2>", "listbox"),
        ("<summary id=it>", None),
        ("<svg id=it></svg>", "img"),
        ("<table><tr><td id=it>", "cell"),
        ("<table role=grid><tr><td id=it>", "gridcell"),
        ("<table><tr><th id=it>a<th>b<th>c", "columnheader"),
        ("<table><tr><th id=it>a<td>b", "rowheader"),
        ("<table><tr><th id=it>a<td>", "columnheader"),
        ("<table><tr><th id=it scope=row>a<th>b", "rowheader"),
        ("<table><tr><th id=it>alone", None),
        ("<table><tr><th id=it>a<tr><th>b", "columnheader"),
    ],
)
def test_implicit_roles(markup, role):
    assert role_of(*one(markup)) == role


@pytest.mark.parametrize(
    ("markup", "role"),
    [
        ("<div id=it role=button>", "button"),
        ("<div id=it role='nonsense BUTTON link'>", "button"),
        ("<div id=it role=nonsense>", None),
        ("<h1 id=it role=none>", "none"),
        ("<h1 id=it role=none aria-live=polite>", "heading"),
        ("<h1 id=it role=none tabindex=0>", "heading"),
        ("<button id=it role=none>", "button"),
        ("<button id=it role=none disabled>", "none"),
        ("<ul role=none><li id=it>", "none"),
        ("<ul role=none aria-label=x><li id=it>", "listitem"),
        ("<table role=presentation><tr><td id=it>", "presentation"),
        ("<ul role=list><li id=it>", "listitem"),
    ],
)
def test_explicit_roles_win_unless_none_would_hide_a_focusable_element(markup, role):
    assert role_of(*one(markup)) == role


@pytest.mark.parametrize(
    "role", ["button", "textbox", "link", "heading", "none", "cell", "img", "combobox", "region"]
)
def test_candidates_include_every_element_with_the_role(role):
    doc = Document(
        "<h1 role=none>a</h1><h2>b</h2><a href=x>l</a><button>c</button><input><input type=file><textarea></textarea>"
        "<div role='x button'></div><table role=none><tr><td>c</table><table><tr><td>d</table><img alt=''><img>"
        "<input list=l><datalist id=l></datalist><select></select><section aria-label=x></section><ul role=none><li>"
    )
    having = {el for el in doc.tree.select("*") if role_of(doc, el) == role}
    assert having
    assert having <= set(doc.tree.select(candidates(role)))


@pytest.mark.parametrize(
    ("markup", "hidden"),
    [
        ("<p id=it>x", False),
        ("<p id=it hidden>x", True),
        ("<div hidden><p id=it>x", True),
        ("<div aria-hidden=true><p id=it>x", True),
        ("<div aria-hidden=true><p id=it aria-hidden=false>x", True),
        ("<p id=it style='visibility:hidden'>x", True),
        ("<div style='visibility:hidden'><p id=it style='visibility:visible'>x", False),
        ("<details><p id=it>x", True),
        ("<details open><p id=it>x", False),
        ("<details><summary id=it>x", False),
        ("<select><option id=it>x", False),
        ("<div hidden><select><option id=it>x", True),
        ("<p id=it style='opacity:0'>x", False),
        ("<p id=it inert>x", False),
        ("<p id=it></p>", False),
        ("<div id=it style='display:contents'><b>x</b></div>", False),
        ("<div id=it style='display:contents'><b hidden>x</b></div>", True),
        ("<script id=it>x</script>", True),
        ("<input id=it type=hidden>", True),
    ],
)
def test_what_is_hidden_from_assistive_technology(markup, hidden):
    assert is_hidden(*one(markup)) is hidden


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<input id=it type=checkbox checked>", True),
        ("<input id=it type=radio>", False),
        ("<div id=it role=switch aria-checked=true>", True),
        ("<div id=it role=checkbox aria-checked=mixed>", "mixed"),
        ("<div id=it role=button aria-checked=true>", None),
    ],
)
def test_whether_it_is_checked(markup, expected):
    assert checked(*one(markup)) == expected


def test_whether_it_is_pressed():
    assert pressed(*one("<button id=it aria-pressed=mixed>")) == "mixed"
    assert pressed(*one("<button id=it>")) is False
    assert pressed(*one("<a href=x id=it aria-pressed=true>")) is None


def test_whether_it_is_expanded():
    assert expanded(*one("<details id=it open>")) is True
    assert expanded(*one("<button id=it aria-expanded=false>")) is False
    assert expanded(*one("<button id=it>")) is None
    assert expanded(*one("<p id=it aria-expanded=true>")) is None


def test_whether_it_is_selected():
    assert selected(*one("<select><option>a<option id=it selected>b")) is True
    assert selected(*one("<select><option id=it>a<option selected>b")) is False
    assert selected(*one("<div role=tab id=it aria-selected=true>")) is True
    assert selected(*one("<p id=it aria-selected=true>")) is False


def test_the_level():
    assert level(*one("<h3 id=it aria-level=5>")) == 3
    assert level(*one("<div role=heading id=it aria-level=5>")) == 5
    assert level(*one("<div role=heading id=it aria-level=1.5>")) == 0
    assert level(*one("<div role=button id=it aria-level=2>")) == 0


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<input id=it disabled>", True),
        ("<fieldset disabled><input id=it>", True),
        ("<fieldset disabled><legend><input id=it></legend>", False),
        ("<fieldset disabled><legend></legend><legend><input id=it></legend>", True),
        ("<select><optgroup disabled><option id=it>", True),
        ("<div role=button id=it aria-disabled=true>", True),
        ("<div aria-disabled=true><div role=button id=it></div></div>", True),
        ("<div aria-disabled=true><div role=button id=it aria-disabled=false></div></div>", False),
        ("<p id=it aria-disabled=true>", False),
    ],
)
def test_whether_it_is_disabled(markup, expected):
    assert disabled(*one(markup)) is expected
