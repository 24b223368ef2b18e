"""Reads CSS: cuts a style sheet into rules and declarations, and values into words.

Only the structure of CSS Syntax Level 3 that a cascade needs: comments, strings, escapes, urls and brackets
are understood so that nothing is cut inside them. turbohtml's own reader leaves at-rules out and knows no
style sheet of the browser, so it can't tell what ``@media`` hides; see ``cascade`` for what is built on this.
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
    """Take the comments out, those within strings left alone."""
    return _COMMENT.sub(lambda found: found.group(1) or " ", text) if "/*" in text else text


def items(text: str, *, nested: bool) -> Iterator[tuple[str, str | None]]:
    """Cut a list of rules (or a block's content) into its items.

    Args:
        text: CSS without comments.
        nested: Whether this is the content of a style rule, where ``;`` ends a declaration.

    Yields:
        The prelude and the block's content; ``None`` in its place where a ``;`` ended the item.
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
        yield text[start : body - 1].strip(), text[body:]  # an open block is closed by the end of the sheet
    elif prelude := text[start:].strip():
        yield prelude, None


def declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each declaration of a block (or of a ``style`` attribute): name, value, whether important."""
    for prelude, block in items(without_comments(text), nested=True):
        if block is None and (found := declaration(prelude)):
            yield found


def declaration(text: str) -> tuple[str, str, bool] | None:
    """Read one declaration: its name in lower case (custom properties keep theirs), value, importance."""
    found = _NAME.match(text)
    if found is None:
        return None
    name, value = unescape(found.group(1)), found.group(2).strip()
    important = False
    if "!" in value and (bang := _IMPORTANT.search(value)):
        value, important = value[: bang.start()].rstrip(), True
    return (name if name.startswith("--") else name.lower()), value, important


def split_top(text: str, separator: str = ",") -> list[str]:
    """Cut at a one-character separator that stands outside strings and brackets; the parts are stripped."""
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
    """Cut a value at white space outside strings and brackets; a slash is a word of its own."""
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
    """Return what a quoted string holds, or ``None`` for anything else."""
    if len(word) < 2 or word[0] not in "\"'":
        return None
    inner = word[1:-1] if word[-1] == word[0] else word[1:]
    return unescape(inner)


def unescape(text: str) -> str:
    """Replace CSS escapes by what they stand for (CSS Syntax 4.3.7)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    digits, newline, other = found.groups()
    if digits:
        code = int(digits, 16)
        return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
    return "" if newline else str(other)


def call_end(text: str, start: int) -> int:
    """Return where the bracket closes that was opened before ``start``."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    return len(text)
