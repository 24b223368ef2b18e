"""Compares texts as Playwright's ``expect``: strings with white space collapsed, patterns with the raw text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django_journey._dom.query.parts import TextPattern
from django_journey._dom.rendering.text import normalize
from django_journey._dom.tree.patterns import search
from django_journey.errors import Error

__all__ = ["Expected", "expected_texts", "is_several", "match_in_order"]


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected text.

    Args:
        text: A string or a pattern.
        substring: Whether a string may be a part of the received text.
        normalized: Whether white space is collapsed before strings are compared.
        ignore_case: Whether letter case is ignored; ``None``: by the flags of a pattern, and not for a string.
    """

    text: TextPattern
    substring: bool = False
    normalized: bool = False
    ignore_case: bool | None = None

    def matches(self, received: str) -> bool:
        """Tell whether a text is the expected one."""
        if isinstance(self.text, re.Pattern):
            return search(self._pattern(self.text), received)
        wanted = self.text
        if self.normalized:
            wanted, received = normalize(wanted), normalize(received)
        if self.ignore_case:
            wanted, received = wanted.lower(), received.lower()
        return wanted in received if self.substring else wanted == received

    def _pattern(self, pattern: re.Pattern[str]) -> re.Pattern[str]:
        if self.ignore_case is None:
            return pattern
        flags = pattern.flags & ~re.IGNORECASE
        return re.compile(pattern.pattern, flags | re.IGNORECASE if self.ignore_case else flags)


def is_several(expected: Any) -> bool:
    """Tell whether the argument is a list of texts."""
    return isinstance(expected, Sequence) and not isinstance(expected, str)


def expected_texts(
    items: Any, *, substring: bool = False, normalized: bool = False, ignore_case: bool | None = None
) -> list[Expected]:
    """Return the expected texts of a matcher's arguments.

    Args:
        items: A list or tuple of strings and patterns.
        substring: See ``Expected``.
        normalized: See ``Expected``.
        ignore_case: See ``Expected``.

    Raises:
        Error: One of them is something else.
    """
    if not isinstance(items, list | tuple):
        raise Error("Expected a list or tuple of strings or patterns")
    for item in items:
        if not isinstance(item, str | re.Pattern):
            raise Error("value must be a string or regular expression")
    return [Expected(item, substring, normalized, ignore_case) for item in items]


def match_in_order(expected: Sequence[Expected], received: Sequence[str], *, whole: bool) -> bool:
    """Tell whether the received texts match the expected ones, in order.

    Args:
        expected: The expected texts.
        received: The received texts.
        whole: Whether each of them must match; otherwise there may be others in between.
    """
    if whole and len(expected) != len(received):
        return False
    rest = iter(received)
    return all(any(one.matches(text) for text in rest) for one in expected)
