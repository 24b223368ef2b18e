"""Splits CSS into rules, declarations and words.

It handles the part of CSS Syntax Level 3 that is needed to split at the right places: comments, strings, escapes,
URLs and brackets. turbohtml's own style engine ignores at-rules such as ``@media`` and has no user agent style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["call_end", "declarations", "items", "split_top", "string_value", "unescape", "words"]

_STRING = r'"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|\'(?:\\.|[^\'\\\n])*(?:\'|(?=\n)|\Z)'
_URL = r"url\(\s*(?![\"'\s])(?:\\.|[^)\\])*\)"
_COMMENT = re.compile(rf"({_STRING}|{_URL})|/\*.*?(?:\*/|\Z)", re.DOTALL | re.IGNORECASE)
_MARK = re.compile(rf"{_STRING}|{_URL}|\\.|[{{}}()\[\];]", re.DOTALL | re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\f\r]?|(\n)|(.))", re.DOTALL)
_AT = re.compile(r"\s*@")
_CUSTOM = re.compile(r"\s*--[^\s:{};]*\s*:")
_NAME = re.compile(r"\s*(-{0,2}[A-Za-z_\u0080-\U0010ffff\\][-\w\\\u0080-\U0010ffff]*)\s*:(.*)", re.DOTALL)
_IMPORTANT = re.compile(r"!\s*important\s*\Z", re.IGNORECASE)


def without_comments(text: str) -> str:
    """Remove comments, but not within strings."""
    return _COMMENT.sub(lambda found: found.group(1) or " ", text) if "/*" in text else text


def items(text: str, *, nested: bool) -> Iterator[tuple[str, str | None]]:
    """Split a list of rules, or the content of a block, into its items.

    Args:
        text: CSS without comments.
        nested: Whether this is the content of a style rule, where ``;`` ends a declaration.

    Yields:
        The prelude and the block's content, which is ``None`` if a ``;`` ended the item.
    """
    start = depth = brackets = 0
    body = -1
    for mark in _MARK.finditer(text):
        sign = mark.group()
        if len(sign) > 1:
            continue
        if sign == "{":
            body = body if depth else mark.end()
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0 and not (nested and _CUSTOM.match(text, start, body)):
                yield text[start : body - 1].strip(), text[body : mark.start()]
                start, brackets = mark.end(), 0
            depth = max(depth, 0)
        elif not depth:
            brackets = max(brackets + (sign in "([") - (sign in ")]"), 0)
            if sign == ";" and not brackets and (nested or _AT.match(text, start)):
                if prelude := text[start : mark.start()].strip():
                    yield prelude, None
                start = mark.end()
    if depth:
        yield text[start : body - 1].strip(), text[body:]  # the end of the sheet closes an open block
    elif prelude := text[start:].strip():
        yield prelude, None


def declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each declaration of a block or a ``style`` attribute: name, value, whether important."""
    for prelude, block in items(without_comments(text), nested=True):
        if block is None and (found := declaration(prelude)):
            yield found


def declaration(text: str) -> tuple[str, str, bool] | None:
    """Parse a declaration: name (in lower case, except custom properties), value, whether important."""
    found = _NAME.match(text)
    if found is None:
        return None
    name, value = unescape(found.group(1)), found.group(2).strip()
    important = False
    if "!" in value and (bang := _IMPORTANT.search(value)):
        value, important = value[: bang.start()].rstrip(), True
    return (name if name.startswith("--") else name.lower()), value, important


def split_top(text: str, separator: str = ",") -> list[str]:
    """Split at a one-character separator outside strings and brackets, and strip the parts."""
    if separator not in text:
        return [text.strip()]
    parts: list[str] = []
    start = depth = 0
    marks = re.compile(rf"{_MARK.pattern}|{re.escape(separator)}", re.DOTALL | re.IGNORECASE)
    for mark in marks.finditer(text):
        sign = mark.group()
        if sign in ("(", "[", "{"):
            depth += 1
        elif sign in (")", "]", "}"):
            depth -= 1
        elif sign == separator and depth <= 0:
            parts.append(text[start : mark.start()].strip())
            start = mark.end()
    parts.append(text[start:].strip())
    return parts


def words(value: str) -> list[str]:
    """Split a value at white space outside strings and brackets; a slash is a separate word."""
    found: list[str] = []
    word = ""
    depth = 0
    for piece in re.findall(rf"{_STRING}|\s+|[()/]|\\.|[^\s()/\"'\\]+", value, re.DOTALL):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
        elif not depth and (piece.isspace() or piece == "/" or piece[0] in "\"'"):
            if word:
                found.append(word)
            word = ""
            if not piece.isspace():
                found.append(piece)
            continue
        word += piece
    if word:
        found.append(word)
    return found


def string_value(word: str) -> str | None:
    """Return the content of a quoted string, or ``None`` if it is not one."""
    if len(word) < 2 or word[0] not in "\"'":
        return None
    inner = word[1:-1] if word[-1] == word[0] else word[1:]
    return unescape(inner)


def unescape(text: str) -> str:
    """Replace CSS escapes by their characters (CSS Syntax 3, 4.3.7)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    digits, newline, other = found.groups()
    if digits:
        code = int(digits, 16)
        return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
    return "" if newline else str(other)


def call_end(text: str, start: int) -> int:
    """Return the index of the bracket that closes the one before ``start``."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    return len(text)
