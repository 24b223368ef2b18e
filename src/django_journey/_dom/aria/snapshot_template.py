"""Parses the templates of ``to_match_aria_snapshot``: YAML whose keys are roles with names and states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from django_journey._dom.aria.native_roles import number
from django_journey._dom.aria.yaml_subset import YamlError, YamlList, YamlMap, YamlNode, YamlScalar, read_yaml
from django_journey._dom.tree.patterns import from_javascript, search
from django_journey._dom.tree.white_space import normalize
from django_journey.errors import Error

__all__ = ["RoleTemplate", "TextTemplate", "read_template"]

_MODES = ("contain", "equal", "deep-equal")
_TRISTATE = {"true": True, "false": False, "mixed": "mixed"}
_BOOLEAN = {"true": True, "false": False}
_STATES: dict[str, tuple[dict[str, Any], str]] = {
    "checked": (_TRISTATE, 'a boolean or "mixed"'),
    "disabled": (_BOOLEAN, "a boolean"),
    "expanded": (_BOOLEAN, "a boolean"),
    "active": (_BOOLEAN, "a boolean"),
    "invalid": (
        {**_BOOLEAN, "grammar": "grammar", "spelling": "spelling"},
        'a boolean, "grammar" or "spelling"',
    ),
    "pressed": (_TRISTATE, 'a boolean or "mixed"'),
    "selected": (_BOOLEAN, "a boolean"),
}


@dataclass(slots=True)
class TextTemplate:
    """A text to match: literally, normalized, or as a pattern between slashes."""

    raw: str

    @property
    def normalized(self) -> str:
        """The text with normalized white space."""
        return normalize(self.raw)

    def fits(self, text: str | None) -> bool:
        """Return whether a text of the snapshot matches."""
        if not self.normalized:
            return True
        if not text:
            return False
        if text in (self.normalized, self.raw):
            return True
        if len(self.raw) > 1 and self.raw.startswith("/") and self.raw.endswith("/"):
            try:
                return search(from_javascript(self.raw[1:-1]), text)
            except Error:
                return False  # not a pattern, and as a text it does not match
        return False


@dataclass(slots=True)
class RoleTemplate:
    """A node to match: its role, and whatever else is given."""

    role: str
    name: str | re.Pattern[str] = ""
    states: dict[str, Any] = field(default_factory=dict)
    url: TextTemplate | None = None
    mode: str = ""
    children: list[RoleTemplate | TextTemplate] = field(default_factory=list)


def read_template(text: str) -> RoleTemplate | TextTemplate:
    """Parse a template.

    Raises:
        Error: It is invalid; the message is Playwright's.
    """
    try:
        tree = read_yaml(text)
    except YamlError as error:
        raise Error(str(error)) from None
    if not isinstance(tree, YamlList):
        raise Error('Aria snapshot must be a YAML sequence, elements starting with " -"')
    fragment = RoleTemplate("fragment")
    _fill(fragment, tree)
    if len(fragment.children) == 1 and fragment.mode in ("", "contain"):
        return fragment.children[0]
    return fragment


def _fill(into: RoleTemplate, items: YamlList) -> None:
    for item in items.items:
        if isinstance(item, YamlScalar) and isinstance(item.value, str):
            into.children.append(_Key(item.value).read())
        elif isinstance(item, YamlMap):
            for key, value in item.entries:
                _entry(into, key, value)
        else:
            raise Error("Sequence items should be strings or maps")


def _entry(into: RoleTemplate, key: YamlScalar, value: YamlNode) -> None:
    if not isinstance(key.value, str):
        raise Error("Only string keys are supported")
    said = value.value if isinstance(value, YamlScalar) and isinstance(value.value, str) else None
    if key.value == "text":
        if said is None:
            raise Error("Text value should be a string")
        into.children.append(TextTemplate(said))
    elif key.value == "/children":
        if said not in _MODES:
            raise Error('Strict value should be "contain", "equal" or "deep-equal"')
        into.mode = str(said)
    elif key.value.startswith("/"):
        if said is None:
            raise Error("Property value should be a string")
        if key.value == "/url":
            into.url = TextTemplate(said)
    else:
        _child(into, _Key(key.value).read(), value)


def _child(into: RoleTemplate, node: RoleTemplate, value: YamlNode) -> None:
    if isinstance(value, YamlList):
        _fill(node, value)
        into.children.append(node)
        return
    if not isinstance(value, YamlScalar):
        raise Error("Map values should be strings or sequences")
    if value.value is None:
        raise Error("Node value should be a string or a sequence")
    into.children.append(replace(node, children=[TextTemplate(value.text)]))


class _Key:
    """Parses a key: role, name, states."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> RoleTemplate:
        self.spaces()
        node = RoleTemplate(self.word("role"))
        self.spaces()
        node.name = self.name()
        while True:
            self.spaces()
            if self.peek() != "[":
                break
            self.at += 1
            self.state(node)
        if self.at < len(self.text):
            raise self.error("Unexpected input")
        return node

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def spaces(self) -> None:
        while self.peek().isspace():
            self.at += 1

    def word(self, what: str) -> str:
        if self.at >= len(self.text):
            raise self.error(f"Unexpected end of input when expecting {what}")
        found = re.compile("[a-zA-Z]*").match(self.text, self.at)
        word = found.group() if found else ""
        self.at += len(word)
        return word

    def name(self) -> str | re.Pattern[str]:
        if self.peek() == '"':
            return normalize(self.quoted())
        if self.peek() == "/":
            source = self.pattern()
            return from_javascript(source)
        return ""

    def quoted(self) -> str:
        out = ""
        self.at += 1
        while (char := self.take()) != '"':
            if not char:
                raise self.error("Unterminated string")
            out += self.take() if char == "\\" else char
        return out

    def pattern(self) -> str:
        out = ""
        in_class = False
        self.at += 1
        while (char := self.take()) != "/" or in_class:
            if not char:
                raise self.error("Unterminated regex")
            out += char
            if char == "\\":
                out += self.take()
            elif char in "[]":
                in_class = char == "["
        return out

    def take(self) -> str:
        char = self.peek()
        self.at += len(char)
        return char

    def state(self, node: RoleTemplate) -> None:
        self.spaces()
        where = self.at
        name = self.word("attribute")
        self.spaces()
        said = ""
        if self.peek() == "=":
            self.at += 1
            self.spaces()
            where = self.at
            while self.peek() not in ("]", "") and not self.peek().isspace():
                said += self.take()
        self.spaces()
        if self.peek() != "]":
            raise self.error("Expected ]")
        self.at += 1
        self.apply(node, name, said or "true", where)

    def apply(self, node: RoleTemplate, name: str, said: str, where: int) -> None:
        if name == "level":
            level = number(said)
            if level is None:
                raise self.error('Value of "level" attribute must be a number', where)
            node.states[name] = level
        elif name in _STATES:
            known, wanted = _STATES[name]
            if said not in known:
                raise self.error(f'Value of "{name}" attribute must be {wanted}', where)
            if name != "active":
                node.states[name] = known[said]
        else:
            raise self.error(f"Unsupported attribute [{name}]", where)

    def error(self, message: str, where: int = 0) -> Error:
        return Error(f"{message}:\n\n{self.text}\n{' ' * (where or self.at)}^\n")
