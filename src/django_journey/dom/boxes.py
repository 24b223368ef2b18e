"""Tells whether an element's box has a width and a height, as far as that is known without a layout.

Rules of thumb from CSS 2.2 (chapters 8 to 11), Flexbox and HTML's rendering section: what has text, a
picture, a control, a border, a padding or a size of its own has an area; what has none of these is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django_journey.dom.box_style import ATOMIC, SPACE, Extent
from django_journey.dom.cascade import Styles
from django_journey.dom.displays import SPACELESS
from django_journey.dom.flat_tree import shown_children
from django_journey.dom.floats import Floats
from django_journey.dom.parser import is_element, is_html, is_text
from django_journey.dom.surroundings import Surroundings, is_replaced
from django_journey.dom.svg_shapes import has_shape, is_inner_drawing
from django_journey.dom.table_columns import has_columns, is_spaced, table_of

__all__ = ["Boxes"]

_SHRINKING = ATOMIC | {"table", "table-cell", "table-caption"}
_IN_LINE = frozenset({"inline", "ruby", "ruby-text", "math"})
_GRID = frozenset({"grid", "inline-grid"})
_TABLE_PARTS = frozenset({"table-row", "table-row-group", "table-header-group", "table-footer-group"})
_TABLES = frozenset({"table", "inline-table"})
_COLUMNS = frozenset({"table-column", "table-column-group"})
_WIDTHLESS = SPACE + "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_NOTHING: Extent = (False, False)


class Boxes(Surroundings):
    """The boxes of one page's elements.

    Args:
        styles: The page's cascade.
        skips: Tells whether an element's content is skipped.
        quirks: Whether the page is in quirks mode, where the body fills the window.
    """

    def __init__(self, styles: Styles, skips: Callable[[Any], bool], *, quirks: bool) -> None:
        super().__init__(styles, quirks=quirks)
        self.skips = skips
        self.contains = not styles.main.properties.isdisjoint(("contain", "container-type")) or styles.inline
        self.floats = Floats(self.style, self._is_high)
        self._known: dict[Any, bool] = {}
        self._contents: dict[Any, Extent] = {}

    def has_area(self, el: Any) -> bool:
        """Tell whether both width and height of the element's box are more than nought."""
        known = self._known.get(el)
        if known is None:
            try:
                extent = self._extent(el)
                known = all(extent) or (
                    any(extent) and self.style.turns and self._is_within(el, self.style.is_turned)
                )
                known = known and not (self.style.flattens and self._is_within(el, self.style.is_flat))
            except RecursionError:  # boxes that shrink or stretch, hundreds deep: seen as shown
                known = True
            self._known[el] = known
        return known

    def _is_within(self, el: Any, kind: Callable[[Any], bool]) -> bool:
        while el is not None:
            if kind(el):
                return True
            el = self.styles.parent(el)
        return False

    def text_has_area(self, text: Any, parent: Any) -> bool:
        """Tell whether a text node is drawn at all: it is more than white space that collapses."""
        return all(self._text(text, parent))

    # -- one element ------------------------------------------------------------------------------

    def _extent(self, el: Any) -> Extent:
        tag = el.tag
        if not is_html(el) and (tag not in ("svg", "math") or is_inner_drawing(el)):
            return (has_shape(self.styles, el),) * 2
        if tag == "html" or (tag == "body" and self.quirks):
            return True, True
        if is_replaced(el):
            return self._replaced(el)
        if tag in ("br", "wbr", "area"):
            return False, tag == "br"
        if tag == "option" and el.closest("select") is not None:
            return True, True  # a line of its list box, with or without a text
        display = self.styles.display(el)
        if display in _IN_LINE:
            return self._inline(el)
        if display in _COLUMNS:
            table = table_of(self.styles, el)
            return (table is not None and has_columns(self.styles, el, table) and self.has_area(table),) * 2
        if display in _TABLE_PARTS:
            return self._table_part(el)
        return self._block(el, display)

    def _replaced(self, el: Any) -> Extent:
        drawn = True
        if el.tag == "img" and not el.attr("src") and not el.attr("srcset"):
            drawn = bool((el.attr("alt") or "").strip())
        elif el.tag == "input" and (el.attr("type") or "").lower() in ("checkbox", "radio"):
            if self.styles.value(el, "appearance") == "none":
                return self._block(el, self.styles.display(el))
        elif el.tag == "audio":
            drawn = el.attr("controls") is not None
        elif el.tag == "embed":
            drawn = bool(el.attr("src"))
        width, height = self.style.sized(el, "width"), self.style.sized(el, "height")
        if el.tag == "svg" and width is None and height is None and el.attr("viewBox"):
            drawn = self._fills(el, "block")
        return (
            (drawn if width is None else width) or self.style.is_padded(el, across=True),
            (drawn if height is None else height) or self.style.is_padded(el, across=False),
        )

    def _inline(self, el: Any) -> Extent:
        width, height = self._content(el)
        if not width and self.style.is_padded(el, across=True):
            return (self.style.is_padded(el, across=False) or not self.style.is_fontless(el),) * 2
        return width, height

    def _block(self, el: Any, display: str) -> Extent:
        style = self.style
        width, height = style.sized(el, "width"), style.sized(el, "height")
        if width is None:
            width = self._fills(el, display) or bool(height and style.has_ratio(el))
        if height is None and style.is_placed(el) and style.is_pinned(el, "top", "bottom"):
            height = style.reaches_out(el, "top", "bottom") or self._holder_extent(el)[1]
        elif height is None and self._is_squeezed(el):
            height = False
        elif height is None:
            height = self._content(el)[1] or self._is_stretched(el) or _is_written_in(el)
            height = height or (width and style.has_ratio(el))
        return width or style.is_padded(el, across=True), height or style.is_padded(el, across=False)

    def _table_part(self, el: Any) -> Extent:
        for child in shown_children(el):
            if is_text(child):
                if all(self._text(child, el)):  # in a cell without an element
                    return True, True
            elif is_element(child) and self.styles.display(child) != "none" and self.has_area(child):
                return True, True
        return False, self.style.sized(el, "height") or False

    # -- what is in it ------------------------------------------------------------------------------

    def _content(self, el: Any) -> Extent:
        """Return whether what is in the element makes it wide, and whether it makes it high."""
        known = self._contents.get(el)
        if known is None:
            # A box that is as high as what is around it is asked for while that is worked out: it adds nothing.
            self._contents[el] = _NOTHING
            try:
                width, height = self._search(el)
            except BaseException:
                del self._contents[el]
                raise
            no_width, no_height = self.style.holds_nothing(el)
            known = self._contents[el] = (width and not no_width, height and not no_height)
        return known

    def _search(self, el: Any) -> Extent:
        """Look for the first thing that makes the element wide, and the first that makes it high."""
        if self.skips(el):
            return _NOTHING
        named = lacks_summary(el) and not self.style.is_lineless(el)
        display = self.styles.display(el)
        named = named or (display in _TABLES and is_spaced(self.styles, el))
        width, height = named, named or self.style.has_marker(el)
        in_line = display in _IN_LINE
        contains_floats = self.style.contains_floats(el)
        stack = [(el, "")]
        while stack and not (width and height):
            node, pseudo = stack.pop()
            if pseudo:
                found = self._generated(node, pseudo)
                width, height = width or found[0], height or found[1]
                continue
            if is_text(node):
                found = self._text(node, node.parent)
                width = width or found[0]
                # An element in the line is as high as its font; a block is as high as its lines.
                flat = self.style.is_fontless if in_line else partial(self._is_lineless, el)
                height = height or (found[1] and not flat(node.parent))
                continue
            descend = True
            if node is not el:
                found, descend = self._inner(node, contains_floats)
                if in_line and not descend and self.style.is_floated(node):
                    continue  # what floats is no part of the line that it stands in
                width, height = width or found[0], height or found[1]
            if descend:
                stack.append((node, "after"))
                stack.extend(
                    (child, "") for child in reversed(shown_children(node)) if self._is_drawn(node, child)
                )
                stack.append((node, "before"))
        return width, height

    def _is_lineless(self, block: Any, inner: Any) -> bool:
        """Tell whether a line has no height: none of the elements around its text, out to a block, gives it one."""
        while self.style.is_lineless(inner):
            if inner == block or self.styles.display(inner) not in _IN_LINE:
                return True
            inner = self.styles.parent(inner)
            if inner is None:
                return True
        return False

    def _generated(self, node: Any, pseudo: str) -> Extent:
        width, height = self.style.generated(node, pseudo)
        return width, height or self.floats.are_cleared_by(node, pseudo)

    def _is_high(self, floated: Any) -> bool:
        if is_replaced(floated):
            return self._replaced(floated)[1]
        return self._block(floated, self.styles.display(floated))[1]

    def _floated(self, el: Any, display: str) -> Extent:
        """Return what a floated box adds; a part of the width of what it adds to is taken by its content alone."""
        if self.style.is_relative(el, "width"):
            return self._content(el)[0] or self.style.is_padded(el, across=True), self._own_height(el)
        return self._block(el, display)

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
            return (False, not style.is_lineless(node)), False
        display = self.styles.display(node)
        if display == "contents":
            return _NOTHING, not is_replaced(node)
        apart = style.has_margin(node, across=True)
        if style.is_floated(node):
            wide, high = self._replaced(node) if is_replaced(node) else self._floated(node, display)
            high = high or style.has_margin(node, across=False)
            return (wide or apart, high and contains_floats), False
        if self.floats.exist and self.floats.are_cleared_by(node):
            return (False, True), True
        if is_replaced(node):
            wide, high = self._replaced(node)
            lined = (display == "inline" or display in ATOMIC) and not style.is_fontless(node)
            return (wide or apart, high or lined), False
        if display in _IN_LINE:
            return (apart or style.is_padded(node, across=True),) * 2, True
        if style.has_ratio(node):
            return self._block(node, display), False
        if display in _TABLES:
            return self._block(node, display), False
        if display in _TABLE_PARTS:
            return (False, style.sized(node, "height") or False), not self.skips(node)
        width, height = style.sized(node, "width"), style.sized(node, "height")
        wide = bool(width) or apart or style.is_padded(node, across=True)
        high = bool(height) or style.is_padded(node, across=False) or display in ATOMIC
        high = high or (contains_floats and style.has_margin(node, across=False))
        if (
            width is False
            or height is False
            or (self.contains and any(style.holds_nothing(node)))
            or (self.floats.exist and style.contains_floats(node))
        ):
            inner = self._content(node)
            return (wide or (width is None and inner[0]), high or (height is None and inner[1])), False
        return (wide, high or style.has_marker(node) or lacks_summary(node)), not self.skips(node)

    def _text(self, node: Any, parent: Any) -> Extent:
        text = node.text
        element = parent if is_element(parent) else None
        drawn = bool(text.strip(SPACE))
        if not drawn and text and element is not None and self.styles.display(element) not in SPACELESS:
            drawn = (self.styles.inherited(element, "white-space") or "").startswith(("pre", "break"))
        if not drawn:
            return _NOTHING
        if element is not None and self.style.is_fontless(element):
            return False, True
        return bool(text.strip(_WIDTHLESS)) or not text.strip(SPACE), True


def _is_written_in(el: Any) -> bool:
    """Tell whether Chromium keeps an empty line in the block, since it is where ``contenteditable`` begins."""
    value = el.attr("contenteditable")
    return value is not None and value.lower() in ("", "true", "plaintext-only")


def lacks_summary(el: Any) -> bool:
    """Tell whether an element is a ``details`` without a summary, for which the browser writes one."""
    return el.tag == "details" and not any(
        is_element(child) and child.tag == "summary" for child in el.children
    )
