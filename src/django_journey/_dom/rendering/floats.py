"""Floats that give a box a height: those that it contains, and those that its content clears (CSS 2.2, 9.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django_journey._dom.rendering.box_style import BoxStyle
from django_journey._dom.rendering.generated_text import content_text
from django_journey._dom.tree.flat_tree import shown_children
from django_journey._dom.tree.parser import Element, Node, is_element

__all__ = ["Floats"]

_SIDES = {
    "left": {"left"},
    "right": {"right"},
    "inline-start": {"left"},
    "inline-end": {"right"},
    "both": {"left", "right"},
    "all": {"left", "right"},
}
_NO_SIDE: frozenset[str] = frozenset()


class Floats:
    """The floats of one page.

    Args:
        style: The style of boxes.
        is_high: Returns whether a float has a height.
    """

    def __init__(self, style: BoxStyle, is_high: Callable[[Element], bool]) -> None:
        self.style = style
        self.styles = style.styles
        self.is_high = is_high
        self.exist = "float" in self.styles.main.properties or self.styles.inline or self.styles.shadows
        self._loose: dict[Element, frozenset[str]] = {}
        self._cleared: dict[Element, frozenset[str]] = {}

    def are_cleared_by(self, node: Element, pseudo: str = "") -> bool:
        """Return whether an element, or its pseudo-element, clears a float.

        Args:
            node: An in-flow element.
            pseudo: ``"before"``, ``"after"``, or ``""`` for the element itself.
        """
        if not self.exist:
            return False
        sides = self._clears(node, pseudo)
        if not sides:
            return False
        if pseudo == "after":
            found, ended = self._look_back(reversed(list(shown_children(node))), sides)
            if found or ended:
                return found
        return self._is_below(node, sides, own=bool(pseudo))

    def _clears(self, node: Element, pseudo: str) -> frozenset[str] | set[str]:
        value = self.styles.value(node, "clear", pseudo)
        if value is None and node.tag == "br" and not pseudo:
            value = (node.attr("clear") or "").lower()
        if value is None or (pseudo and content_text(self.styles, node, pseudo) is None):
            return _NO_SIDE
        if pseudo and self.styles.pseudo_display(node, pseudo) == "inline":
            return _NO_SIDE
        return _SIDES.get(value, _NO_SIDE)

    def _is_below(self, node: Element, sides: frozenset[str] | set[str], *, own: bool) -> bool:
        """Search backwards from an element for a float that has not been cleared."""
        if own and self.style.contains_floats(node):
            return False
        inner = node if not own else None
        while True:
            found, ended = self._look_back(_siblings_before(node), sides, outside=node is not inner)
            if found or ended:
                return found
            parent = self.styles.parent(node)
            if parent is None or self.style.contains_floats(parent):
                return False
            node = parent

    def _look_back(
        self, nodes: Iterable[Node], sides: frozenset[str] | set[str], *, outside: bool = False
    ) -> tuple[bool, bool]:
        """Return whether there is such a float, and whether the search ends anyway.

        In-flow content outside the box is assumed to extend below the floats before it.
        """
        for each in nodes:
            if not is_element(each) or self.styles.display(each) == "none" or self.style.is_positioned(each):
                continue
            if self.style.is_floated(each):
                if self._side(each) in sides and self.is_high(each):
                    return True, True
                continue
            if self._loose_in(each) & sides:
                return True, True
            if self._cleared_in(each) >= sides or (outside and self.is_high(each)):
                return False, True
        return False, False

    def _loose_in(self, el: Element) -> frozenset[str]:
        """Return the sides of the floats that overflow an element, which does not contain them."""
        found = self._loose.get(el)
        if found is None:
            found = self._loose[el] = self._find_loose(el)
        return found

    def _find_loose(self, el: Element) -> frozenset[str]:
        if self.style.contains_floats(el):
            return _NO_SIDE
        cleared = set(self._clears(el, "after"))
        sides: set[str] = set()
        for child in reversed(list(shown_children(el))):
            if (
                not is_element(child)
                or self.styles.display(child) == "none"
                or self.style.is_positioned(child)
            ):
                continue
            if self.style.is_floated(child):
                if self.is_high(child):
                    sides |= {self._side(child)} - cleared
                continue
            sides |= self._loose_in(child) - cleared
            cleared |= self._cleared_in(child)
        return frozenset(sides)

    def _cleared_in(self, el: Element) -> frozenset[str]:
        """Return the sides that an element, or its content, clears."""
        found = self._cleared.get(el)
        if found is None:
            sides = {*self._clears(el, "")}
            if not self.style.contains_floats(el):
                sides |= self._clears(el, "after")
                for child in shown_children(el):
                    if (
                        is_element(child)
                        and not self.style.is_positioned(child)
                        and not self.style.is_floated(child)
                    ):
                        sides |= self._cleared_in(child)
            found = self._cleared[el] = frozenset(sides)
        return found

    def _side(self, el: Element) -> str:
        return "right" if self.styles.value(el, "float") in ("right", "inline-end") else "left"


def _siblings_before(node: Node) -> Iterator[Node]:
    sibling = node.previous_sibling
    while sibling is not None:
        yield sibling
        sibling = sibling.previous_sibling
