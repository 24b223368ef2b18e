"""Matches URLs with strings, globs, patterns and functions, as Playwright does."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django_journey._dom.tree.urls import join

__all__ = ["UrlPattern", "url_matches"]

UrlPattern = str | re.Pattern[str] | Callable[[str], Any]


def url_matches(url: str, wanted: UrlPattern, base_url: str) -> bool:
    """Tell whether a URL matches.

    Args:
        url: An absolute URL.
        wanted: A URL or path, possibly a glob with ``*``, ``**``, ``?`` and ``{a,b}``; a pattern that is searched;
            or a function.
        base_url: The URL that a path is resolved against.
    """
    if isinstance(wanted, re.Pattern):
        return wanted.search(url) is not None
    if callable(wanted):
        return bool(wanted(url))
    if wanted == "" or wanted == url:
        return True
    if wanted.startswith("*"):
        return _glob(wanted).fullmatch(url) is not None
    marked = _without_marks(wanted)
    try:
        absolute = _with_marks(join(base_url, marked))
    except ValueError:
        absolute = wanted
    return _glob(absolute).fullmatch(url) is not None


_MARKS = {"*": "jstar", "{": "jopen", "}": "jshut", "?": "jmark", "[": "jbrak", "]": "jtekc"}


def _without_marks(text: str) -> str:
    for mark in "*{}[]":
        text = text.replace(mark, _MARKS[mark])
    return text


def _with_marks(text: str) -> str:
    for mark in "*{}[]":
        text = text.replace(_MARKS[mark], mark)
    return text


@lru_cache(maxsize=256)
def _glob(text: str) -> re.Pattern[str]:
    """Return the pattern of a glob as Playwright reads it: ``*`` matches within a segment, ``**`` across them."""
    out: list[str] = []
    at, in_group = 0, False
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            at += 1
            out.append(re.escape(text[at]))
        elif char == "*":
            stars = len(text[at:]) - len(text[at:].lstrip("*"))
            before = text[at - 1] if at else ""
            after = text[at + stars : at + stars + 1]
            if stars > 1 and after == "/" and before in ("", "/"):
                out.append("((.+/)|)")
                at += 1
            else:
                out.append("(.*)" if stars > 1 else "([^/]*)")
            at += stars - 1
        elif char == "{":
            in_group = True
            out.append("(")
        elif char == "}":
            in_group = False
            out.append(")")
        elif char == "," and in_group:
            out.append("|")
        else:
            out.append(re.escape(char))
        at += 1
    return re.compile("".join(out), re.DOTALL)
