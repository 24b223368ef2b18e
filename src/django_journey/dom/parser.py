"""The only room that knows the HTML parser: turbohtml, behind the few names that the rest of ``dom`` uses.

``Element`` states what an element must offer, so another parser can be put here by giving the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import turbohtml

__all__ = [
    "Element",
    "Node",
    "Tree",
    "decoded",
    "encoding_name",
    "form_end_tags",
    "is_comment",
    "is_element",
    "is_html",
    "is_quirky",
    "is_text",
    "parent_element",
    "parse",
    "positions",
]


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


def encoding_name(label: str) -> str | None:
    """Return the WHATWG name of the encoding that the label means, or ``None`` where it means none."""
    try:
        return turbohtml.parse(b"", encoding=label).encoding
    except LookupError:
        return None


def decoded(sequences: Sequence[bytes], encoding: str) -> list[str]:
    """Return what each sequence of bytes without a line break stands for in an encoding of the Encoding Standard."""
    page = turbohtml.parse(b"<plaintext>" + b"\n".join(sequences), encoding=encoding)
    return page.select("plaintext")[0].text.split("\n")


def is_element(node: object) -> bool:
    """Tell whether a node is an element."""
    return isinstance(node, turbohtml.Element)


def parent_element(node: Any) -> Any:
    """Return a node's parent where that is an element, else ``None``."""
    parent = node.parent
    return parent if isinstance(parent, turbohtml.Element) else None


def is_html(el: Any) -> bool:
    """Tell whether an element is of HTML, not of SVG or MathML."""
    return bool(el.namespace is turbohtml.Namespace.HTML)


def is_quirky(tree: Any) -> bool:
    """Tell whether a document is laid out in quirks mode, for want of a doctype."""
    return not any(isinstance(node, turbohtml.Doctype) for node in tree.children)


def is_text(node: object) -> bool:
    """Tell whether a node is text (CDATA included)."""
    return isinstance(node, turbohtml.Text)


def is_comment(node: object) -> bool:
    """Tell whether a node is a comment."""
    return isinstance(node, turbohtml.Comment)


def positions(markup: str, tree: Any) -> dict[Any, tuple[int, int]]:
    """Return where each element's start tag stands in the source (line and column).

    Parsing without positions is what every page pays for; the few that need them are parsed again here.

    Args:
        markup: The source that the tree came from, decoded.
        tree: The tree as it was parsed, unchanged since.
    """
    again = turbohtml.parse(markup, scripting=True, positions=True)
    pairs = zip(tree.iter_elements(), again.iter_elements(), strict=False)
    return {mine: twin.position for mine, twin in pairs if mine.tag == twin.tag and twin.position}


def form_end_tags(markup: str) -> list[tuple[int, int]]:
    """Return where the form end tags stand in the source (line and column), those in templates left out."""
    found = []
    templates = 0
    for token in turbohtml.tokenize(markup, resolve_references=False, capture_attributes=False):
        if token.tag == "template":
            templates += 1 if token.type is turbohtml.TokenType.START_TAG else -1 if templates else 0
        elif token.tag == "form" and not templates and token.type is turbohtml.TokenType.END_TAG:
            found.append((token.line, token.col))
    return found
