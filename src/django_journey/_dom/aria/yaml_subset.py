"""Parses the subset of YAML that ARIA snapshots use: block sequences, block mappings and scalars.

Flow collections, anchors, tags and multiple documents are rejected, so that no YAML library is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["YamlError", "YamlList", "YamlMap", "YamlNode", "YamlScalar", "read_yaml"]

_COLON = re.compile(r":(?=\s|\Z)")
_COMMENT = re.compile(r"(?:^|\s)#.*\Z")
_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z"
)
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE = re.compile(r"'((?:[^']|'')*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\n\s*|.)", re.DOTALL)
_ESCAPES = dict(zip("ntrbf0ave", "\n\t\r\b\f\0\a\v\x1b", strict=True))
_BLOCK = re.compile(r"([|>])([-+]?)(\d?)([-+]?)\s*(?:#.*)?\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})


class YamlError(Exception):
    """The YAML is invalid, or not supported; the message names the position."""


@dataclass(slots=True)
class YamlScalar:
    """A scalar.

    Args:
        value: A string, a number, a boolean, or ``None``.
        text: The value as a string; numbers as in ECMAScript.
    """

    value: str | float | bool | None
    text: str = ""


@dataclass(slots=True)
class YamlList:
    """A sequence."""

    items: list[YamlNode]


@dataclass(slots=True)
class YamlMap:
    """A mapping, in order."""

    entries: list[tuple[YamlScalar, YamlNode]]


YamlNode = YamlScalar | YamlList | YamlMap


def read_yaml(text: str) -> YamlNode:
    """Parse a document.

    Raises:
        YamlError: It is invalid, or not supported.
    """
    reader = _YamlReader(text)
    node = reader.node(-1)
    if (line := reader.peek()) is not None:
        raise reader.error("All collection items must start at the same column", line[0])
    return node


class _YamlReader:
    """Parses line by line; the text after ``-`` is treated as a line with a larger indent."""

    def __init__(self, text: str) -> None:
        self.source = text.replace("\r\n", "\n").split("\n")
        self.lines = self.source.copy()
        self.at = 0

    def peek(self) -> tuple[int, str] | None:
        """Return the indent and the content of the next line that is neither blank nor a comment."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            content = line.lstrip(" ")
            if content.strip() and not content.startswith("#"):
                return len(line) - len(content), content.rstrip()
            self.at += 1
        return None

    def node(self, outer: int, *, in_map: bool = False) -> YamlNode:
        """Parse a node indented by more than ``outer``; a sequence in a mapping may have its key's indent."""
        line = self.peek()
        if line is None:
            return YamlScalar(None)
        indent, content = line
        if _is_item(content) and (indent > outer or (in_map and indent == outer)):
            return self.sequence(indent)
        if indent <= outer:
            return YamlScalar(None)
        return self.mapping_or_scalar(indent, outer)

    def sequence(self, indent: int) -> YamlList:
        items: list[YamlNode] = []
        while (line := self.peek()) is not None and line[0] == indent and _is_item(line[1]):
            rest = line[1][1:].lstrip(" ")
            if not rest or rest.startswith("#"):
                self.at += 1
                items.append(self.node(indent))
                continue
            column = indent + len(line[1]) - len(rest)
            self.lines[self.at] = " " * column + rest
            items.append(self.node(indent))
        return YamlList(items)

    def mapping_or_scalar(self, indent: int, outer: int) -> YamlNode:
        entries: list[tuple[YamlScalar, YamlNode]] = []
        while (line := self.peek()) is not None and line[0] == indent and not (entries and _is_item(line[1])):
            key, rest = self.key(line[1])
            if key is None:
                if entries:
                    raise self.error("Implicit map keys need to be followed by map values", indent)
                return self.scalar(line[1], indent, outer)
            column = indent + len(line[1]) - len(rest)
            entries.append((key, self.value(rest, column, indent)))
        return YamlMap(entries)

    def key(self, content: str) -> tuple[YamlScalar | None, str]:
        """Split a line into the key, or ``None``, and the text after the colon."""
        if content[0] in "\"'":
            found = (_DOUBLE if content[0] == '"' else _SINGLE).match(content)
            if found is None or not (colon := re.match(r"\s*:(?:\s+|\Z)", content[found.end() :])):
                return None, content
            return _quoted(found.group()), content[found.end() + colon.end() :]
        if content[0] in "|>[{&*!%@`":
            return None, content
        colon = _COLON.search(_uncommented(content))
        if colon is None:
            return None, content
        return _plain(content[: colon.start()].rstrip()), content[colon.end() :].lstrip()

    def value(self, rest: str, column: int, indent: int) -> YamlNode:
        if not _uncommented(rest):
            self.at += 1
            return self.node(indent, in_map=True)
        if rest[0] not in "\"'|>" and _COLON.search(_uncommented(rest)):
            raise self.error("Nested mappings are not allowed in compact mappings", column)
        return self.scalar(rest, column, indent)

    def scalar(self, content: str, column: int, outer: int) -> YamlScalar:
        if content[0] in "\"'":
            return self.quoted(content, column)
        if content[0] in "[{&*!%@`":
            raise self.error(f"A value that starts with {content[0]} must be quoted", column)
        if block := _BLOCK.match(content):
            return self.block(block, outer)
        self.at += 1
        words = [_uncommented(content)]
        while (line := self.peek()) is not None and line[0] > outer and not _is_item(line[1]):
            if _COLON.search(_uncommented(line[1])):
                raise self.error("Implicit keys need to be on a single line", line[0])
            words.append(_uncommented(line[1]))
            self.at += 1
        return _plain(" ".join(words))

    def quoted(self, content: str, column: int) -> YamlScalar:
        pattern = _DOUBLE if content[0] == '"' else _SINGLE
        start = self.at
        while (found := pattern.match(content)) is None:
            self.at += 1
            if self.at >= len(self.lines):
                self.at = start
                raise self.error(f"Missing closing {content[0]}quote", column)
            content = f"{content.rstrip()} {self.lines[self.at].strip()}"
        if _uncommented(content[found.end() :]).strip():
            raise self.error("Unexpected scalar at node end", column + found.end())
        self.at += 1
        return _quoted(found.group())

    def block(self, head: re.Match[str], outer: int) -> YamlScalar:
        """Parse a literal (``|``) or folded (``>``) block scalar."""
        style, chomp = head.group(1), head.group(2) or head.group(4)
        self.at += 1
        taken: list[str] = []
        inner = outer + int(head.group(3)) if head.group(3) else -1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            indent = len(line) - len(line.lstrip(" "))
            if line.strip():
                if inner < 0:
                    inner = indent
                if indent < inner or indent <= outer:
                    break
            taken.append(line[max(inner, 0) :] if line.strip() else "")
            self.at += 1
        text = "\n".join(taken)
        body = text.rstrip("\n")
        if style == ">":
            body = re.sub(r"(?<!\n)\n(?!\n)", " ", body)
        tail = "\n" if body and self.at < len(self.lines) else ""
        if chomp:
            tail = "" if chomp == "-" else text[len(text.rstrip("\n")) :] + "\n"
        return YamlScalar(body + tail, body + tail)

    def error(self, message: str, column: int) -> YamlError:
        line = self.source[self.at] if self.at < len(self.lines) else ""
        return YamlError(
            f"{message} at line {self.at + 1}, column {column + 1}:\n\n{line}\n{' ' * column}^\n"
        )


def _is_item(content: str) -> bool:
    return content == "-" or content.startswith("- ")


def _uncommented(text: str) -> str:
    return _COMMENT.sub("", text).rstrip() if "#" in text else text.rstrip()


def _quoted(text: str) -> YamlScalar:
    inner = text[1:-1]
    said = inner.replace("''", "'") if text[0] == "'" else _ESCAPE.sub(_unescaped, inner)
    return YamlScalar(said, said)


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "xuU" and len(code) > 1:
        return chr(int(code[1:], 16))
    return "" if code[0] == "\n" else _ESCAPES.get(code, code)


def _plain(text: str) -> YamlScalar:
    if text in _NULLS:
        return YamlScalar(None, "null")
    if text in _BOOLS:
        return YamlScalar(text.lower() == "true", text.lower())
    if _NUMBER.match(text):
        amount = float(int(text, 0)) if text[:2] in ("0x", "0o") else float(text)
        return YamlScalar(amount, _written(amount))
    return YamlScalar(text, text)


def _written(amount: float) -> str:
    if amount == int(amount) and abs(amount) < 1e21:
        return str(int(amount))
    return re.sub(r"e([-+])0", r"e\1", repr(amount))
