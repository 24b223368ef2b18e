"""Parsing Playwright's selector language, and the errors of invalid selectors."""

from __future__ import annotations

import re

import pytest

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
    Query,
    Role,
    TestId,
    Text,
    Unread,
    XPath,
)
from django_journey._dom.query.selectors import by_role, check_role, parse, parse_later, text_engine
from django_journey.errors import Error, NeedsBrowser


def kinds(selector: str) -> list[str]:
    return [type(part).__name__ for part in parse(selector).parts]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("div > p", ["Css"]),
        ("css=div >> text=Hi", ["Css", "Text"]),
        ("//div[@id='a>>b']", ["XPath"]),
        ("(//a)[1]", ["XPath"]),
        ("..", ["XPath"]),
        ('"Sign in"', ["Text"]),
        ("role=button[name='Save'] >> nth=1", ["Role", "Nth"]),
        ("id=title >> visible=true", ["TestId", "OnlyVisible"]),
        ('text="a >> b" >> span', ["Text", "Css"]),
        ('text=o"wor >> span', ["Text", "Css"]),
        ("[title='a >> b']", ["Css"]),
        (
            'a >> internal:has="b" >> internal:or="i" >> internal:chain="u"',
            ["Css", "Has", "Alternative", "Chain"],
        ),
    ],
)
def test_a_selector_is_split_into_its_engines(selector: str, expected: list[str]) -> None:
    assert kinds(selector) == expected


def test_quoted_text_is_exact_and_unquoted_text_is_a_substring() -> None:
    assert parse("text=Log in").parts == (Text("Log in"),)
    assert parse('text="Log \\"in\\""').parts == (Text('Log "in"', exact=True, by_node=True),)
    assert parse("text=/log ?in/i").parts == (Text(re.compile("log ?in", re.IGNORECASE)),)


@pytest.mark.parametrize("text", ['"', "'", '"a', "a'"])
def test_a_quote_that_is_not_closed_is_part_of_the_text(text: str) -> None:
    assert text_engine(text) == Text(text)


def test_the_part_marked_with_a_star_is_captured() -> None:
    assert parse("*css=section >> text=Hi").capture == 0
    with pytest.raises(Error, match="Only one of the selectors can capture"):
        parse("*css=section >> *text=Hi")


def test_role_selectors_are_parsed_with_their_conditions() -> None:
    (role,) = parse('role=button[name="save"i][pressed]').parts
    assert role == Role("button", name="save", pressed=True, operator="=", exact=False)
    (heading,) = parse("role=heading[level=2][name=/intro/]").parts
    assert isinstance(heading, Role)
    assert heading.level == 2
    assert heading.name == re.compile("intro")


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("span!", 'Unexpected token "!" while parsing css selector "span!"'),
        ("div >", "while parsing css selector"),
        ("", "while parsing css selector"),
        ("foo=bar", 'Unknown engine "foo" while parsing selector foo=bar'),
        (":text(a > b)", '"text" engine expects a single string'),
        (':has-text("a", "b")', '"has-text" engine expects a single string'),
        (":nth-match(div, p, 0)", '"nth-match" engine expects a one-based index as the last argument'),
        (":nth-match(2)", '"nth-match" engine expects non-empty selector list and an index argument'),
        (":not()", '"not" engine expects non-empty selector list'),
        ("nth=two", "must be a whole number"),
        ("role=[name=a]", "Role must not be empty"),
        ("role=link[checked]", '"checked" attribute is only supported for roles'),
        ('role=heading[level="x"]', '"level" attribute must be compared to a number'),
        ("role=button[name]", '"name" attribute must have a value'),
        ("role=button[name", 'Unexpected end of selector while parsing selector "button[name"'),
        (
            "role=button[name!x]",
            'while parsing selector "button[name!x]" - unexpected symbol "!" at position 11',
        ),
        ("role=button[colour=red]", 'Unknown attribute "colour"'),
        ("text=/(/", "Invalid regular expression"),
        ('div >> internal:text="a"', "engine of Playwright's own"),
        ("div >> internal:has=33", "Malformed selector: internal:has=33"),
        ('internal:has="a"', '"internal:has" selector cannot be first'),
        ('div >> internal:and="a!"', 'Unexpected token "!"'),
    ],
)
def test_the_error_of_an_invalid_selector(selector: str, message: str) -> None:
    with pytest.raises(Error) as raised:
        parse(selector)
    assert message in raised.value.message


@pytest.mark.parametrize(
    "selector", ["button:right-of(p)", "a >> near=p", "iframe >> internal:control=enter-frame"]
)
def test_layout_and_frames_need_a_browser(selector: str) -> None:
    with pytest.raises(NeedsBrowser):
        parse(selector)


def test_a_state_that_a_role_does_not_support_is_an_error() -> None:
    with pytest.raises(Error, match='"checked" attribute is only supported for roles: "checkbox"'):
        check_role(by_role("link", checked=True))
    check_role(by_role("checkbox", checked=True))
    assert by_role("button", name="Save", exact=True).operator == "="


def test_a_selector_that_is_parsed_later_keeps_its_source() -> None:
    assert parse_later("span!") == Unread("span!")
    assert parse_later("span") == parse("span")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query((by_role("button", name="Save"),)), 'get_by_role("button", name="Save")'),
        (
            Query((by_role("heading", level=2, name="A", exact=True),)),
            'get_by_role("heading", level=2, name="A", exact=True)',
        ),
        (Query((Label("Title", exact=True),)), 'get_by_label("Title", exact=True)'),
        (Query((Text(re.compile("a.b", re.IGNORECASE)),)), 'get_by_text(re.compile(r"a.b", re.IGNORECASE))'),
        (Query((Attribute("placeholder", "Search"),)), 'get_by_placeholder("Search")'),
        (Query((TestId("x"),)), 'get_by_test_id("x")'),
        (Query((XPath("//a"),)), 'locator("xpath=//a")'),
        (Query((parse('a[href="/"]'), Nth(0))), 'locator("a[href=\\"/\\"]").first'),
        (Query((parse("li"), HasText("Tea"), Nth(-1))), 'locator("li").filter(has_text="Tea").last'),
        (
            Query((parse("li"), Has(Query((parse("b"),))), Nth(2))),
            'locator("li").filter(has=locator("b")).nth(2)',
        ),
        (Query((parse("a"), OnlyVisible(True))), 'locator("a").filter(visible=True)'),
        (
            Query((parse("a"), Intersection(Query((parse("b"),))), Alternative(Query((parse("i"),))))),
            'locator("a").and_(locator("b")).or_(locator("i"))',
        ),
        (Query((parse("ul"), Chain(Query((Text("x"),))))), 'locator("ul").locator(get_by_text("x"))'),
    ],
)
def test_a_query_reads_as_the_code_that_made_it(query: Query, expected: str) -> None:
    assert str(query) == expected
