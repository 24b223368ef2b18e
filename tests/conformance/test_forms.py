"""The comparison of forms with Chromium itself: it sees differences, shows them small, and finds none here."""

from __future__ import annotations

import random
from typing import Any

import pytest

from django_journey._dom.forms import submission as our_forms
from django_journey._dom.forms.js_regex import InvalidPattern, compile_pattern
from django_journey._dom.tree.urls import join
from django_journey.errors import NeedsBrowser
from tests.conformance.forms import chromium, run
from tests.dom.forms.test_owner import PAGES

pytestmark = pytest.mark.usefixtures("chromium")

TOKENS = [
    "a",
    "b",
    "[",
    "]",
    "(",
    ")",
    "|",
    "*",
    "?",
    "{2}",
    "{1,2}",
    "^",
    "$",
    ".",
    "\\d",
    "\\w",
    "-",
    "--",
    "&&",
]
TOKENS += [
    "\\-",
    "\\.",
    "/",
    "[^",
    "a-z",
    "(?:",
    "(?=",
    "(?!",
    "(?<n>",
    "\\1",
    "\\b",
    "0",
    "\\p{L}",
    "\\u0061",
    "{",
    "}",
]
# Classes of the ``v`` flag: operations, strings, classes in classes, doubled punctuation.
TOKENS += [
    "[a-z&&[aeiou]]",
    "[[a-z]--[aeiou]]",
    "[a&&",
    "[\\q{ab|c}]",
    "\\q{ab}",
    "[^\\q{a|b}]",
    "&&&",
    "!!",
    "[[a]",
    "&",
    "--b]",
]
TEXTS = ["", "a", "ab", "aa", "1", "-", "_", " ", "é", "a-b", "."]
# Hosts are whole here: how a browser mends a broken host is a matter of its own.
PARTS = [
    "a",
    "b.html",
    "/",
    "/x//",
    "\\x",
    "..",
    ".",
    "?",
    "#",
    "x=1",
    "%41",
    "%2e",
    "é",
    " ",
    "http:a",
    "https://h.org/",
]
PARTS += ["|", "'", '"', "<", "mailto:", ";", "=", "+"]


def test_generated_forms_send_what_chromium_sends() -> None:
    found = run(12, 7_000)
    assert found["differences"] == 0
    assert found["equal"] >= 10


def test_a_difference_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(our_forms, "urlencoded", lambda entries, encoding="UTF-8": "wrong=1")
    found: list[Any] = []
    run(6, 7_100, report=found.append, most=1)
    assert found
    assert len(found[0].page.acts) == 1
    assert "wrong=1" in str(found[0].ours.sent[0])


def test_controls_belong_to_the_forms_that_chromium_gives_them() -> None:
    ask = "[...document.querySelectorAll('input,textarea')].map(e => [e.name, e.form ? e.form.id : '0'])"
    with chromium() as browser:
        page = browser.new_page()
        for body in PAGES:
            page.set_content(f"<!doctype html><body>{body}")
            assert all(name[0] == form for name, form in page.evaluate(ask)), body


def test_random_patterns_mean_what_they_mean_in_chromium() -> None:
    rng = random.Random(1)
    pairs = [("".join(rng.choices(TOKENS, k=rng.randint(1, 7))), rng.choice(TEXTS)) for _ in range(2000)]
    ask = """pairs => pairs.map(([source, text]) => {
      try { new RegExp(source, 'v'); return new RegExp(`^(?:${source})$`, 'v').test(text) } catch { return null }
    })"""
    with chromium() as browser:
        theirs = browser.new_page().evaluate(ask, pairs)
    different = [
        (pair, expected)
        for pair, expected in zip(pairs, theirs, strict=True)
        if fits(*pair) not in (expected, "?")
    ]
    assert different == []


def fits(source: str, text: str) -> bool | str | None:
    try:
        return compile_pattern(source).fullmatch(text) is not None
    except InvalidPattern:
        return None
    except NeedsBrowser:
        return "?"


def test_random_urls_are_resolved_as_in_chromium() -> None:
    rng = random.Random(1)
    urls = ["".join(rng.choices(PARTS, k=rng.randint(1, 5))) for _ in range(2000)]
    base = "http://testserver/a/b?x=1#f"
    ask = (
        "([urls, base]) => urls.map(url => { try { return new URL(url, base).href } catch { return null } })"
    )
    with chromium() as browser:
        theirs = browser.new_page().evaluate(ask, [urls, base])
    different = [
        (url, expected)
        for url, expected in zip(urls, theirs, strict=True)
        if expected and expected.startswith("http") and resolved(base, url) != expected
    ]
    assert different == []


def resolved(base: str, url: str) -> str | None:
    try:
        return join(base, url)
    except ValueError:
        return None
