"""The tree that assistive technology sees: roles, names and states, with the text between them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Literal

from django_journey.dom import aria, roles
from django_journey.dom.controls import value
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import assigned
from django_journey.dom.generated import added_text
from django_journey.dom.idrefs import referenced
from django_journey.dom.names import name_of
from django_journey.dom.parser import is_element, is_text
from django_journey.dom.sanitize import input_type
from django_journey.dom.visibility import showing_of
from django_journey.dom.white_space import normalize

__all__ = ["OutlineNode", "outline_tree"]

Tristate = bool | Literal["mixed"]
_DEEP = 20_000


@dataclass(slots=True, eq=False)
class OutlineNode:
    """A node of the outline; a state that its role does not have is ``None``.

    Args:
        role: Its role, or ``"fragment"`` for what holds the outermost nodes.
        name: Its accessible name, white space normalised.
        children: Nodes, and texts between them.
        url: The ``href`` of a link, as written.
        placeholder: The placeholder of a text box whose name is another.
    """

    role: str
    name: str = ""
    children: list[OutlineNode | str] = field(default_factory=list)
    url: str | None = None
    placeholder: str | None = None
    checked: Tristate | None = None
    disabled: bool | None = None
    expanded: bool | None = None
    invalid: bool | str | None = None
    level: int | None = None
    pressed: Tristate | None = None
    selected: bool | None = None


def outline_tree(doc: Document, el: Any) -> OutlineNode:
    """Return the outline of an element, in a fragment."""
    try:
        return _Builder(doc).fragment(el)
    except RecursionError:  # a page that nests hundreds deep; see names.name_of
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + _DEEP)
        try:
            return _Builder(doc).fragment(el)
        finally:
            sys.setrecursionlimit(limit)


class _Builder:
    """One walk of the page; every node is taken in once, also where ``aria-owns`` leads to it again."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.showing = showing_of(doc)
        self.styles = self.showing.styles
        self.visited: set[Any] = set()

    def fragment(self, el: Any) -> OutlineNode:
        root = OutlineNode("fragment")
        self.visit(root, el)
        _join_texts(root)
        return root

    def visit(self, into: OutlineNode, el: Any) -> None:
        if el in self.visited:
            return
        self.visited.add(el)
        if self.showing.is_hidden(el):
            return
        node = self.node(el)
        if node is not None:
            into.children.append(node)
        self.inside(node or into, el)

    def node(self, el: Any) -> OutlineNode | None:
        """Return the element's own node; ``None`` where it has no role to tell."""
        doc = self.doc
        if el.tag in ("iframe", "frame"):
            return OutlineNode("iframe")
        role = roles.role_of(doc, el)
        if role is None or role in ("presentation", "none"):
            return None
        node = OutlineNode(role, normalize(name_of(doc, el)))
        if role in aria.CHECKABLE:
            node.checked = roles.checked(doc, el) or False
        if role in aria.DISABLEABLE:
            node.disabled = roles.disabled(doc, el)
        if role in aria.EXPANDABLE:
            node.expanded = roles.expanded(doc, el)
        if role in aria.INVALIDATABLE:
            node.invalid = roles.invalid(el)
        if role in aria.LEVELLED:
            node.level = roles.level(doc, el)
        if role in aria.PRESSABLE:
            node.pressed = roles.pressed(doc, el)
        if role in aria.SELECTABLE:
            node.selected = roles.selected(doc, el)
        if el.tag == "textarea" or (
            el.tag == "input" and input_type(el) not in ("checkbox", "radio", "file")
        ):
            node.children = [value(doc, el)]
        return node

    def inside(self, node: OutlineNode, el: Any) -> None:
        apart = not self.styles.is_inline(el) or el.tag == "br"
        if apart:
            node.children.append(" ")
        node.children.append(added_text(self.styles, el, "before") or "")
        self.children(node, el)
        for owned in referenced(self.doc, el, el.attr("aria-owns")):
            self.visit(node, owned)
        node.children.append(added_text(self.styles, el, "after") or "")
        if apart:
            node.children.append(" ")
        if node.role == "link" and el.attr("href") is not None:
            node.url = _without_data(el.attr("href"))
        placeholder = el.attr("placeholder")
        if node.role == "textbox" and placeholder is not None and placeholder != node.name:
            node.placeholder = placeholder

    def children(self, node: OutlineNode, el: Any) -> None:
        shadows = self.styles.shadows
        slotted = assigned(el) if shadows and el.tag == "slot" else ()
        for child in slotted or el.children:
            if not slotted and shadows and getattr(child, "assigned_slot", None) is not None:
                continue
            self.child(node, child, el)
        if shadows and (root := el.shadow_root) is not None:
            for child in root.children:
                self.child(node, child, None)

    def child(self, node: OutlineNode, child: Any, parent: Any) -> None:
        if is_element(child):
            self.visit(node, child)
        elif is_text(child) and node.role != "textbox":
            if parent is not None and child.parent is parent and not self.is_text_rendered(parent):
                return
            node.children.append(child.text)

    def is_text_rendered(self, parent: Any) -> bool:
        if self.styles.shadows and parent.shadow_root is not None:
            return False
        return not (parent.tag == "details" and parent.attr("open") is None)


def _join_texts(node: OutlineNode) -> None:
    """Make one text of neighbouring ones, and drop it where it only repeats the name."""
    children: list[OutlineNode | str] = []
    texts: list[str] = []

    def flush() -> None:
        text = normalize("".join(texts))
        texts.clear()
        if text:
            children.append(text)

    for child in node.children:
        if isinstance(child, str):
            texts.append(child)
        else:
            flush()
            _join_texts(child)
            children.append(child)
    flush()
    node.children = [] if children == [node.name] else children


def _without_data(url: str) -> str:
    """Cut a ``data:`` URL after its comma."""
    head, comma, _ = url.partition(",")
    return f"{head},\u2026" if url.startswith("data:") and comma else url
