"""The only module that imports the HTML parser, turbohtml; the types here state what the package uses of it.

To use another parser, implement these protocols and functions with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Protocol, TypeGuard

import turbohtml

__all__ = [
    "Element",
    "Node",
    "ParentNode",
    "TextNode",
    "Tree",
    "copied",
    "decoded",
    "encoding_name",
    "form_end_tags",
    "fragment",
    "is_element",
    "is_html",
    "is_quirky",
    "is_svg",
    "is_text",
    "parent_element",
    "parse",
    "parse_inert",
    "positions",
]


class Node(Protocol):
    """A node of the tree. The same node is always the same object, so it can be a dictionary key."""

    @property
    def parent(self) -> ParentNode | None: ...
    @property
    def children(self) -> Sequence[Node]: ...
    @property
    def previous_sibling(self) -> Node | None: ...
    @property
    def next_sibling(self) -> Node | None: ...
    @property
    def ancestors(self) -> Iterator[Node]: ...
    @property
    def assigned_slot(self) -> Element | None: ...
    @property
    def text(self) -> str: ...
    def replace_with(self, node: Any, /) -> None: ...
    def decompose(self) -> None: ...


class TextNode(Node, Protocol):
    """A text node, CDATA sections included."""


class ParentNode(Node, Protocol):
    """A node with elements in it: an element, a document, a shadow root or a template's content."""

    @property
    def html(self) -> str: ...
    def select(self, selector: str, /) -> Sequence[Element]: ...
    def select_one(self, selector: str, /) -> Element | None: ...
    def xpath(self, expression: str, /) -> object: ...
    def iter_elements(self) -> Iterator[Element]: ...


class Element(ParentNode, Protocol):
    """An element, its attributes, and queries by the parser's selector engine; HTML tags are in lower case."""

    @property
    def tag(self) -> str: ...
    @property
    def namespace(self) -> object: ...
    @property
    def attrs(self) -> Attributes: ...
    @property
    def shadow_root(self) -> ParentNode | None: ...
    @property
    def inner_html(self) -> str: ...
    def attr(self, name: str, /) -> str | None:
        """The attribute's raw value, or ``None``."""

    def matches(self, selector: str, /) -> bool: ...
    def closest(self, selector: str, /) -> Element | None: ...
    def css_path(self) -> str: ...
    def assigned_nodes(self) -> Sequence[Node]: ...
    def set_text(self, text: str, /) -> None: ...
    def set_inner_html(self, html: str, /) -> None: ...
    def insert_adjacent_html(self, position: str, html: str, /) -> None: ...


class Attributes(Protocol):
    """An element's attributes: names and changes. ``Element.attr`` returns a value."""

    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __setitem__(self, name: str, value: str, /) -> None: ...
    def __delitem__(self, name: str, /) -> None: ...


class Tree(ParentNode, Protocol):
    """A parsed document."""

    @property
    def encoding(self) -> str | None: ...


def parse(markup: str | bytes, *, encoding: str | None = None) -> Tree:
    """Parse a document as a browser with scripting does (``noscript`` contains raw text).

    Args:
        markup: The document. Bytes are decoded by the HTML Living Standard's encoding sniffing.
        encoding: The charset label of the ``Content-Type`` header, if it has one.

    Raises:
        LookupError: ``encoding`` is not a label of the WHATWG Encoding Standard.
    """
    return turbohtml.parse(markup, encoding=encoding, scripting=True, positions=False)


def fragment(markup: str) -> ParentNode:
    """Parse markup as a script does, as the content of a template, which may hold any element; return that content.

    Its nodes can be moved into another tree and stay the same objects. ``noscript`` contains elements there.
    """
    holder = parse_inert(f"<body><template>{markup}</template></body>")
    content: Any = holder.select("template")[0].children[0]
    return content  # type: ignore[no-any-return]


def parse_inert(markup: str) -> Tree:
    """Parse a document as a script's ``DOMParser`` does: ``noscript`` contains elements."""
    return turbohtml.parse(markup, scripting=False, positions=False)


def copied(node: Node) -> Any:
    """Return a deep copy of a node, outside of any tree."""
    return deepcopy(node)


def encoding_name(label: str) -> str | None:
    """Return the WHATWG name of the encoding with that label, or ``None``."""
    try:
        return turbohtml.parse(b"", encoding=label).encoding
    except LookupError:
        return None


def decoded(sequences: Sequence[bytes], encoding: str) -> list[str]:
    """Decode byte sequences without line breaks by the Encoding Standard."""
    page = turbohtml.parse(b"<plaintext>" + b"\n".join(sequences), encoding=encoding)
    return page.select("plaintext")[0].text.split("\n")


def is_element(node: object) -> TypeGuard[Element]:
    """Return whether a node is an element."""
    return isinstance(node, turbohtml.Element)


def parent_element(node: Node) -> Element | None:
    """Return a node's parent if it is an element, otherwise ``None``."""
    parent = node.parent
    return parent if isinstance(parent, turbohtml.Element) else None


def is_html(el: Element) -> bool:
    """Return whether an element is of HTML, not of SVG or MathML."""
    return el.namespace is turbohtml.Namespace.HTML


def is_svg(el: Element) -> bool:
    """Return whether an element is of SVG."""
    return el.namespace is turbohtml.Namespace.SVG


def is_quirky(tree: Tree) -> bool:
    """Return whether a document is in quirks mode, because it has no doctype."""
    return not any(isinstance(node, turbohtml.Doctype) for node in tree.children)


def is_text(node: object) -> TypeGuard[TextNode]:
    """Return whether a node is text (CDATA included)."""
    return isinstance(node, turbohtml.Text)


def positions(markup: str, tree: Tree) -> dict[Element, tuple[int, int]]:
    """Return the position of each element's start tag in the source (line and column).

    Pages are parsed without positions because that is faster; the few that need them are parsed again here.

    Args:
        markup: The decoded source of the tree.
        tree: The tree, unchanged since it was parsed.
    """
    again = turbohtml.parse(markup, scripting=True, positions=True)
    pairs = zip(tree.iter_elements(), again.iter_elements(), strict=False)
    return {mine: twin.position for mine, twin in pairs if mine.tag == twin.tag and twin.position}


def form_end_tags(markup: str) -> list[tuple[int, int]]:
    """Return the positions of form end tags in the source (line and column), except those in templates."""
    found = []
    templates = 0
    for token in turbohtml.tokenize(markup, resolve_references=False, capture_attributes=False):
        if token.tag == "template":
            templates += 1 if token.type is turbohtml.TokenType.START_TAG else -1 if templates else 0
        elif token.tag == "form" and not templates and token.type is turbohtml.TokenType.END_TAG:
            found.append((token.line, token.col))
    return found
