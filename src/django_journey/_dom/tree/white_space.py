"""White space as ECMAScript defines it, and texts trimmed, normalized and split by it."""

from __future__ import annotations

import re

__all__ = ["WHITE_SPACE", "normalize", "squeezed", "trim", "word_set"]

# The white space of ECMAScript's ``\s`` and ``trim``. Python's has some characters more and lacks others.
WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIMMED = (
    "\t\n\v\f\r \u00a0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES = re.compile(f"[{WHITE_SPACE}]+")
_INVISIBLE = re.compile("[\u200b\u00ad]")
_UNSPLIT = re.compile("[\ufeff\u200b\u00ad]")  # what Python's ``split`` leaves


def trim(text: str) -> str:
    """Strip white space as ECMAScript's ``String.prototype.trim`` does."""
    return text.strip(_TRIMMED)


def normalize(text: str) -> str:
    """Remove zero-width spaces and soft hyphens, strip, and collapse white space, as Playwright compares texts."""
    if "\u200b" in text or "\u00ad" in text:
        text = _INVISIBLE.sub("", text)
    return _SPACES.sub(" ", text.strip(_TRIMMED))


def squeezed(text: str) -> str:
    """Return a text without white space and invisible characters, in one case.

    If a text contains another one, normalized and in lower case or not, this holds for the squeezed texts too. The
    reverse is not true: it is a test that is quick, and that most texts fail.
    """
    text = "".join(text.split())
    return (text if text.isascii() else _UNSPLIT.sub("", text)).casefold()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())
