r"""The ``pattern`` attribute: JavaScript's regular expressions with the ``v`` flag, valid and invalid."""

from __future__ import annotations

import pytest

from django_journey._dom.forms import js_regex
from django_journey._dom.forms.js_regex import InvalidPattern, compile_pattern
from django_journey.errors import NeedsBrowser


@pytest.mark.parametrize(
    ("source", "text", "fits"),
    [
        ("[a-z]+", "abc", True),
        ("[a-z]+", "abc\n", False),
        (r"\d{3,5}", "1234", True),
        (r"\d+", "١٢", False),
        (r"\w+", "größe", False),
        (r"\s", "\u00a0", True),
        (r"[\w.\-]+", "a-b.c", True),
        ("[[a-z]--[aeiou]]+", "bcd", True),
        ("[[a-z]--[aeiou]]+", "abc", False),
        ("[[a-z]&&[aeiou]]", "a", True),
        ("[^a-c]", "😀", True),
        ("[^]", "\n", True),
        ("[]", "a", False),
        (r"(a)?b\1", "b", True),
        (r"(?<x>a)\k<x>", "aa", True),
        (r"\p{Lu}.*", "Äpfel", True),
        (r"\P{L}+", "123", True),
        (r"\u{1F600}", "😀", True),
        (r"\uD83D\uDE00", "😀", True),
        (r"(?=.*\d)(?=.*[a-z]).{8,}", "abcdefg1", True),
        (r"a|b", "b", True),
        (".", "\u2028", False),
        ("^ab$", "ab", True),
        (r"\bword\b", "word", True),
        (r"a\/b", "a/b", True),
        ("(?i:AB)c", "abc", True),
    ],
)
def test_a_pattern_matches_as_in_javascript(source: str, text: str, fits: bool) -> None:
    assert (compile_pattern(source).fullmatch(text) is not None) is fits


@pytest.mark.parametrize(
    "source",
    [
        r"[\w.-]+", "[a-", "(a", "a)", "a{,3}", r"\-", r"\_", "[(]", "*a", "a**", "[z-a]", r"\2(a)", "a{3,1}",
        "[a&&&b]", "(?>a)", "(?P<n>a)", r"[\d-z]", "[a--b&&c]", "{", "]", r"\u{110000}", "a++", "[^^^]", r"\k<x>",
    ],
)  # fmt: skip
def test_a_pattern_that_is_invalid_in_javascript_is_rejected(source: str) -> None:
    with pytest.raises(InvalidPattern):
        compile_pattern(source)


@pytest.mark.parametrize("source", [r"\p{Script=Greek}", r"(?<=a+)b", "(?s:.)"])
def test_a_pattern_that_python_can_not_express_needs_a_browser(source: str) -> None:
    with pytest.raises(NeedsBrowser):
        compile_pattern(source)


@pytest.mark.parametrize(
    "source",
    [
        "[a-z&&[aeiou]]+", "[a-z--b]", "[[aeiou]&&a-z]", "[a&&&b]", "[a&&b--c]", "[^\\q{ab}]", "[\\q{\\d}]", "[a!!b]",
        "[()]", "[a-]", "[^[\\q{ab}]&&\\q{ab}]",
    ],
)  # fmt: skip
def test_a_class_that_the_v_flag_forbids_is_rejected(source: str) -> None:
    with pytest.raises(InvalidPattern):
        compile_pattern(source)


@pytest.mark.parametrize(
    ("source", "fits", "differs"),
    [
        ("[[a-z]&&[aeiou]]+", ["a", "ou"], ["b", "ab"]),
        ("[[a-z]--[aeiou]]+", ["b", "xyz"], ["a"]),
        ("[\\q{ab|c}d]+", ["ab", "abcd", "d"], ["a", "b"]),
        ("[\\q{abc|ab}]c?", ["abc", "ab", "abcc"], ["c"]),
        ("[\\q{}a]b", ["b", "ab"], ["a"]),
        ("[\\q{ab|cd|e}&&\\q{cd|e|f}]", ["cd", "e"], ["ab", "f"]),
        ("[\\q{ab|cd}--\\q{ab}]", ["cd"], ["ab"]),
        ("[^\\q{a|b}]", ["c"], ["a", "b"]),
        ("[\\w--\\d]", ["a", "_"], ["1"]),
    ],
)
def test_the_v_flag_s_classes_are_sets(source: str, fits: list[str], differs: list[str]) -> None:
    pattern = compile_pattern(source)
    assert all(pattern.fullmatch(text) for text in fits)
    assert not any(pattern.fullmatch(text) for text in differs)


def test_the_characters_of_a_property_are_cached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compile_pattern("\\p{Nd}a")
    monkeypatch.setattr(js_regex, "unicodedata", None)
    assert compile_pattern("\\p{Nd}b").fullmatch("7b")
