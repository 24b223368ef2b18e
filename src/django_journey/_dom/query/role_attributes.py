"""The attribute conditions of the ``role=`` engine: ``button[name="Save"i][pressed]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django_journey._dom.tree.patterns import from_javascript
from django_journey.errors import Error

__all__ = ["Condition", "parse_attributes"]

_OPERATOR = re.compile(r"[*^$~|]?=")
_WORD = re.compile(r"[\w\-]+")
_PATTERN = re.compile(r"/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+)/([a-z]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ``[name operator value]``; the operator of a bare ``[name]`` is ``truthy``."""

    name: str
    operator: str
    value: Any
    case_sensitive: bool = True


def parse_attributes(source: str, *, allow_unquoted: bool) -> tuple[str, list[Condition]]:
    """Parse ``name[condition]…``.

    Args:
        source: The text after ``role=``.
        allow_unquoted: Whether values may be unquoted.

    Raises:
        Error: It is invalid; the message names the position.
    """
    reader = _AttributeReader(source, allow_unquoted)
    reader.spaces()
    name = reader.take(_WORD)
    reader.spaces()
    conditions: list[Condition] = []
    while reader.peek() == "[":
        conditions.append(reader.condition())
        reader.spaces()
    if reader.peek():
        raise reader.fail()
    if not name and not conditions:
        raise Error(f'Error while parsing selector "{source}" - selector cannot be empty')
    return name, conditions


class _AttributeReader:
    def __init__(self, source: str, allow_unquoted: bool) -> None:
        self.source = source
        self.allow_unquoted = allow_unquoted
        self.index = 0

    def peek(self) -> str:
        return self.source[self.index : self.index + 1]

    def fail(self) -> Error:
        if self.index >= len(self.source):
            return Error(f'Unexpected end of selector while parsing selector "{self.source}"')
        return Error(
            f'Error while parsing selector "{self.source}" - unexpected symbol "{self.peek()}" '
            f"at position {self.index}"
        )

    def spaces(self) -> None:
        while self.peek().isspace():
            self.index += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.index)
        if found is None:
            return ""
        self.index = found.end()
        return found.group()

    def condition(self) -> Condition:
        self.index += 1
        name = self._path()
        self.spaces()
        if self.peek() == "]":
            self.index += 1
            return Condition(name, "truthy", None)
        operator = self.take(_OPERATOR)
        if not operator:
            raise self.fail()
        self.spaces()
        value = self._value(operator)
        self.spaces()
        sensitive = True
        if self.peek().lower() in ("i", "s") and self.peek():
            sensitive = self.peek().lower() == "s"
            self.index += 1
            self.spaces()
        if self.peek() != "]":
            raise self.fail()
        self.index += 1
        if operator != "=" and not isinstance(value, str):
            raise Error(
                f'Error while parsing selector "{self.source}" - cannot use {operator} in attribute '
                f"with non-string matching value - {self._shown(value)}"
            )
        return Condition(name, operator, value, sensitive)

    @staticmethod
    def _shown(value: Any) -> str:
        return f"/{value.pattern}/" if isinstance(value, re.Pattern) else str(value).lower()

    def _path(self) -> str:
        words: list[str] = []
        while True:
            self.spaces()
            word = self.take(_WORD)
            if not word:
                raise self.fail()
            words.append(word)
            self.spaces()
            if self.peek() != ".":
                return ".".join(words)
            self.index += 1

    def _value(self, operator: str) -> Any:
        if self.peek() in ('"', "'"):
            return self._quoted()
        if self.peek() == "/":
            found = _PATTERN.match(self.source, self.index)
            if found is None:
                raise self.fail()
            if operator != "=":
                raise Error(
                    f'Error while parsing selector "{self.source}" - cannot use {operator} in attribute '
                    "with regular expression"
                )
            self.index = found.end()
            return from_javascript(*found.groups())
        end = self.index
        while end < len(self.source) and self.source[end] not in "] \t\n":
            end += 1
        word = self.source[self.index : end]
        if not word:
            raise self.fail()
        self.index = end
        return self._word(word)

    def _word(self, word: str) -> Any:
        if word in ("true", "false"):
            return word == "true"
        if self.allow_unquoted:
            return word
        try:
            return int(word)
        except ValueError:
            raise self.fail() from None

    def _quoted(self) -> str:
        closing = self.peek()
        self.index += 1
        out: list[str] = []
        while self.peek() != closing:
            if not self.peek():
                raise self.fail()
            if self.peek() == "\\" and self.index + 1 < len(self.source):
                self.index += 1
            out.append(self.peek())
            self.index += 1
        self.index += 1
        return "".join(out)
