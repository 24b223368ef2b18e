"""Parsing style sheets: rules, specificity, media, and what is dropped."""

from __future__ import annotations

import pytest

from django_journey._dom.css.media import media_matches, supports
from django_journey._dom.css.properties import longhands
from django_journey._dom.css.selectors import read_selectors
from django_journey._dom.css.stylesheet import read_sheet
from django_journey._dom.css.syntax import string_value, words


@pytest.mark.parametrize(
    ("selector", "weight"),
    [
        ("a", (0, 0, 1)),
        ("*", (0, 0, 0)),
        ("#a .b[c]:first-child d::before", (1, 3, 2)),
        (":is(#a, b) c", (1, 0, 1)),
        (":where(#a) c", (0, 0, 1)),
        (":not(.a, #b)", (1, 0, 0)),
        ("li:nth-child(2 of .a.b)", (0, 3, 1)),
        ("a:has(> #b)", (1, 0, 1)),
        (".a\\:b", (0, 1, 0)),
        ('[a="]"] > b', (0, 1, 1)),
    ],
)
def test_the_specificity_of_a_selector(selector, weight):
    (read,) = read_selectors(selector)
    assert read.specificity == weight


@pytest.mark.parametrize(
    ("selector", "kind", "key", "simple"),
    [
        (".a", "class", "a", True),
        ("p .a", "class", "a", False),
        ("p.a#b", "id", "b", False),
        ("DIV", "tag", "div", True),
        ("[hidden]", "attr", "hidden", False),
        (":first-child", "any", "", False),
        ("*", "any", "", True),
        (".a::after", "class", "a", True),
        (".\\31 0", "class", "10", True),
    ],
)
def test_the_index_key_of_a_selector(selector, kind, key, simple):
    (read,) = read_selectors(selector)
    assert (read.kind, read.key, read.simple) == (kind, key, simple)


@pytest.mark.parametrize(
    "beside",
    ["input:in-range", "select:has-slotted", "input::file-selector-button", "details::details-content"],
)
def test_selectors_that_are_valid_in_chromium_keep_their_list_valid(beside):
    assert "a" in [read.text for read in read_selectors(f"{beside}, a")]


@pytest.mark.parametrize(
    "selector", ["", "a,,b", "a:odd", "a::-moz-odd", "a[", "a:not(", "a::before b", "1a", "a:not(:odd)"]
)
def test_selectors_that_are_invalid_in_chromium(selector):
    assert read_selectors(selector) == ()


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("", True),
        ("all", True),
        ("print", False),
        ("print, screen", True),
        ("not print", True),
        ("only screen and (min-width: 1280px)", True),
        ("(min-width: 1281px)", False),
        ("(max-width: 79.9em)", False),
        ("(400px <= width <= 2000px)", True),
        ("(width > 1280px)", False),
        ("(orientation: landscape)", True),
        ("(min-aspect-ratio: 16/9)", True),
        ("(hover) and (pointer: fine)", True),
        ("(prefers-reduced-motion)", False),
        ("(prefers-color-scheme: light)", True),
        ("(not (min-width: 1px)) or (color)", True),
        ("(min-resolution: 2dppx)", False),
        ("(-webkit-min-device-pixel-ratio: 1)", True),
        ("(frobnicate: 1)", False),
        ("screen and (frobnicate)", False),
    ],
)
def test_media_queries_on_a_desktop(query, holds):
    assert media_matches(query) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("(display: grid)", True),
        ("not (display: grid)", False),
        ("(display: grid) and (-moz-appearance: none)", False),
        ("(display: grid) or (-moz-appearance: none)", True),
        ("selector(:has(a))", True),
        ("((display: flex))", True),
    ],
)
def test_feature_queries(condition, holds):
    assert supports(condition) is holds


@pytest.mark.parametrize(
    ("name", "value", "opened"),
    [
        (
            "padding",
            "1px 0",
            {"padding-top": "1px", "padding-right": "0", "padding-bottom": "1px", "padding-left": "0"},
        ),
        ("inset-inline", "0", {"left": "0", "right": "0"}),
        ("inline-size", "3px", {"width": "3px"}),
        ("display", "INLINE flex", {"display": "inline-flex"}),
        ("display", "odd", {}),
        ("width", "-1px", {}),
        ("color", "red", {}),
        ("border-top", "1px solid red", {"border-top-width": "1px", "border-top-style": "solid"}),
        ("flex", "1", {"flex-grow": "1", "flex-basis": "0"}),
        ("--x", "y", {"--x": "y"}),
    ],
)
def test_shorthands_are_expanded_and_invalid_values_dropped(name, value, opened):
    assert dict(longhands(name, value)) == opened


def test_strings_and_words_of_a_value():
    assert words("'a b' attr(x y) / \"c\"") == ["'a b'", "attr(x y)", "/", '"c"']
    assert string_value("'\\41 b\\'c'") == "Ab'c"
    assert string_value("none") is None


def test_the_same_text_is_parsed_once():
    assert read_sheet("a{display:none}") is read_sheet("a{display:none}")


def test_nested_rules_are_flattened():
    sheet = read_sheet("a{display:block;&:is(.b){display:none}> c{display:none}@media print{display:none}}")
    assert [[selector.text for selector in rule.selectors] for rule in sheet.rules] == [
        ["a"],
        [":is(a):is(.b)"],
        [":is(a) > c"],
    ]
