"""How a value may be written in HTML, in URLs, in JSON and in Python."""

from __future__ import annotations

import json
import re
from html import escape
from urllib.parse import quote, quote_plus

__all__ = ["spellings"]

# These are written the same everywhere: most session keys and tokens.
_WRITTEN_ALIKE = re.compile(r"[A-Za-z0-9_.~-]+")

_in_ascii = json.JSONEncoder().encode
_in_unicode = json.JSONEncoder(ensure_ascii=False).encode


def spellings(value: str) -> tuple[str, ...]:
    """Return how a value may be written, the longest first."""
    if _WRITTEN_ALIKE.fullmatch(value):
        return (value,)
    escaped = escape(value)
    found = {
        value,
        escaped,
        escaped.replace("&#x27;", "&#39;"),
        escape(value, quote=False),
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        _in_ascii(value)[1:-1],
        _in_unicode(value)[1:-1],
        repr(value)[1:-1],
    }
    return tuple(sorted(found, key=len, reverse=True))
