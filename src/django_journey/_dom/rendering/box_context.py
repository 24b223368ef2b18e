"""The part of a box's size that depends on its context: available width, stretching, containing blocks."""

from __future__ import annotations

from abc import ABC, abstractmethod

from django_journey._dom.css.cascade import Styles
from django_journey._dom.rendering.box_style import ATOMIC, ROW_FLEX, SPACE, BoxStyle, Extent
from django_journey._dom.rendering.flex_lines import items_beside
from django_journey._dom.tree.parser import Element, Node, is_element, is_text
from django_journey._dom.tree.white_space import word_set

__all__ = ["BoxContext", "is_replaced"]

_REPLACED = word_set(
    "iframe embed video audio canvas svg math frame input select textarea img meter progress marquee"
)
_SHRINKING = ATOMIC | {"table", "table-cell", "table-caption"}
_GRID = frozenset({"grid", "inline-grid"})


class BoxContext(ABC):
    """The part of ``Boxes`` that depends on the boxes around an element.

    Args:
        styles: The page's styles.
        quirks: Whether the page is in quirks mode, where the body fills the viewport.
    """

    def __init__(self, styles: Styles, *, quirks: bool) -> None:
        self.styles = styles
        self.style = BoxStyle(styles)
        self.quirks = quirks

    @abstractmethod
    def has_area(self, el: Element) -> bool:
        """Return whether both width and height of the element's box are more than zero."""

    @abstractmethod
    def _extent(self, el: Element) -> Extent: ...

    @abstractmethod
    def _content(self, el: Element) -> Extent: ...

    @abstractmethod
    def _replaced(self, el: Element) -> Extent: ...

    @abstractmethod
    def _text(self, node: Node, parent: Element) -> Extent: ...

    def _has_width(self, el: Element, display: str) -> bool:
        """Return whether a box with an automatic width has one, from its context or its content."""
        style = self.style
        item = None
        indented = el.tag in ("dd", "blockquote", "figure") and style.is_indented(el)
        while True:
            relative = style.is_relative(el, "width")
            if style.is_positioned(el):
                if relative or style.spans_between(el, "left", "right"):
                    return style.has_negative_inset(el, "left", "right") or self._containing_extent(el)[0]
                return self._content(el)[0]
            parent = self._container(el)
            is_item = parent is not None and style.is_item(el)
            shrinks = (
                style.is_floated(el) or display in _SHRINKING or el.tag in ("legend", "button", "dialog")
            )
            if shrinks and not relative and not is_item:
                return self._content(el)[0]
            if parent is None:
                return True
            if parent.tag == "foreignObject":
                return self.has_area(parent)
            around = self.styles.display(parent)
            if not relative and (found := self._item_width(el, parent, around)) is not None:
                return found
            has_length = style.has_length(parent, "width") if around != "inline" else None
            indented = indented or style.is_indented(parent)
            if around in _GRID:
                item = el
            if has_length is False and item is not None:
                return self._content(item)[0]  # a grid column is as wide as its content
            if has_length is not None:
                return has_length and not (indented and style.is_one_pixel_wide(parent))
            el, display = parent, "block" if around == "inline" else around

    def _item_width(self, el: Element, parent: Element, around: str) -> bool | None:
        """Return whether a flex or grid item has a width; ``None`` if it has its container's width."""
        style = self.style
        if around in ROW_FLEX and style.is_row(parent):
            return style.grows(el) or style.basis(el) or self._content(el)[0]
        aligned = (around in ROW_FLEX and style.is_aligned(el, parent, "align")) or (
            around in _GRID and style.is_aligned(el, parent, "justify")
        )
        return self._content(el)[0] if aligned else None

    def _container(self, el: Element) -> Element | None:
        parent = self.styles.parent(el)
        while parent is not None and self.styles.display(parent) == "contents":
            parent = self.styles.parent(parent)
        return parent

    def _containing_extent(self, el: Element) -> Extent:
        """Return the extent of the containing block of a positioned element; by default that is the viewport."""
        fixed = self.styles.value(el, "position") == "fixed"
        parent = self.styles.parent(el)
        while parent is not None:
            if self.style.contains_positioned(parent, fixed=fixed):
                return self._extent(parent)
            parent = self.styles.parent(parent)
        return True, True

    def _is_stretched(self, el: Element) -> bool:
        """Return whether a box has a height for another reason than its content."""
        style = self.style
        relative = style.is_relative(el, "height")
        if style.is_positioned(el):
            return relative and self._containing_extent(el)[1]
        parent = self._container(el)
        if parent is None:
            return False
        around = self.styles.display(parent)
        if relative:
            return self._line_is_high(el, parent) if around in _GRID else self._is_definite(parent)
        if self.styles.display(el) == "table-cell":
            return any(self._own_height(cell) for cell in self._cells_beside(el))
        if around in ROW_FLEX and not style.is_row(parent):
            given = bool(style.has_length(parent, "height")) or self._is_stretched(parent)
            return style.basis(el) or (given and style.grows(el))
        if around in _GRID or around in ROW_FLEX:
            return not style.is_aligned(el, parent, "align") and self._line_is_high(el, parent)
        return False

    def _line_is_high(self, el: Element, container: Element, *, by_others: bool = False) -> bool:
        """Return whether an item's flex line or grid row has a height.

        Args:
            el: The item.
            container: The container.
            by_others: Whether to ignore the item's own content.
        """
        if self.style.has_length(container, "height") or self._is_taller(container):
            return True
        beside = items_beside(self.style, el, container)
        if beside is None:
            return self._content(container)[1]
        if any(
            is_text(node) and not self.style.has_zero_line_height(self.styles.parent(node) or container)
            for node in beside
        ):
            return True
        if not by_others and self._content(el)[1]:
            return True
        return any(
            self._own_height(each) or self.style.has_margin(each, across=False)
            for each in beside
            if is_element(each) and each is not el and each != el
        )

    def _is_limited_to_line(self, el: Element) -> bool:
        """Return whether a flex item is limited to the zero height of its single-line container."""
        parent = self._container(el)
        return (
            parent is not None
            and self.styles.display(parent) in ROW_FLEX
            and self.style.has_length(parent, "height") is False
            and self.style.is_row(parent)
            and self.styles.value(parent, "flex-wrap") in (None, "nowrap", "initial")
            and not self.style.is_aligned(el, parent, "align")
        )

    def _is_taller(self, container: Element) -> bool:
        """Return whether a container has a height for another reason than its content."""
        around = self._container(container)
        if around is not None and not self.style.is_relative(container, "height"):
            display = self.styles.display(around)
            if display in _GRID or (display in ROW_FLEX and self.style.is_row(around)):
                if self.style.is_positioned(container) or self.style.is_aligned(container, around, "align"):
                    return False
                return self._line_is_high(container, around, by_others=True)
        return self._is_stretched(container)

    def _own_height(self, el: Element) -> bool:
        """Return whether an item has a height of its own."""
        if is_replaced(el):
            return self._replaced(el)[1]
        height = self.style.has_length(el, "height")
        if height is None:
            height = self._content(el)[1] or self.style.has_aspect_ratio(el)
        return height or self.style.has_padding_or_border(el, across=False)

    def _cells_beside(self, cell: Element) -> list[Element]:
        """Return the other cells of a cell's row; the row may be anonymous."""
        found = []
        for step in ("previous_sibling", "next_sibling"):
            node = getattr(cell, step)
            while node is not None and (
                not is_element(node) or self.styles.display(node) in ("table-cell", "none")
            ):
                if is_text(node) and node.text.strip(SPACE):
                    break
                if is_element(node) and self.styles.display(node) != "none":
                    found.append(node)
                node = getattr(node, step)
        return found

    def _is_definite(self, el: Element) -> bool:
        """Return whether a box's height is definite, so that percentages of it are lengths."""
        given = self.style.has_length(el, "height")
        least = self.styles.value(el, "height") in (None, "auto", "initial")
        if given and not least:
            return True
        if (self.quirks and el.tag == "body") or el.tag == "html" or self._is_stretched(el):
            return True
        parent = self._container(el)
        if parent is None:
            return False
        around = self.styles.display(parent)
        stretches = around in _GRID or (around in ROW_FLEX and self.style.is_row(parent))
        # A stretched item with content is as high as its line.
        return stretches and not self.style.is_aligned(el, parent, "align") and self._own_height(el)


def is_replaced(el: Element) -> bool:
    """Return whether an element is replaced, or a control that the browser draws."""
    return el.tag in _REPLACED or (el.tag == "object" and bool(el.attr("data") or not el.children))
