"""What a box's surroundings make of it: the container that it fills, the line that it is stretched with, its holder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django_journey.dom.box_style import ATOMIC, ROW_FLEX, SPACE, BoxStyle, Extent
from django_journey.dom.cascade import Styles
from django_journey.dom.lines import companions
from django_journey.dom.parser import is_element, is_text

__all__ = ["Surroundings", "is_replaced"]

_REPLACED = frozenset(
    {
        "iframe",
        "embed",
        "video",
        "audio",
        "canvas",
        "svg",
        "math",
        "frame",
        "input",
        "select",
        "textarea",
        "img",
    }
    | {"meter", "progress", "marquee"}
)
_SHRINKING = ATOMIC | {"table", "table-cell", "table-caption"}
_GRID = frozenset({"grid", "inline-grid"})


class Surroundings(ABC):
    """The part of a page's boxes that looks at what is around an element.

    Args:
        styles: The page's cascade.
        quirks: Whether the page is in quirks mode, where the body fills the window.
    """

    def __init__(self, styles: Styles, *, quirks: bool) -> None:
        self.styles = styles
        self.style = BoxStyle(styles)
        self.quirks = quirks

    @abstractmethod
    def has_area(self, el: Any) -> bool:
        """Tell whether both width and height of the element's box are more than nought."""

    @abstractmethod
    def _extent(self, el: Any) -> Extent: ...

    @abstractmethod
    def _content(self, el: Any) -> Extent: ...

    @abstractmethod
    def _replaced(self, el: Any) -> Extent: ...

    @abstractmethod
    def _text(self, node: Any, parent: Any) -> Extent: ...

    def _fills(self, el: Any, display: str) -> bool:
        """Tell whether a box without a width of its own has one: from what is around it, or in it."""
        style = self.style
        item = None
        indented = el.tag in ("dd", "blockquote", "figure") and style.is_indented(el)
        while True:
            relative = style.is_relative(el, "width")
            if style.is_placed(el):
                if relative or style.is_pinned(el, "left", "right"):
                    return style.reaches_out(el, "left", "right") or self._holder_extent(el)[0]
                return self._content(el)[0]
            parent = self._around(el)
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
            sized = style.sized(parent, "width") if around != "inline" else None
            indented = indented or style.is_indented(parent)
            if around in _GRID:
                item = el
            if sized is False and item is not None:
                return self._content(item)[0]  # a grid's column is as wide as what is in it
            if sized is not None:
                return sized and not (indented and style.is_tiny(parent))
            el, display = parent, "block" if around == "inline" else around

    def _item_width(self, el: Any, parent: Any, around: str) -> bool | None:
        """Tell whether an item of a flex or grid container is wide; ``None`` where it is as wide as its container."""
        style = self.style
        if around in ROW_FLEX and style.is_row(parent):
            return style.grows(el) or style.basis(el) or self._content(el)[0]
        aligned = (around in ROW_FLEX and style.is_aligned(el, parent, "align")) or (
            around in _GRID and style.is_aligned(el, parent, "justify")
        )
        return self._content(el)[0] if aligned else None

    def _around(self, el: Any) -> Any:
        parent = self.styles.parent(el)
        while parent is not None and self.styles.display(parent) == "contents":
            parent = self.styles.parent(parent)
        return parent

    def _holder_extent(self, el: Any) -> Extent:
        """Return the extent of what a placed element is laid out in; that is the window where nothing else is."""
        fixed = self.styles.value(el, "position") == "fixed"
        parent = self.styles.parent(el)
        while parent is not None:
            if self.style.holds_placed(parent, fixed=fixed):
                return self._extent(parent)
            parent = self.styles.parent(parent)
        return True, True

    def _is_stretched(self, el: Any) -> bool:
        """Tell whether something other than the content makes the box high."""
        style = self.style
        relative = style.is_relative(el, "height")
        if style.is_placed(el):
            return relative and self._holder_extent(el)[1]
        parent = self._around(el)
        if parent is None:
            return False
        around = self.styles.display(parent)
        if relative:
            return self._line_is_high(el, parent) if around in _GRID else self._is_definite(parent)
        if self.styles.display(el) == "table-cell":
            return any(self._own_height(cell) for cell in self._cells_beside(el))
        if around in ROW_FLEX and not style.is_row(parent):
            given = bool(style.sized(parent, "height")) or self._is_stretched(parent)
            return style.basis(el) or (given and style.grows(el))
        if around in _GRID or around in ROW_FLEX:
            return not style.is_aligned(el, parent, "align") and self._line_is_high(el, parent)
        return False

    def _line_is_high(self, el: Any, container: Any, *, by_others: bool = False) -> bool:
        """Tell whether an item's line in its flex container, or its row in its grid, has a height.

        Args:
            el: The item.
            container: The container.
            by_others: Whether what the item holds itself does not count.
        """
        if self.style.sized(container, "height") or self._is_taller(container):
            return True
        beside = companions(self.style, el, container)
        if beside is None:
            return self._content(container)[1]
        if any(is_text(node) and not self.style.is_lineless(node.parent) for node in beside):
            return True
        if not by_others and self._content(el)[1]:
            return True
        return any(
            self._own_height(each) or self.style.has_margin(each, across=False)
            for each in beside
            if is_element(each) and each is not el and each != el
        )

    def _is_squeezed(self, el: Any) -> bool:
        """Tell whether a flex item is no higher than its container's one line, which is given no height."""
        parent = self._around(el)
        return (
            parent is not None
            and self.styles.display(parent) in ROW_FLEX
            and self.style.sized(parent, "height") is False
            and self.style.is_row(parent)
            and self.styles.value(parent, "flex-wrap") in (None, "nowrap", "initial")
            and not self.style.is_aligned(el, parent, "align")
        )

    def _is_taller(self, container: Any) -> bool:
        """Tell whether a container is as high as something else than what is in it."""
        around = self._around(container)
        display = self.styles.display(around) if around is not None else "block"
        row = display in ROW_FLEX and self.style.is_row(around)
        if (row or display in _GRID) and not self.style.is_relative(container, "height"):
            if self.style.is_placed(container) or self.style.is_aligned(container, around, "align"):
                return False
            return self._line_is_high(container, around, by_others=True)
        return self._is_stretched(container)

    def _own_height(self, el: Any) -> bool:
        """Tell whether an item is high by itself."""
        if is_replaced(el):
            return self._replaced(el)[1]
        height = self.style.sized(el, "height")
        if height is None:
            height = self._content(el)[1] or self.style.has_ratio(el)
        return height or self.style.is_padded(el, across=False)

    def _cells_beside(self, cell: Any) -> list[Any]:
        """Return the cells of a cell's row, which need not be an element."""
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

    def _is_definite(self, el: Any) -> bool:
        """Tell whether a part of a box's height is anything: the height does not follow from the content."""
        given = self.style.sized(el, "height")
        least = self.styles.value(el, "height") in (None, "auto", "initial")
        if given and not least:
            return True
        if (self.quirks and el.tag == "body") or el.tag == "html" or self._is_stretched(el):
            return True
        parent = self._around(el)
        around = self.styles.display(parent)
        stretches = around in _GRID or (around in ROW_FLEX and self.style.is_row(parent))
        # An item that others are stretched by is as high as its line, too.
        return stretches and not self.style.is_aligned(el, parent, "align") and self._own_height(el)


def is_replaced(el: Any) -> bool:
    """Tell whether an element's box is drawn from elsewhere, or by the browser."""
    return el.tag in _REPLACED or (el.tag == "object" and bool(el.attr("data") or not el.children))
