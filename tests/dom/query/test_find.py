"""What queries find: Playwright's rules of text, labels, roles, CSS, chains and filters."""

from __future__ import annotations

import re

import pytest

from django_journey._dom.forms.controls import set_checked
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import (
    Alternative,
    Attribute,
    Chain,
    Has,
    HasText,
    Intersection,
    Label,
    Nth,
    OnlyVisible,
    Part,
    Query,
    TestId,
    Text,
)
from django_journey._dom.query.selectors import by_role, parse
from django_journey._dom.tree.document import Document
from django_journey.errors import Error


def ids(markup: str | Document, *parts: Part | str) -> list[str]:
    """Return the IDs (or tags) of what a query finds."""
    doc = markup if isinstance(markup, Document) else Document(markup)
    query = Query(tuple(parse(part) if isinstance(part, str) else part for part in parts))
    return [el.attr("id") or el.tag for el in find_all(doc, query)]


DIVS = "".join(f"<div id=d{number}></div>" for number in range(1, 7))
NESTED = "<section><span id=outer><span id=inner></span></span><span id=other></span></section>"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("#d3 ~ div", "d4 d5 d6"),
        ("#d1 + div", "d2"),
        ("div:nth-child(2n)", "d2 d4 d6"),
        ("div:is(#d1, #d6)", "d1 d6"),
        ("div:not(#d1):not(#d2)", "d3 d4 d5 d6"),
        ("#d6, #d1", "d1 d6"),
        ("#d3 >> :scope ~ div", "d4 d5 d6"),
        ("#d3 >> ~ div", "d4 d5 d6"),
        ("#d3 >> #d1 ~ :scope", "d3"),
        ("#d3 >> #d4 ~ :scope", ""),
        ("div:has(:scope + #d5)", "d4"),
        (":nth-match(div, 2)", "d2"),
        (":is(:nth-match(div, 1), :nth-match(div, 6))", "d1 d6"),
        ("div >> nth=-1", "d6"),
        ("div >> nth=9", ""),
    ],
)
def test_css_finds_siblings_places_and_alternatives(selector: str, expected: str) -> None:
    assert ids(DIVS, selector) == expected.split()


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("section span", "outer inner other"),
        ("section > span", "outer other"),
        ("section:has(> span)", "section"),
        ("section:has(section span)", ""),
        ("section:has(span span)", "section"),
        ("section:has(span span:visible)", ""),
        ("section >> span span", "inner"),
        ("#outer >> span span", ""),
        ("#outer >> span:not(:has(:scope > div))", "inner"),
        ("#outer >> #inner,:scope", "outer inner"),
        ("#outer >> section span", ""),
        ("html:scope", "html"),
        ("html:has(> body)", ""),
        ("body:has(> section)", "body"),
        ("css=section >> css=section", ""),
        ("*css=section >> #inner", "section"),
        ("#inner >> xpath=..", "outer"),
        ("#inner >> ../..", "section"),
        ("section >> //span[2]", "other"),
        ("//span[@id='inner'] | //section", "section inner"),
    ],
)
def test_matching_starts_at_the_scope(selector: str, expected: str) -> None:
    assert ids(NESTED, selector) == expected.split()


def test_the_contents_of_templates_and_noscript_are_not_on_the_page() -> None:
    markup = "<template><p id=a>Tea</p></template><noscript><p id=b>Tea</p></noscript><p id=c>Tea</p>"
    assert ids(markup, "p") == ["c"]
    assert ids(markup, "//p") == ["c"]
    assert ids(markup, Text("tea")) == ["c"]
    assert ids(markup, by_role("paragraph")) == ["c"]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Text("hello"), "b"),
        (Text("HELLO, world"), "b"),
        (Text("Hello, world!", exact=True), "b"),
        (Text("hello, world!", exact=True), ""),
        (Text("world"), "i"),
        (Text(re.compile("^Hello")), "b"),
        (Text("send it"), "s"),
        (Text("secret"), "h"),
        (Text("alert"), ""),
        (Text("Page title"), ""),
    ],
)
def test_text_finds_the_innermost_elements_including_hidden_ones(sought: Text, expected: str) -> None:
    markup = (
        "<title>Page title</title><script>alert()</script><div id=d><p id=b>Hello,\n <i id=i>world</i>!</p></div>"
        "<input id=s type=submit value='Send it'><p id=h hidden>Secret</p>"
    )
    assert ids(markup, sought) == expected.split()


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ('text="Hello"', "d"),
        ('text="wo rld"', "s"),
        ('text="Hello wo"', ""),
        ("text=hellowo", "d"),
        ("text=/^wo/", "s"),
        (':text("again")', "d"),
        (':text-is("Hello")', "d"),
        (':text-matches("^WO", "i")', "s"),
        ('div:has-text("WO RLD")', "d"),
        ('*css=div >> text="wo rld"', "d"),
    ],
)
def test_text_selectors_match_whole_runs_or_substrings(selector: str, expected: str) -> None:
    assert ids("<div id=d>Hello<span id=s>wo  rld </span> again</div>", selector) == expected.split()


