"""The only room that knows the HTML parser: turbohtml, behind the few names that the rest of ``dom`` uses.

``Element`` states what an element must offer, so another parser can be put here by giving the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import turbohtml

__all__ = ["Element", "Node", "Tree", "is_comment", "is_element", "is_text", "parse"]


class Node(Protocol):
    """A node of the tree; the same node is always the same object, so it can be a dictionary's key."""

    @property
    def parent(self) -> Any: ...
    @property
    def text(self) -> str: ...
    @property
    def children(self) -> Sequence[Any]: ...


class Element(Node, Protocol):
    """An element: its lower-case tag, its attributes, and CSS look-ups by the parser's own engine."""

    @property
    def tag(self) -> str: ...
    @property
    def attrs(self) -> Any: ...
    @property
    def namespace(self) -> Any: ...
    @property
    def inner_html(self) -> str: ...
    @property
    def html(self) -> str: ...
    def attr(self, name: str, /) -> str | None:
        """The attribute's raw value, or ``None``."""

    def select(self, selector: str, /) -> Sequence[Any]: ...
    def matches(self, selector: str, /) -> bool: ...
    def closest(self, selector: str, /) -> Any: ...
    def iter_elements(self) -> Iterator[Any]: ...


Tree = turbohtml.Document


def parse(markup: str | bytes, *, encoding: str | None = None) -> turbohtml.Document:
    """Parse a document as a scripting browser does (``noscript`` holds raw text).

    Args:
        markup: The document; bytes are decoded by the HTML Living Standard's encoding sniffing.
        encoding: The label of the transport's charset (``Content-Type``), if it named one.

    Raises:
        LookupError: ``encoding`` is not a label of the WHATWG Encoding Standard.
    """
    return turbohtml.parse(markup, encoding=encoding, scripting=True, positions=False)


def is_element(node: object) -> bool:
    """Tell whether a node is an element."""
    return isinstance(node, turbohtml.Element)


def is_text(node: object) -> bool:
    """Tell whether a node is text (CDATA included)."""
    return isinstance(node, turbohtml.Text)


def is_comment(node: object) -> bool:
    """Tell whether a node is a comment."""
    return isinstance(node, turbohtml.Comment)
