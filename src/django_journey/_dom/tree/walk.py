"""Walks of the tree: ancestors, children, elements by selector or ID; the contents of templates are left out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, Node, is_element, is_text

__all__ = [
    "ancestors",
    "by_id",
    "child_of",
    "child_text",
    "has",
    "is_connected",
    "position",
    "select",
    "with_ancestors",
    "with_deep_stack",
]

_T = TypeVar("_T")


def ancestors(el: Element) -> Iterator[Element]:
    """Yield the ancestors of an element that are elements, nearest first."""
    node = el.parent
    while is_element(node):
        yield node
        node = node.parent


def with_ancestors(doc: Document, css: str) -> set[Node]:
    """Return the elements that match a selector, and everything that contains one."""
    found: set[Node] = set()
    for el in select(doc, css):
        node: Node | None = el
        while node is not None and node not in found:
            found.add(node)
            node = node.parent
    return found


def with_deep_stack(compute: Callable[[], _T]) -> _T:
    """Return a result for a page that is nested too deeply for Python's recursion limit, which is raised for it.

    The recursion must be pure Python, which does not use the C stack.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 20_000)
    try:
        return compute()
    finally:
        sys.setrecursionlimit(limit)


def is_connected(el: Element) -> bool:
    """Return whether an element is in the document, not in a template's content."""
    top = el
    for top in ancestors(el):  # noqa: B007 - the last one is what is wanted
        pass
    return bool(top.tag == "html")


def has(el: Element, name: str) -> bool:
    """Return whether an element has an attribute, whatever its value; a boolean attribute is true then."""
    return el.attr(name) is not None


def child_of(el: Element, tag: str) -> Element | None:
    """Return the first child element with that tag, or ``None``."""
    return next((child for child in el.children if is_element(child) and child.tag == tag), None)


def child_text(el: Element) -> str:
    """Return the text directly in an element (the DOM's child text content)."""
    return "".join(child.text for child in el.children if is_text(child))


def select(doc: Document, css: str, scope: Element | None = None) -> list[Element]:
    """Return the elements that match a selector, in tree order, without the contents of templates.

    Args:
        doc: The document.
        css: A selector of the parser's engine.
        scope: The element to search in; ``None`` for the whole document.
    """
    found = list((doc.tree if scope is None else scope).select(css))
    if doc.tree_memo("tree.templates", lambda: bool(doc.tree.select("template"))):
        return [el for el in found if is_connected(el)]
    return found


def position(doc: Document, el: Element) -> int:
    """Return an element's index in tree order."""
    order = doc.tree_memo("tree.order", lambda: {each: n for n, each in enumerate(doc.tree.iter_elements())})
    return order.get(el, -1)


def by_id(doc: Document, wanted: str) -> Element | None:
    """Return the first element in tree order with that ID, or ``None``."""
    return doc.tree_memo("tree.ids", lambda: _ids(doc)).get(wanted) if wanted else None


def _ids(doc: Document) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for el in select(doc, "[id]"):
        found.setdefault(el.attr("id") or "", el)
    return found
