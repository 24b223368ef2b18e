"""White space as ECMAScript means it, which is how a browser's scripts trim and compare texts."""

from __future__ import annotations

import re

__all__ = ["WHITE_SPACE", "normalize", "trim"]

# White space as ECMAScript's ``\s`` and ``trim`` mean it; Python's own set differs in both directions.
WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIMMED = (
    "\t\n\v\f\r \u00a0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES = re.compile(f"[{WHITE_SPACE}]+")
_INVISIBLE = re.compile("[\u200b\u00ad]")


def trim(text: str) -> str:
    """Take white space off both ends, as ECMAScript's ``String.prototype.trim`` does."""
    return text.strip(_TRIMMED)


def normalize(text: str) -> str:
    """Take out zero-width spaces and soft hyphens, trim, and make each run of white space one space.

    This is how Playwright compares texts and names.
    """
    if "\u200b" in text or "\u00ad" in text:
        text = _INVISIBLE.sub("", text)
    return _SPACES.sub(" ", text.strip(_TRIMMED))
