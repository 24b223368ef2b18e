"""The tree as it is shown: shadow trees in place of their hosts' children, slotted nodes in their slots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.parser import is_element

__all__ = [
    "assigned",
    "flat_parent",
    "has_shadow_trees",
    "host_of",
    "is_unslotted",
    "shown_children",
    "tree_root",
]


def has_shadow_trees(doc: Document) -> bool:
    """Tell whether the page may have shadow trees; without scripts only declarative ones can be."""
    return doc.keep("flat.shadows", lambda: _mentions(doc.markup))


def _mentions(markup: str | bytes) -> bool:
    return (
        b"shadowrootmode" in markup.lower()
        if isinstance(markup, bytes)
        else "shadowrootmode" in markup.lower()
    )


def flat_parent(doc: Document, el: Any) -> Any:
    """Return the element that an element is shown in: its slot, its shadow tree's host, or its parent."""
    parent = el.parent
    if parent is None:
        return None
    if is_element(parent):
        if has_shadow_trees(doc) and parent.shadow_root is not None:
            return el.assigned_slot or parent
        return parent
    return host_of(doc, parent)


def host_of(doc: Document, root: Any) -> Any:
    """Return the host of a shadow root; ``None`` for the root of any other tree."""
    if not has_shadow_trees(doc):
        return None
    return doc.keep("flat.hosts", lambda: _hosts(doc)).get(root)


def _hosts(doc: Document) -> dict[Any, Any]:
    hosts: dict[Any, Any] = {}
    todo = [doc.tree]
    while todo:
        for el in todo.pop().iter_elements():
            if (root := el.shadow_root) is not None:
                hosts[root] = el
                todo.append(root)
    return hosts


def tree_root(el: Any) -> Any:
    """Return the document, shadow root or template content that an element is in."""
    node = el
    while node is not None and is_element(node):
        node = node.parent
    return node


def is_unslotted(el: Any) -> bool:
    """Tell whether a node is a child of a shadow host that no slot takes up, so that it is not shown."""
    parent = el.parent
    return is_element(parent) and parent.shadow_root is not None and el.assigned_slot is None


def assigned(el: Any) -> Sequence[Any]:
    """Return the nodes that a slot shows in place of its own children; none for anything else."""
    if el.tag != "slot":
        return ()
    try:
        return tuple(el.assigned_nodes())
    except TypeError:  # a slot outside a shadow tree
        return ()


def shown_children(el: Any) -> Sequence[Any]:
    """Return the nodes shown within an element: of its shadow tree, slotted into it, or its own."""
    root = el.shadow_root
    if root is not None:
        return tuple(root.children)
    return assigned(el) or el.children
