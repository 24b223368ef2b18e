"""Texts as ``expect`` compares them: strings normalised where Playwright does, patterns on the raw text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django_journey.dom.patterns import search
from django_journey.dom.queries import TextPattern
from django_journey.dom.text import normalize
from django_journey.errors import Error

__all__ = ["Expected", "expected_texts", "fits_in_order", "is_several"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One text that is expected.

    Args:
        text: A string or a pattern.
        substring: A string may be a part of what there is.
        normalized: White space of strings is collapsed before they are compared.
        ignore_case: Letter case; ``None`` leaves it to the pattern's own flags, and counts for strings.
    """

    text: TextPattern
    substring: bool = False
    normalized: bool = False
    ignore_case: bool | None = None

    def fits(self, received: str) -> bool:
        """Tell whether a text is what was expected."""
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
    """Tell whether a list of texts is expected."""
    return isinstance(expected, Sequence) and not isinstance(expected, str)


def expected_texts(
    items: Any, *, substring: bool = False, normalized: bool = False, ignore_case: bool | None = None
) -> list[Expected]:
    """Check and wrap what a test expects.

    Args:
        items: A list or tuple of strings and patterns.
        substring: See ``Expected``.
        normalized: See ``Expected``.
        ignore_case: See ``Expected``.

    Raises:
        Error: It holds something else.
    """
    if not isinstance(items, list | tuple):
        raise Error("Expected a list or tuple of strings or patterns")
    for item in items:
        if not isinstance(item, str | re.Pattern):
            raise Error("value must be a string or regular expression")
    return [Expected(item, substring, normalized, ignore_case) for item in items]


def fits_in_order(expected: Sequence[Expected], received: Sequence[str], *, whole: bool) -> bool:
    """Tell whether each expected text is met, in order.

    Args:
        expected: What is expected.
        received: What there is.
        whole: Nothing else may be there; otherwise some may be left over in between.
    """
    if whole and len(expected) != len(received):
        return False
    rest = iter(received)
    return all(any(one.fits(text) for text in rest) for one in expected)