LABELS = """
<label for=name>Your  name</label><input id=name>
<label>E-mail <input id=mail></label>
<input id=phone aria-label="Phone number">
<b id=t>Town</b><input id=town aria-labelledby="t none">
<label>Hidden <input id=token type=hidden></label>
<label for=name>Nickname</label>
<div id=box aria-label="Your box"></div>
"""


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Label("your name"), "name"),
        (Label("your"), "name box"),
        (Label("Nickname", exact=True), "name"),
        (Label("mail"), "mail"),
        (Label("E-mail", exact=True), "mail"),
        (Label("e-mail", exact=True), ""),
        (Label("phone"), "phone"),
        (Label(re.compile("^Town$")), "town"),
        (Label("Hidden"), ""),
    ],
)
def test_labels_find_their_controls(sought: Label, expected: str) -> None:
    assert ids(LABELS, sought) == expected.split()


def test_attributes_and_test_ids_are_not_normalized() -> None:
    markup = (
        "<input id=a placeholder='Search  here'><img id=b alt=Logo title=Home><p id=c data-testid=Row></p>"
    )
    assert ids(markup, Attribute("placeholder", "search  ")) == ["a"]
    assert ids(markup, Attribute("placeholder", "Search here", exact=True)) == []
    assert ids(markup, Attribute("alt", "log")) == ["b"]
    assert ids(markup, Attribute("title", re.compile("^Ho"))) == ["b"]
    assert ids(markup, TestId("Row")) == ["c"]
    assert ids(markup, TestId("row")) == []
    assert ids(markup, TestId(re.compile("r.w", re.IGNORECASE))) == ["c"]
    assert ids(markup, "data-testid=Row") == ["c"]
    assert ids("<p id=a data-x=1></p><p id=b data-y=1></p>", TestId("1", "data-y,data-x")) == ["a", "b"]


ROLES = """
<button id=save>Save draft</button><button id=gone hidden>Save all</button>
<a id=link href=/>Save</a><a id=anchor>Save</a>
<h2 id=h2>Intro</h2><div id=h3 role=heading aria-level=3>Intro</div>
<input id=on type=checkbox checked aria-label=On><input id=off type=checkbox aria-label=Off>
<button id=dis disabled>Send</button><input id=file type=file aria-label=Picture>
"""


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (by_role("button"), "save dis file"),
        (by_role("button", name="save"), "save"),
        (by_role("button", name="save", include_hidden=True), "save gone"),
        (by_role("button", name="Save draft", exact=True), "save"),
        (by_role("button", name="save draft", exact=True), ""),
        (by_role("button", name=re.compile("draft$")), "save"),
        (by_role("button", disabled=True), "dis"),
        (by_role("link"), "link"),
        (by_role("heading", level=3), "h3"),
        (by_role("heading", name="intro"), "h2 h3"),
        (by_role("checkbox", checked=True), "on"),
        (by_role("checkbox", checked=False), "off"),
    ],
)
def test_roles_are_found_by_name_and_state(sought: Part, expected: str) -> None:
    assert ids(ROLES, sought) == expected.split()


def test_role_selectors_compare_names_as_attributes_are_compared() -> None:
    assert ids(ROLES, 'role=button[name="Save draft"]') == ["save"]
    assert ids(ROLES, 'role=button[name="save"]') == []
    assert ids(ROLES, 'role=button[name^="save"i]') == ["save"]
    assert ids(ROLES, "role=button[name=/DRAFT/i]") == ["save"]


