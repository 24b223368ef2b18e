"""Explanations of failed queries: the nearest candidates, why they do not match, and code to write instead."""

from __future__ import annotations

import pytest

from django_journey._dom.query import query_errors
from django_journey._dom.query.element_line import show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import (
    Attribute,
    HasText,
    Label,
    Nth,
    OnlyVisible,
    Part,
    Query,
    TestId,
    Text,
)
from django_journey._dom.query.selectors import by_role, parse
from django_journey._dom.query.suggest import suggestion
from django_journey._dom.tree.document import Document
from django_journey.errors import Explanation

PAGE = """<!doctype html>
<h1>Articles</h1>
<form>
  <label>Title <input name=title></label>
  <input name=body_text>
  <input name=q placeholder="Search articles">
  <label for=nowhere>Category</label>
  <button id=save>Save draft</button>
  <button hidden>Delete</button>
  <img src=x alt="The editor">
</form>
<a href=/publish>Publish</a>
<ul><li class=row data-testid=row-1>Tea</li><li class=row>Milk</li></ul>
"""


def missing(*parts: Part | str, markup: str = PAGE) -> Explanation:
    doc = Document(markup, url="http://testserver/articles/")
    query = Query(tuple(parse(part) if isinstance(part, str) else part for part in parts))
    assert not find_all(doc, query)
    return query_errors.missing(doc, query, call="Locator.click", where=doc.url)


@pytest.mark.parametrize(
    ("part", "nearest", "instead"),
    [
        (Label("Titel"), 'get_by_label("Title")', 'page.get_by_label("Title")'),
        (Label("Body text"), "it has name=body_text", 'page.locator("[name=body_text]")'),
        (
            Label("Search"),
            'get_by_placeholder("Search articles")',
            'page.get_by_placeholder("Search articles")',
        ),
        (
            Label("Save draft"),
            "a button, not a labelled control",
            'page.get_by_role("button", name="Save draft")',
        ),
        (Label("Category"), "is for #nowhere, which is not on the page", "for attribute"),
        (
            by_role("button", name="Save drift"),
            'name="Save draft"',
            'page.get_by_role("button", name="Save draft")',
        ),
        (
            by_role("button", name="Publish"),
            "a link, not a button",
            "seek a link, if it is meant to be one; else mend the template",
        ),
        (by_role("button", name="Delete"), "but it is hidden", "include_hidden=True"),
        (
            by_role("button", name="save draft", exact=True),
            'name="Save draft"',
            'page.get_by_role("button", name="Save draft", exact=True)',
        ),
        (Text("Artikles"), 'get_by_text("Articles")', 'page.get_by_text("Articles")'),
        (Text("tea", exact=True), 'get_by_text("Tea")', 'page.get_by_text("Tea", exact=True)'),
        (Text("The editor"), "in alt: get_by_alt_text", 'page.get_by_alt_text("The editor")'),
        (Attribute("placeholder", "Serch articles"), 'placeholder="Search articles"', "get_by_placeholder"),
        (TestId("row-2"), 'data-testid="row-1"', 'page.get_by_test_id("row-1")'),
        (parse("#saved"), "#save", "page."),
        (parse(".rows"), ".row", "page."),
        (parse("[name=body-text]"), '[name="body_text"]', 'page.locator("[name=body_text]")'),
    ],
)
def test_the_nearest_candidate_comes_first_with_the_code_that_finds_it(
    part: Part, nearest: str, instead: str
) -> None:
    explanation = missing(part)
    assert explanation.where == "http://testserver/articles/"
    assert "Locator.click: nothing fits" in explanation.sought
    assert nearest in explanation.nearest[0]
    assert instead in explanation.instead


TIMES = "<ul><li>2</li><li>2h 0m 3s</li><li>0m 3s</li><li>2h 0m</li></ul>"


def test_candidates_are_ranked_by_the_whole_of_what_is_sought() -> None:
    said = missing(Text("2h 0m 4s"), markup=TIMES)
    assert said.nearest[0] == 'get_by_text("2h 0m 3s")'
    assert said.nearest[-1] == 'get_by_text("2")'
    assert said.instead == 'page.get_by_text("2h 0m 3s")'


@pytest.mark.parametrize(
    ("part", "markup"),
    [
        (Text("2h 0m 3s"), "<p>2h 0m</p><p>2</p>"),
        (by_role("button", name="Save the draft"), "<button>Save the</button>"),
        (Label("Title of the book"), "<label>Title of the<input></label>"),
        (Text("Goodbye"), "<p>Food</p>"),
    ],
)
def test_candidates_that_would_check_less_are_listed_but_not_suggested(part: Part, markup: str) -> None:
    said = missing(part, markup=markup)
    assert said.nearest
    assert said.instead == ""


