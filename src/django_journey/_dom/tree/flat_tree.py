"""The flat tree (CSS Scoping 1, 3.2): shadow trees replace their hosts' children; slots hold the slotted nodes."""

from __future__ import annotations

from collections.abc import Sequence

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, Node, ParentNode, is_element

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
    """Return whether the page may have shadow trees. Without scripts, only declarative ones are possible."""
    return doc.tree_memo("flat.shadows", lambda: _mentions(doc.markup))


def _mentions(markup: str | bytes) -> bool:
    lowered = markup.lower()
    return b"shadowrootmode" in lowered if isinstance(lowered, bytes) else "shadowrootmode" in lowered


def flat_parent(doc: Document, el: Node) -> Element | None:
    """Return a node's parent in the flat tree: its slot, its shadow tree's host, or its parent element."""
    parent = el.parent
    if parent is None:
        return None
    if is_element(parent):
        if has_shadow_trees(doc) and parent.shadow_root is not None:
            return el.assigned_slot or parent
        return parent
    return host_of(doc, parent)


def host_of(doc: Document, root: ParentNode) -> Element | None:
    """Return the host of a shadow root; ``None`` for any other node."""
    if not has_shadow_trees(doc):
        return None
    return doc.tree_memo("flat.hosts", lambda: _hosts(doc)).get(root)


def _hosts(doc: Document) -> dict[ParentNode, Element]:
    hosts: dict[ParentNode, Element] = {}
    todo: list[ParentNode] = [doc.tree]
    while todo:
        for el in todo.pop().iter_elements():
            if (root := el.shadow_root) is not None:
                hosts[root] = el
                todo.append(root)
    return hosts


def tree_root(el: Element) -> ParentNode | None:
    """Return the root of an element's tree: a document, shadow root or template content."""
    node: ParentNode | None = el
    while is_element(node):
        node = node.parent
    return node


def is_unslotted(el: Node) -> bool:
    """Return whether a node is a child of a shadow host without a slot for it, and therefore not rendered."""
    parent = el.parent
    return is_element(parent) and parent.shadow_root is not None and el.assigned_slot is None


def assigned(el: Element) -> Sequence[Node]:
    """Return the nodes assigned to a slot; empty for any other element."""
    if el.tag != "slot":
        return ()
    try:
        return tuple(el.assigned_nodes())
    except TypeError:  # a slot outside a shadow tree
        return ()


def shown_children(el: Element) -> Sequence[Node]:
    """Return an element's children in the flat tree: its shadow tree's, the nodes slotted into it, or its own."""
    root = el.shadow_root
    if root is not None:
        return tuple(root.children)
    return assigned(el) or el.children
