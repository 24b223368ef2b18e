"""Follows attributes that name other elements by their IDs, within the tree that they stand in."""

from __future__ import annotations

from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.flat_tree import has_shadow_trees, tree_root
from django_journey.dom.tree import by_id

__all__ = ["referenced"]


def referenced(doc: Document, el: Any, value: str | None, *, once: bool = True) -> list[Any]:
    """Return the elements that a list of IDs names, in the order of the list.

    Args:
        doc: The document.
        el: The element whose attribute it is; IDs are looked up in its own tree (document or shadow tree).
        value: The attribute's value.
        once: Whether an element that is named twice is returned once.
    """
    if not value:
        return []
    found = [each for each in (_look_up(doc, el, name) for name in value.split()) if each is not None]
    return list(dict.fromkeys(found)) if once else found


def _look_up(doc: Document, el: Any, name: str) -> Any:
    if has_shadow_trees(doc):
        root = tree_root(el)
        if root is not None and root is not doc.tree:
            return next((each for each in root.select("[id]") if each.attr("id") == name), None)
    return by_id(doc, name)