def test_suggested_code_finds_exactly_its_element() -> None:
    doc = Document(PAGE)
    for el in doc.tree.select("body *"):
        code = suggestion(doc, el)
        names = {"locator": _locator(doc), "get_by_role": _by_role(doc)}
        assert code.startswith(("get_by_", "locator(")), code
        if code.startswith("locator(") and code.count("(") == 1:
            assert eval(code, names) == [el], code


def _locator(doc: Document):
    return lambda selector: find_all(doc, Query((parse(selector),)))


def _by_role(doc: Document):
    return lambda role, name=None: find_all(doc, Query((by_role(role, name=name),)))


def test_the_part_of_a_chain_that_finds_nothing_is_named() -> None:
    explanation = missing("table", Text("Tea"))
    assert 'already locator("table") finds nothing' in explanation.sought


def test_filters_and_indexes_report_the_number_of_matches() -> None:
    assert "Tea" in missing("li", HasText("Coffee")).nearest[0]
    assert missing("li", Nth(4)).nearest == ('locator("li") finds 2',)
    assert 'locator("li").nth(1)' in missing("li", Nth(4)).instead
    hidden = missing("button", HasText("Delete"), OnlyVisible(True))
    assert "has the hidden attribute" in hidden.instead


def test_a_page_without_candidates_is_summarized() -> None:
    said = missing(by_role("button", name="Save"), markup="")
    assert said.nearest == ("nothing on the page comes near; it has 0 forms and 0 controls",)
    assert "this is the page that is meant" in said.instead


def test_ambiguous_queries_list_the_elements_with_a_query_for_each() -> None:
    doc = Document("<ul><li>Tea</li><li>Milk</li></ul><p hidden>Tea</p>", url="http://testserver/")
    query = Query((parse("li"),))
    explanation = query_errors.ambiguous(
        doc, query, find_all(doc, query), call="Locator.click", where=doc.url
    )
    assert 'strict mode violation: locator("li") resolved to 2 elements' in explanation.sought
    assert explanation.nearest[1] == '2) <li>Milk</li> aka get_by_text("Milk")'
    assert explanation.instead.startswith("page.")


def test_elements_with_the_same_text_are_distinguished_by_index() -> None:
    doc = Document("<div><span></span></div><span></span>")
    first, second = doc.tree.select("span")
    assert suggestion(doc, first) == 'locator("div span")'
    assert find_all(doc, Query((parse(suggestion(doc, second)[len('locator("') : -2]),))) == [second]


@pytest.mark.parametrize(
    ("markup", "state", "expected"),
    [
        ("<input type=hidden id=x>", "visible", "a hidden field"),
        ("<details><summary>More</summary><p id=x>A</p></details>", "visible", 'get_by_text("More").click()'),
        ("<div hidden><p id=x>A</p></div>", "visible", "what it stands in has the hidden attribute"),
        ("<p id=x style='display: none'>A</p>", "visible", "it is not shown"),
        ("<dialog><p id=x>A</p></dialog>", "visible", "closed <dialog>"),
        ("<input id=x disabled>", "enabled", "it has the disabled attribute"),
        ("<input id=x disabled>", "enabled", "if this is meant: expect(…).to_be_disabled()"),
        ("<fieldset disabled><input id=x></fieldset>", "enabled", "what it stands in is disabled"),
        ("<button id=x aria-disabled=true>A</button>", "enabled", "aria-disabled"),
        ("<input id=x readonly value=7>", "editable", 'it is read-only, and holds "7"'),
        ("<input id=x readonly>", "editable", "if this is meant: expect(…).not_to_be_editable()"),
    ],
)
def test_elements_that_are_not_actionable_are_explained(markup: str, state: str, expected: str) -> None:
    doc = Document(markup)
    query = Query((parse("#x"),))
    (el,) = find_all(doc, query)
    explanation = query_errors.not_ready(doc, query, el, state, call="Locator.click", where="")
    assert f"element is not {state}" in explanation.sought
    assert expected in explanation.instead


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>A\n  b</p>", "<p>A b</p>"),
        ("<input disabled name=a>", '<input disabled name="a"/>'),
        ("<div class='b c'><p>x</p></div>", '<div class="b c">…</div>'),
        ("<p></p>", "<p></p>"),
        (f"<p>{'x' * 80}</p>", f"<p>{'x' * 49}…</p>"),
    ],
)
def test_an_element_is_shown_in_one_line(markup: str, shown: str) -> None:
    doc = Document(markup)
    assert show(doc.tree.select_one("body").children[0]) == shown
