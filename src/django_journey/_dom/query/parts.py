"""Queries as data: the parts of a query, and how each is written in a test."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal

from django_journey._dom.query.selector_syntax import Css
from django_journey._dom.tree.patterns import describe, quote

__all__ = [
    "Alternative",
    "Attribute",
    "Chain",
    "Css",
    "Has",
    "HasText",
    "Intersection",
    "Label",
    "Nth",
    "OnlyVisible",
    "Part",
    "Query",
    "Role",
    "Selector",
    "TestId",
    "Text",
    "TextPattern",
    "Unread",
    "XPath",
]

TextPattern = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Text:
    """The innermost elements with a text.

    Args:
        text: The text, or a pattern.
        exact: Whether to match the whole text, case-sensitively.
        by_node: Whether to match single runs of text, as ``text="…"`` in selectors does.
    """

    text: TextPattern
    exact: bool = False
    by_node: bool = False

    def describe(self) -> str:
        return f"get_by_text({describe(self.text)}{_exact(self.exact)})"


@dataclass(frozen=True, slots=True)
class Label:
    """Controls with a label: ``<label>``, ``aria-label`` or ``aria-labelledby``."""

    text: TextPattern
    exact: bool = False

    def describe(self) -> str:
        return f"get_by_label({describe(self.text)}{_exact(self.exact)})"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Elements with an attribute value."""

    name: str
    text: TextPattern
    exact: bool = False

    def describe(self) -> str:
        call = {"placeholder": "get_by_placeholder", "alt": "get_by_alt_text", "title": "get_by_title"}.get(
            self.name
        )
        if call is None:
            return f"locator({quote(f'{self.name}={self.text}')})"
        return f"{call}({describe(self.text)}{_exact(self.exact)})"


@dataclass(frozen=True, slots=True)
class TestId:
    """Elements with a test id."""

    __test__ = False
    text: TextPattern
    attribute: str = "data-testid"

    def describe(self) -> str:
        return f"get_by_test_id({describe(self.text)})"


Operator = Literal["=", "*=", "^=", "$=", "|=", "~="]


@dataclass(frozen=True, slots=True)
class Role:
    """Elements with an ARIA role, states and an accessible name.

    Args:
        operator: How ``name`` is compared: an operator of attribute selectors.
        exact: Whether ``name`` is case-sensitive.
    """

    role: str
    checked: bool | Literal["mixed"] | None = None
    disabled: bool | None = None
    expanded: bool | None = None
    include_hidden: bool = False
    level: int | None = None
    name: TextPattern | None = None
    pressed: bool | Literal["mixed"] | None = None
    selected: bool | None = None
    exact: bool = False
    operator: Operator = "*="
    description: TextPattern | None = None
    description_exact: bool = False
    description_operator: Operator = "*="

    def describe(self) -> str:
        words = [quote(self.role)]
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("role", "operator", "description_exact", "description_operator", "exact"):
                continue
            if value is None or (item.name == "include_hidden" and not value):
                continue
            shown = describe(value) if isinstance(value, str | re.Pattern) else str(value)
            words.append(f"{item.name}={shown}")
        if self.exact and isinstance(self.name, str):
            words.append("exact=True")
        return f"get_by_role({', '.join(words)})"


@dataclass(frozen=True, slots=True)
class XPath:
    """Elements found by an XPath expression, relative to the scope."""

    expression: str

    def describe(self) -> str:
        return f"locator({quote('xpath=' + self.expression)})"


@dataclass(frozen=True, slots=True)
class Nth:
    """The match at an index, from 0; -1 for the last."""

    index: int

    def describe(self) -> str:
        return {0: "first", -1: "last"}.get(self.index, f"nth({self.index})")


@dataclass(frozen=True, slots=True)
class OnlyVisible:
    """The matches that are visible, or those that are not."""

    visible: bool

    def describe(self) -> str:
        return f"filter(visible={self.visible})"


@dataclass(frozen=True, slots=True)
class HasText:
    """The matches that contain a text, or those that do not."""

    text: TextPattern
    negated: bool = False
    exact: bool = False

    def describe(self) -> str:
        return f"filter({'has_not_text' if self.negated else 'has_text'}={describe(self.text)})"


@dataclass(frozen=True, slots=True)
class Has:
    """The matches within which another query finds something, or those within which it does not."""

    query: Query
    negated: bool = False

    def describe(self) -> str:
        return f"filter({'has_not' if self.negated else 'has'}={self.query})"


@dataclass(frozen=True, slots=True)
class Intersection:
    """The matches that another query finds too."""

    query: Query

    def describe(self) -> str:
        return f"and_({self.query})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """The matches of both queries, in document order."""

    query: Query

    def describe(self) -> str:
        return f"or_({self.query})"


@dataclass(frozen=True, slots=True)
class Chain:
    """The matches of another query within each match."""

    query: Query

    def describe(self) -> str:
        return f"locator({self.query})"


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector of Playwright's selector language.

    Args:
        source: The selector.
        parts: Its parts, from left to right.
        capture: The index of the part marked with ``*``, whose matches are the result.
    """

    source: str
    parts: tuple[Part, ...]
    capture: int | None = None

    def describe(self) -> str:
        return f"locator({quote(self.source)})"


@dataclass(frozen=True, slots=True)
class Unread:
    """An invalid selector. Running the query raises the error."""

    source: str

    def describe(self) -> str:
        return self.source


Part = (
    Css
    | Text
    | Label
    | Attribute
    | TestId
    | Role
    | XPath
    | Nth
    | OnlyVisible
    | HasText
    | Has
    | Intersection
    | Alternative
    | Chain
    | Selector
    | Unread
)


@dataclass(frozen=True, slots=True)
class Query:
    """A sequence of parts, each applied to the matches of the one before.

    ``str()`` returns the code without the page: ``get_by_role("list").get_by_text("Tea").first``.
    """

    parts: tuple[Part, ...] = ()

    def then(self, *parts: Part) -> Query:
        """Return this query with more parts."""
        return Query(self.parts + parts)

    def __str__(self) -> str:
        return ".".join(part.describe() for part in self.parts)


def _exact(exact: bool) -> str:
    return ", exact=True" if exact else ""