def test_a_dollar_sign_matches_as_in_javascript() -> None:
    assert ids("<pre id=a>one\n</pre>", Text(re.compile("one$"))) == []
    assert ids("<pre id=a>one\n</pre>", Text(re.compile("one$", re.MULTILINE))) == ["a"]
    with pytest.raises(Error, match="a browser does not know"):
        ids("<p>one</p>", Text(re.compile("one", re.VERBOSE)))


ROWS = """
<ul><li id=tea>Tea <b>hot</b></li><li id=milk>Milk</li><li id=ice hidden>Ice <b>cold</b></li></ul>
"""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["li", HasText("tea hot")], "tea"),
        (["li", HasText("tea", negated=True)], "milk ice"),
        (["li", Has(Query((parse("b"),)))], "tea ice"),
        (["li", Has(Query((parse("b"),)), negated=True)], "milk"),
        (["li", OnlyVisible(True)], "tea milk"),
        (["li", OnlyVisible(False)], "ice"),
        (["li", Nth(1)], "milk"),
        (["li", Nth(-1)], "ice"),
        (["li", Nth(5)], ""),
        (["li", Intersection(Query((parse("#milk"),)))], "milk"),
        (["#ice", Alternative(Query((parse("#tea"),)))], "tea ice"),
        (["ul", Chain(Query((parse("li"), Nth(0))))], "tea"),
        (["li", "b", Nth(1)], "b"),
        (["li:visible"], "tea milk"),
        (["li:has(b):visible"], "tea"),
    ],
)
def test_filters_and_combinations(parts: list[Part | str], expected: str) -> None:
    assert ids(ROWS, *parts) == expected.split()


def test_user_input_takes_effect_immediately() -> None:
    doc = Document("<input id=a type=checkbox><input id=b type=checkbox checked>")
    assert ids(doc, "input:checked") == ["b"]
    set_checked(doc, doc.tree.select_one("#a"), True)
    assert ids(doc, "input:checked") == ["a", "b"]
    assert ids(doc, "input:not(:checked)") == []


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("//a[", "while parsing xpath //a["),
        ("div:no-such-thing", "while querying css"),
        ("*css=div >> p >> nth=0", "Can't query n-th element"),
    ],
)
def test_an_invalid_selector_is_an_error(selector: str, message: str) -> None:
    with pytest.raises(Error) as raised:
        ids("<div><p></p></div>", selector)
    assert message in raised.value.message


def test_pseudo_classes_match_as_in_chromium() -> None:
    markup = "<p id=a></p><p id=b> </p><p id=c><!-- c --></p><input id=d required><input id=e><button id=f>F</button>"
    assert ids(markup, "p:empty") == ["a", "c"]
    assert ids(markup, "body :optional") == ["e", "f"]
    assert ids(markup, ":required") == ["d"]
    assert ids(markup, "button:hover") == []


def test_names_in_xpath_match_html_elements_only() -> None:
    assert ids("<svg id=s></svg><p id=p></p>", "//svg") == []
    assert ids("<svg id=s></svg><p id=p></p>", "//*[@id]") == ["s", "p"]
    assert ids("<svg id=s></svg><p id=p></p>", "//*[local-name()='svg']") == ["s"]


def test_validity_by_css_is_that_of_the_constraints() -> None:
    markup = (
        "<form id=f><input id=a required><input id=b value=x></form><input id=c type=number min=3 value=1>"
    )
    assert ids(markup, ":invalid") == ["f", "a", "c"]
    assert ids(markup, "input:valid") == ["b"]
    assert ids(markup, ":out-of-range") == ["c"]
    assert ids(markup, ":user-invalid") == []


def test_deep_nesting_is_searched() -> None:
    markup = "<div>" * 400 + "<b id=deep>Treasure</b>"
    assert ids(markup, Text("treasure")) == ["deep"]
    assert ids(markup, "div b") == ["deep"]
    assert ids(markup, "body >> b:visible") == ["deep"]


def test_ten_thousand_nested_elements_can_be_searched() -> None:
    # Browsers and the parser stop nesting at a depth of 512; what goes deeper stands side by side there.
    markup = "<div>" * 10_000 + "<b id=deep>Treasure</b>"
    assert ids(markup, "#deep") == ["deep"]
    assert len(ids(markup, Text("treasure"))) == 1
    assert ids(markup, "div:has(b) b") == ["deep"]
