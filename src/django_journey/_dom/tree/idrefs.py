"""Resolves attributes that refer to other elements by ID, within the same tree."""

from __future__ import annotations

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees, tree_root
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import by_id

__all__ = ["referenced"]


def referenced(doc: Document, el: Element, value: str | None, *, once: bool = True) -> list[Element]:
    """Return the elements that a list of IDs refers to, in the order of the list.

    Args:
        doc: The document.
        el: The element with the attribute; IDs are looked up in its own tree (document or shadow tree).
        value: The attribute's value.
        once: Whether to leave out duplicates.
    """
    if not value:
        return []
    found = [each for each in (_look_up(doc, el, name) for name in value.split()) if each is not None]
    return list(dict.fromkeys(found)) if once else found


def _look_up(doc: Document, el: Element, name: str) -> Element | None:
    if has_shadow_trees(doc):
        root = tree_root(el)
        if root is not None and root is not doc.tree:
            return next((each for each in root.select("[id]") if each.attr("id") == name), None)
    return by_id(doc, name)
