"""Tells whether an element's box has a width and a height, as far as that is known without a layout.

Rules of thumb from CSS 2.2 (chapters 8 to 11), Flexbox and HTML's rendering section: what has text, a
picture, a control, a border, a padding or a size of its own has an area; what has none of these is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey.dom.box_style import ATOMIC, ROW_FLEX, SPACE, BoxStyle, Extent
from django_journey.dom.cascade import Styles
from django_journey.dom.flat_tree import shown_children
from django_journey.dom.parser import is_element, is_html, is_text
from django_journey.dom.svg_shapes import has_shape

__all__ = ["Boxes"]

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
_IN_LINE = frozenset({"inline", "ruby", "ruby-text", "math"})
_GRID = frozenset({"grid", "inline-grid"})
_TABLE_PARTS = frozenset({"table-row", "table-row-group", "table-header-group", "table-footer-group"})
_COLUMNS = frozenset({"table-column", "table-column-group"})
_NOTHING: Extent = (False, False)


class Boxes:
    """The boxes of one page's elements.

    Args:
        styles: The page's cascade.
        skips: Tells whether an element's content is skipped.
        quirks: Whether the page is in quirks mode, where the body fills the window.
    """

    def __init__(self, styles: Styles, skips: Callable[[Any], bool], *, quirks: bool) -> None:
        self.styles = styles
        self.style = BoxStyle(styles)
        self.skips = skips
        self.quirks = quirks
        self._known: dict[Any, bool] = {}
        self._contents: dict[Any, Extent] = {}

    def has_area(self, el: Any) -> bool:
        """Tell whether both width and height of the element's box are more than nought."""
        known = self._known.get(el)
        if known is None:
            try:
                known = all(self._extent(el))
            except RecursionError:  # boxes that shrink or stretch, hundreds deep: seen as shown
                known = True
            self._known[el] = known
        return known

    def text_has_area(self, text: Any, parent: Any) -> bool:
        """Tell whether a text node is drawn at all: it is more than white space that collapses."""
        return self._text(text, parent)

    # -- one element ------------------------------------------------------------------------------

    def _extent(self, el: Any) -> Extent:
        tag = el.tag
        if not is_html(el) and tag not in ("svg", "math"):
            return (has_shape(el),) * 2
        if tag == "html" or (tag == "body" and self.quirks):
            return True, True
        if is_replaced(el):
            return self._replaced(el)
        if tag in ("br", "wbr", "area"):
            return _NOTHING
        display = self.styles.display(el)
        if display in _IN_LINE:
            return self._inline(el)
        if display in _COLUMNS:
            return _NOTHING
        if display in _TABLE_PARTS:
            return self._table_part(el)
        return self._block(el, display)

    def _replaced(self, el: Any) -> Extent:
        drawn = True
        if el.tag == "img" and not el.attr("src") and not el.attr("srcset"):
            drawn = bool((el.attr("alt") or "").strip())
        elif el.tag == "audio":
            drawn = el.attr("controls") is not None
        elif el.tag == "embed":
            drawn = bool(el.attr("src"))
        width, height = self.style.sized(el, "width"), self.style.sized(el, "height")
        return (
            (drawn if width is None else width) or self.style.is_padded(el, across=True),
            (drawn if height is None else height) or self.style.is_padded(el, across=False),
        )

    def _inline(self, el: Any) -> Extent:
        width, height = self._content(el)
        if not width and self.style.is_padded(el, across=True):
            return (not self.style.is_fontless(el),) * 2
        return width, height

    def _block(self, el: Any, display: str) -> Extent:
        width, height = self.style.sized(el, "width"), self.style.sized(el, "height")
        if width is None:
            width = self._fills(el, display)
        if height is None:
            height = self._content(el)[1] or self._is_stretched(el) or _is_written_in(el)
        return (
            width or self.style.is_padded(el, across=True),
            height or self.style.is_padded(el, across=False),
        )

    def _table_part(self, el: Any) -> Extent:
        for child in shown_children(el):
            if is_element(child) and self.styles.display(child) != "none" and self.has_area(child):
                return True, True
        return False, self.style.sized(el, "height") or False

    # -- what gives it a size ----------------------------------------------------------------------

    def _fills(self, el: Any, display: str) -> bool:
        """Tell whether a box without a width of its own has one: from what is around it, or in it."""
        style = self.style
        indented = el.tag in ("dd", "blockquote", "figure") and style.is_indented(el)
        while True:
            if style.is_placed(el):
                return style.is_pinned(el, "left", "right") or self._content(el)[0]
            if style.is_floated(el) or display in _SHRINKING or el.tag in ("legend", "button", "dialog"):
                return self._content(el)[0]
            parent = self._around(el)
            if parent is None:
                return True
            around = self.styles.display(parent)
            if around in ROW_FLEX and style.is_row(parent):
                return style.grows(el) or self._content(el)[0]
            sized = style.sized(parent, "width") if around != "inline" else None
            indented = indented or style.is_indented(parent)
            if sized is not None:
                return sized and not (indented and style.is_tiny(parent))
            el, display = parent, "block" if around == "inline" else around

    def _around(self, el: Any) -> Any:
        parent = self.styles.parent(el)
        while parent is not None and self.styles.display(parent) == "contents":
            parent = self.styles.parent(parent)
        return parent

    def _is_stretched(self, el: Any) -> bool:
        """Tell whether something other than the content makes the box high."""
        style = self.style
        if style.is_placed(el):
            return style.is_pinned(el, "top", "bottom")
        parent = self._around(el)
        if parent is None:
            return False
        around = self.styles.display(parent)
        if around in _GRID or around == "table-row":
            return self._content(parent)[1]
        if around in ROW_FLEX:
            given = bool(style.sized(parent, "height"))
            return given or self._content(parent)[1] if style.is_row(parent) else given and style.grows(el)
        if (self.styles.value(el, "height") or "").endswith("%"):
            return bool(style.sized(parent, "height")) or (self.quirks and parent.tag == "body")
        return False

    # -- what is in it ------------------------------------------------------------------------------

    def _content(self, el: Any) -> Extent:
        """Return whether what is in the element makes it wide, and whether it makes it high."""
        known = self._contents.get(el)
        if known is None:
            # A box that is as high as what is around it is asked for while that is worked out: it adds nothing.
            self._contents[el] = _NOTHING
            known = self._contents[el] = self._search(el)
        return known

    def _search(self, el: Any) -> Extent:
        """Look for the first thing that makes the element wide, and the first that makes it high."""
        if self.skips(el):
            return _NOTHING
        width, height = False, self.style.has_marker(el) or lacks_summary(el)
        contains_floats = self.style.contains_floats(el)
        in_line = self.styles.display(el) in _IN_LINE
        stack = [el]
        while stack and not (width and height):
            node = stack.pop()
            if is_text(node):
                drawn = self._text(node, node.parent)
                width, height = width or drawn, height or drawn
                continue
            descend = True
            if node is not el:
                found, descend = self._inner(node, contains_floats)
                if in_line and not descend and self.style.is_floated(node):
                    continue  # what floats is no part of the line that it stands in
                width, height = width or found[0], height or found[1]
            if descend:
                for pseudo in ("before", "after"):
                    found = self.style.generated(node, pseudo)
                    width, height = width or found[0], height or found[1]
                stack.extend(child for child in reversed(shown_children(node)) if self._is_drawn(node, child))
        return width, height

    def _is_drawn(self, parent: Any, child: Any) -> bool:
        if is_text(child):
            return True
        if not is_element(child) or self.styles.display(child) == "none" or self.skips(parent):
            return False
        return not (parent.tag == "details" and parent.attr("open") is None and child.tag != "summary")

    def _inner(self, node: Any, contains_floats: bool) -> tuple[Extent, bool]:
        """Return what a descendant adds, and whether to look into it.

        Whatever stands in a line and is no text opens that line, even where it is itself empty.
        """
        style = self.style
        if style.is_placed(node):
            return _NOTHING, False
        if node.tag == "br":
            return (False, True), False
        display = self.styles.display(node)
        if style.is_floated(node):
            wide, high = self._replaced(node) if is_replaced(node) else self._block(node, display)
            return (wide, high and contains_floats), False
        if is_replaced(node):
            wide, high = self._replaced(node)
            return (wide, high or display == "inline" or display in ATOMIC), False
        if display in _IN_LINE:
            return (style.is_padded(node, across=True),) * 2, True
        width, height = style.sized(node, "width"), style.sized(node, "height")
        wide = bool(width) or style.is_padded(node, across=True)
        high = bool(height) or style.is_padded(node, across=False) or display in ATOMIC
        if width is False or height is False:
            inner = self._content(node)
            return (wide or (width is None and inner[0]), high or (height is None and inner[1])), False
        return (wide, high or style.has_marker(node) or lacks_summary(node)), not self.skips(node)

    def _text(self, node: Any, parent: Any) -> bool:
        text = node.text
        element = parent if is_element(parent) else None
        drawn = bool(text.strip(SPACE))
        if not drawn and text and element is not None:
            drawn = (self.styles.inherited(element, "white-space") or "").startswith(("pre", "break"))
        return drawn and not (element is not None and self.style.is_fontless(element))


def _is_written_in(el: Any) -> bool:
    """Tell whether Chromium keeps an empty line in the block, since it is where ``contenteditable`` begins."""
    value = el.attr("contenteditable")
    return value is not None and value.lower() in ("", "true", "plaintext-only")


def is_replaced(el: Any) -> bool:
    """Tell whether an element's box is drawn from elsewhere, or by the browser."""
    return el.tag in _REPLACED or (el.tag == "object" and bool(el.attr("data")))


def lacks_summary(el: Any) -> bool:
    """Tell whether an element is a ``details`` without a summary, for which the browser writes one."""
    return el.tag == "details" and not any(
        is_element(child) and child.tag == "summary" for child in el.children
    )
