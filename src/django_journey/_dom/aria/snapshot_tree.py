"""The tree of an ARIA snapshot: nodes with roles, names and states, and texts between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django_journey._dom.aria import roles, tables
from django_journey._dom.aria.names import name_of
from django_journey._dom.forms.controls import value
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.rendering.generated_text import added_text
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import assigned
from django_journey._dom.tree.idrefs import referenced
from django_journey._dom.tree.parser import Element, Node, is_element, is_text
from django_journey._dom.tree.walk import with_deep_stack
from django_journey._dom.tree.white_space import normalize

__all__ = ["OutlineNode", "outline_tree"]

Tristate = bool | Literal["mixed"]


@dataclass(slots=True, eq=False)
class OutlineNode:
    """A node of the tree. States that its role does not support are ``None``.

    Args:
        role: The role, or ``"fragment"`` for the root.
        name: The accessible name, with normalized white space.
        children: Nodes, and texts between them.
        url: The ``href`` of a link, as written.
        placeholder: The placeholder of a text box, unless it is the name.
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


def outline_tree(doc: Document, el: Element) -> OutlineNode:
    """Return the tree of an element, as the child of a fragment."""
    try:
        return _Builder(doc).fragment(el)
    except RecursionError:  # hundreds of nested elements
        return with_deep_stack(lambda: _Builder(doc).fragment(el))


class _Builder:
    """One walk of the page, which visits each node once, even if ``aria-owns`` refers to it."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.visibility = visibility_of(doc)
        self.styles = self.visibility.styles
        self.visited: set[Element] = set()

    def fragment(self, el: Element) -> OutlineNode:
        root = OutlineNode("fragment")
        self.visit(root, el)
        _join_texts(root)
        return root

    def visit(self, into: OutlineNode, el: Element) -> None:
        if el in self.visited:
            return
        self.visited.add(el)
        if self.visibility.is_hidden(el):
            return
        node = self.node(el)
        if node is not None:
            into.children.append(node)
        self.inside(node or into, el)

    def node(self, el: Element) -> OutlineNode | None:
        """Return the element's own node, or ``None`` if it has no role."""
        doc = self.doc
        if el.tag in ("iframe", "frame"):
            return OutlineNode("iframe")
        role = roles.role_of(doc, el)
        if role is None or role in ("presentation", "none"):
            return None
        node = OutlineNode(role, normalize(name_of(doc, el)))
        if role in tables.CHECKABLE:
            node.checked = roles.checked(doc, el) or False
        if role in tables.DISABLEABLE:
            node.disabled = roles.disabled(doc, el)
        if role in tables.EXPANDABLE:
            node.expanded = roles.expanded(doc, el)
        if role in tables.INVALIDATABLE:
            node.invalid = roles.invalid(el)
        if role in tables.LEVELLED:
            node.level = roles.level(doc, el)
        if role in tables.PRESSABLE:
            node.pressed = roles.pressed(doc, el)
        if role in tables.SELECTABLE:
            node.selected = roles.selected(doc, el)
        if el.tag == "textarea" or (
            el.tag == "input" and input_type(el) not in ("checkbox", "radio", "file")
        ):
            node.children = [value(doc, el)]
        return node

    def inside(self, node: OutlineNode, el: Element) -> None:
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
        if node.role == "link" and (href := el.attr("href")) is not None:
            node.url = _without_data(href)
        placeholder = el.attr("placeholder")
        if node.role == "textbox" and placeholder is not None and placeholder != node.name:
            node.placeholder = placeholder

    def children(self, node: OutlineNode, el: Element) -> None:
        shadows = self.styles.shadows
        slotted = assigned(el) if shadows and el.tag == "slot" else ()
        for child in slotted or el.children:
            if not slotted and shadows and getattr(child, "assigned_slot", None) is not None:
                continue
            self.child(node, child, el)
        if shadows and (root := el.shadow_root) is not None:
            for child in root.children:
                self.child(node, child, None)

    def child(self, node: OutlineNode, child: Node, parent: Element | None) -> None:
        if is_element(child):
            self.visit(node, child)
        elif is_text(child) and node.role != "textbox":
            if parent is not None and child.parent is parent and not self.is_text_rendered(parent):
                return
            node.children.append(child.text)

    def is_text_rendered(self, parent: Element) -> bool:
        if self.styles.shadows and parent.shadow_root is not None:
            return False
        return not (parent.tag == "details" and parent.attr("open") is None)


def _join_texts(node: OutlineNode) -> None:
    """Join adjacent texts, and drop a text that only repeats the name."""
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
    """Truncate a ``data:`` URL after its comma."""
    head, comma, _ = url.partition(",")
    return f"{head},\u2026" if url.startswith("data:") and comma else url
