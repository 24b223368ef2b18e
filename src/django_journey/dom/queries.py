"""What can be sought on a page, as plain data: each part of a query, and how it reads in a test."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal

from django_journey.dom.patterns import describe, quote
from django_journey.dom.selector_syntax import Css

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
    """Elements by their text, the innermost ones that fit.

    Args:
        text: What is sought.
        exact: Case and the whole text count.
        by_node: Compare with the single runs of text instead of the whole (``text="…"`` in selectors).
    """

    text: TextPattern
    exact: bool = False
    by_node: bool = False

    def describe(self) -> str:
        return f"get_by_text({describe(self.text)}{_exact(self.exact)})"


@dataclass(frozen=True, slots=True)
class Label:
    """Controls by the text of their label, ``aria-label`` or ``aria-labelledby``."""

    text: TextPattern
    exact: bool = False

    def describe(self) -> str:
        return f"get_by_label({describe(self.text)}{_exact(self.exact)})"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Elements by the raw value of an attribute."""

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
    """Elements by their test id, exactly."""

    __test__ = False
    text: TextPattern
    attribute: str = "data-testid"

    def describe(self) -> str:
        return f"get_by_test_id({describe(self.text)})"


Operator = Literal["=", "*=", "^=", "$=", "|=", "~="]


@dataclass(frozen=True, slots=True)
class Role:
    """Elements by their ARIA role, states and accessible name.

    Args:
        operator: How ``name`` is compared (``=`` is the whole name).
        exact: The case of ``name`` counts.
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
    """Elements by an XPath expression, relative to where it stands."""

    expression: str

    def describe(self) -> str:
        return f"locator({quote('xpath=' + self.expression)})"


@dataclass(frozen=True, slots=True)
class Nth:
    """The one at a place among those found, from 0; -1 is the last."""

    index: int

    def describe(self) -> str:
        return {0: "first", -1: "last"}.get(self.index, f"nth({self.index})")


@dataclass(frozen=True, slots=True)
class OnlyVisible:
    """Those found that are visible, or those that are not."""

    visible: bool

    def describe(self) -> str:
        return f"filter(visible={self.visible})"


@dataclass(frozen=True, slots=True)
class HasText:
    """Those found whose whole text has, or has not, a text in it."""

    text: TextPattern
    negated: bool = False
    exact: bool = False

    def describe(self) -> str:
        return f"filter({'has_not_text' if self.negated else 'has_text'}={describe(self.text)})"


@dataclass(frozen=True, slots=True)
class Has:
    """Those found within which something else is, or is not, found."""

    query: Query
    negated: bool = False

    def describe(self) -> str:
        return f"filter({'has_not' if self.negated else 'has'}={self.query})"


@dataclass(frozen=True, slots=True)
class Intersection:
    """Those found that another query finds too."""

    query: Query

    def describe(self) -> str:
        return f"and_({self.query})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Those found, and those that another query finds, in document order."""

    query: Query

    def describe(self) -> str:
        return f"or_({self.query})"


@dataclass(frozen=True, slots=True)
class Chain:
    """What another query finds within each of those found."""

    query: Query

    def describe(self) -> str:
        return f"locator({self.query})"


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector as it was written, in Playwright's selector language, and what it means.

    Args:
        source: The selector as it was written.
        parts: Its engines, from left to right.
        capture: The place of the part marked with ``*``, which gives the result.
    """

    source: str
    parts: tuple[Part, ...]
    capture: int | None = None

    def describe(self) -> str:
        return f"locator({quote(self.source)})"


@dataclass(frozen=True, slots=True)
class Unread:
    """A selector that can't be understood; looking for it says why."""

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
    """One after another, what is sought; each part within what the one before it found.

    ``str()`` of a query is what stands in a test, without the page:
    ``get_by_role("list").get_by_text("Tea").first``.
    """

    parts: tuple[Part, ...] = ()

    def then(self, *parts: Part) -> Query:
        """Return a query that goes on from this one."""
        return Query(self.parts + parts)

    def __str__(self) -> str:
        return ".".join(part.describe() for part in self.parts)


def _exact(exact: bool) -> str:
    return ", exact=True" if exact else ""
