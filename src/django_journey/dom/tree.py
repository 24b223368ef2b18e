"""Walks of the tree that several rules need: elements in tree order without what templates hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.parser import is_element, is_text

__all__ = ["ancestors", "by_id", "child_text", "has", "is_connected", "position", "select"]


def ancestors(el: Any) -> Iterator[Any]:
    """Yield the element's ancestors that are elements, nearest first."""
    node = el.parent
    while node is not None and is_element(node):
        yield node
        node = node.parent


def is_connected(el: Any) -> bool:
    """Tell whether the element is in the document itself, not in a template's content."""
    top = el
    for top in ancestors(el):  # noqa: B007 - the last one is what is wanted
        pass
    return bool(top.tag == "html")


def has(el: Any, name: str) -> bool:
    """Tell whether the element has the attribute, whatever its value (a boolean attribute is true then)."""
    return el.attr(name) is not None


def child_text(el: Any) -> str:
    """Return the text that stands directly in the element (the DOM's child text content)."""
    return "".join(child.text for child in el.children if is_text(child))


def select(doc: Document, css: str, scope: Any = None) -> list[Any]:
    """Return the elements that a plain CSS selector fits, in tree order, contents of templates left out.

    Args:
        doc: The document.
        css: A selector of the parser's own engine.
        scope: The element to look in, or nothing for the whole document.
    """
    found = list((doc.tree if scope is None else scope).select(css))
    if doc.keep("tree.templates", lambda: bool(doc.tree.select("template"))):
        return [el for el in found if is_connected(el)]
    return found


def position(doc: Document, el: Any) -> int:
    """Return the element's place in tree order, to sort and to compare by."""
    order = doc.keep("tree.order", lambda: {each: n for n, each in enumerate(doc.tree.iter_elements())})
    return order.get(el, -1)


def by_id(doc: Document, wanted: str) -> Any:
    """Return the first element in tree order with that ID, or ``None``."""
    ids = doc.keep("tree.ids", lambda: _ids(doc))
    return ids.get(wanted) if wanted else None


def _ids(doc: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for el in select(doc, "[id]"):
        found.setdefault(el.attr("id") or "", el)
    return found
