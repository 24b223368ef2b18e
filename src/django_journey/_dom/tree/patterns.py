"""Regular expressions, Python's and those in selectors, matched as a browser matches them."""

from __future__ import annotations

import re
from functools import lru_cache

from django_journey.errors import Error, Explanation

__all__ = ["describe", "from_javascript", "search"]

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "g": 0, "u": 0, "v": 0, "y": 0, "d": 0}
_NAMES = {re.IGNORECASE: "re.IGNORECASE", re.MULTILINE: "re.MULTILINE", re.DOTALL: "re.DOTALL"}
_ALLOWED = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.UNICODE


def search(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether a text contains a match of a pattern, as in a browser.

    Python's ``$`` also matches before a final line break; here it does not, as in JavaScript.

    Raises:
        Error: The pattern has a flag that Playwright can't pass to a browser (``re.VERBOSE``, ``re.ASCII``).
    """
    return _as_in_browser(pattern).search(text) is not None


@lru_cache(maxsize=512)
def _as_in_browser(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if pattern.flags & ~_ALLOWED:
        raise Error(
            Explanation(
                f"{pattern!r} has a flag that a browser does not know",
                instead="use only re.IGNORECASE, re.MULTILINE and re.DOTALL",
            )
        )
    if "$" not in pattern.pattern or pattern.flags & re.MULTILINE:
        return pattern
    return re.compile(_strict_end(pattern.pattern), pattern.flags)


def _strict_end(source: str) -> str:
    r"""Replace each ``$`` that is neither escaped nor in a character class by ``\Z``."""
    out: list[str] = []
    in_class = False
    index = 0
    while index < len(source):
        char = source[index]
        if char == "\\" and index + 1 < len(source):
            out.append(source[index : index + 2])
            index += 2
            continue
        if char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        out.append(r"\Z" if char == "$" and not in_class else char)
        index += 1
    return "".join(out)


@lru_cache(maxsize=512)
def from_javascript(source: str, flags: str = "") -> re.Pattern[str]:
    """Compile a regular expression of a selector, such as ``text=/log ?in/i``.

    Args:
        source: The expression between the slashes.
        flags: JavaScript's flags; ``g``, ``u``, ``v``, ``y`` and ``d`` have no effect.

    Raises:
        Error: It is not a regular expression, or a flag is unknown.
    """
    value = 0
    for flag in flags:
        if flag not in _FLAGS:
            raise Error(f'Invalid flags supplied to RegExp constructor "{flags}" in /{source}/{flags}')
        value |= _FLAGS[flag]
    try:
        return re.compile(re.sub(r"\(\?<(?=[A-Za-z_$])", "(?P<", source), value)
    except re.error as error:
        raise Error(f"Invalid regular expression: /{source}/{flags}: {error}") from None


def describe(text: str | re.Pattern[str]) -> str:
    """Return a text or a pattern as Python source."""
    if isinstance(text, str):
        return quote(text)
    flags = [name for flag, name in _NAMES.items() if text.flags & flag]
    arguments = [f"r{quote(text.pattern)}" if '"' not in text.pattern else repr(text.pattern)]
    if flags:
        arguments.append(" | ".join(flags))
    if flags or '"' in text.pattern or "\\" in text.pattern:
        return f"re.compile({', '.join(arguments)})"
    return f're.compile("{text.pattern}")'


def quote(text: str) -> str:
    """Return a text as a Python string literal in double quotes, as in Playwright's messages."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
