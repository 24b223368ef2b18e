"""Tells whether an element's box has a width and a height, as far as that is known without a layout.

Rules of thumb from CSS 2.2 (chapters 8 to 11), Flexbox and HTML's rendering section: what has text, a
picture, a control, a border, a padding or a size of its own has an area; what has none of these is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey.dom.cascade import Styles
from django_journey.dom.css_properties import is_zero
from django_journey.dom.flat_tree import shown_children
from django_journey.dom.generated import content_text
from django_journey.dom.parser import is_element, is_html, is_text
from django_journey.dom.svg_shapes import has_shape

__all__ = ["Boxes"]

Extent = tuple[bool, bool]  # whether there is a width, whether there is a height

_REPLACED = frozenset(
    {
        "iframe",
        "embed",
        "object",
        "video",
        "audio",
        "canvas",
        "svg",
        "math",
        "frame",
        "input",
        "select",
        "textarea",
    }
    | {"meter", "progress", "marquee"}
)
# Elements that the browser itself gives a border or padding on all sides.
_BORDERED = frozenset({"button", "fieldset", "hr", "dialog", "td", "th", "iframe"})
_PADDED_INLINE = frozenset({"ul", "ol", "menu", "dir", "legend"})
_BLOCK_LEVEL = frozenset({"block", "flow-root", "list-item", "flex", "grid", "table", "-webkit-box"})
_ATOMIC = frozenset({"inline-block", "inline-flex", "inline-grid", "inline-table", "-webkit-inline-box"})
_ROW_FLEX = frozenset({"flex", "inline-flex", "-webkit-box", "-webkit-inline-box"})
_GRID = frozenset({"grid", "inline-grid"})
_TABLE_PARTS = frozenset({"table-row", "table-row-group", "table-header-group", "table-footer-group"})
_AUTO = frozenset(
    {"auto", "initial", "none", "min-content", "max-content", "fit-content", "normal", "stretch"}
)
_SPACE = " \t\n\r\f"


class Boxes:
    """The boxes of one page's elements.

    Args:
        styles: The page's cascade.
        skips: Tells whether an element's content is skipped.
        quirks: Whether the page is in quirks mode, where the body fills the window.
    """

    def __init__(self, styles: Styles, skips: Callable[[Any], bool], *, quirks: bool) -> None:
        self.styles = styles
        self.skips = skips
        self.quirks = quirks
        self._known: dict[Any, Extent] = {}
        self._contents: dict[Any, Extent] = {}

    def has_area(self, el: Any) -> bool:
        """Tell whether both width and height of the element's box are more than nought."""
        extent = self._known.get(el)
        if extent is None:
            try:
                extent = self._extent(el)
            except RecursionError:  # boxes that shrink or stretch, hundreds deep: seen as shown
                extent = True, True
            self._known[el] = extent
        return extent[0] and extent[1]

    def text_has_area(self, text: Any, parent: Any) -> bool:
        """Tell whether a text node is drawn at all: it is more than white space that collapses."""
        return self._text(text, parent)[0]

    # -- one element ------------------------------------------------------------------------------

    def _extent(self, el: Any) -> Extent:
        tag = el.tag
        if not is_html(el) and tag not in ("svg", "math"):
            return (has_shape(el),) * 2
        if tag in ("html", "body"):
            return self._page(el)
        if _is_replaced(el):
            return self._replaced(el)
        if tag in ("br", "wbr", "area"):
            return False, False
        display = self.styles.display(el)
        if display == "inline":
            return self._inline(el)
        if display in _TABLE_PARTS or display in ("table-column", "table-column-group"):
            return self._table_part(el, display)
        return self._block(el, display)

    def _page(self, el: Any) -> Extent:
        if self.quirks or el.tag == "html":
            return True, True
        return self._block(el, "block")

    def _replaced(self, el: Any) -> Extent:
        if el.tag == "img" and not el.attr("src") and not el.attr("srcset"):
            drawn = bool((el.attr("alt") or "").strip())
        elif el.tag == "audio":
            drawn = el.attr("controls") is not None
        elif el.tag == "embed":
            drawn = bool(el.attr("src"))
        else:
            drawn = True
        width, height = self._sized(el, "width"), self._sized(el, "height")
        framed = el.tag in ("input", "textarea", "select", "iframe", "progress", "meter") and not _is_bare(el)
        return (
            (drawn if width is None else width) or self._edges(el, "left", "right", framed),
            (drawn if height is None else height) or self._edges(el, "top", "bottom", framed),
        )

    def _inline(self, el: Any) -> Extent:
        width, height = self._content(el)
        if not width and self._edges(el, "left", "right", False):
            return not self._is_fontless(el), not self._is_fontless(el)
        return width, height

    def _block(self, el: Any, display: str) -> Extent:
        width, height = self._sized(el, "width"), self._sized(el, "height")
        content: Extent | None = None
        if width is None or height is None:
            content = self._content(el)
        framed = el.tag in _BORDERED
        if width is None:
            width = bool(content and content[0]) or not self._shrinks(el, display)
        if height is None:
            height = bool(content and content[1]) or self._is_stretched(el)
        return (
            width or self._edges(el, "left", "right", framed or el.tag in _PADDED_INLINE),
            height or self._edges(el, "top", "bottom", framed),
        )

    def _table_part(self, el: Any, display: str) -> Extent:
        if display.startswith("table-column"):
            return False, False
        cells = [child for child in shown_children(el) if is_element(child)]
        for child in cells:
            if self.styles.display(child) != "none" and self.has_area(child):
                return True, True
        return False, self._sized(el, "height") or False

    # -- what gives it a size ----------------------------------------------------------------------

    def _sized(self, el: Any, name: str) -> bool | None:
        """Return whether the style gives that side a length; ``None`` where the content decides."""
        declared = self.styles.declared(el)
        hint = (
            el.attr(name)
            if el.tag in ("img", "iframe", "video", "canvas", "svg", "embed", "object")
            else None
        )
        if not declared and hint is None:
            return None
        value = self.styles.value(el, name) if declared else None
        limit = self.styles.value(el, f"max-{name}") if declared else None
        least = self.styles.value(el, f"min-{name}") if declared else None
        if least is not None and least not in _AUTO and not is_zero(least):
            return True
        if limit is not None and is_zero(limit):
            return False
        if value is None:
            value = hint
        if value is None or value in _AUTO:
            return None
        if is_zero(value):
            return False
        return None if name == "height" and value.endswith("%") and not self._is_placed(el) else True

    def _edges(self, el: Any, first: str, second: str, framed: bool) -> bool:
        """Tell whether padding or border on one of two opposite sides makes room."""
        declared = self.styles.declared(el)
        if not declared:
            return framed
        for side in (first, second):
            padding = self.styles.value(el, f"padding-{side}")
            if padding is not None and padding != "initial" and not is_zero(padding):
                return True
            style = self.styles.value(el, f"border-{side}-style")
            width = self.styles.value(el, f"border-{side}-width")
            if style not in (None, "none", "hidden", "initial") and not (width and is_zero(width)):
                return True
            bare = style in ("none", "hidden", "initial") or bool(width and is_zero(width))
            if framed and not (padding is not None and bare):
                return True
        return False

    def _is_placed(self, el: Any) -> bool:
        return self.styles.value(el, "position") in ("absolute", "fixed")

    def _is_floated(self, el: Any) -> bool:
        return self.styles.value(el, "float") not in (None, "none", "initial")

    def _shrinks(self, el: Any, display: str) -> bool:
        """Tell whether the box is only as wide as its content."""
        while True:
            if self._is_placed(el):
                return None in (self._offset(el, "left"), self._offset(el, "right"))
            if (
                self._is_floated(el)
                or display in _ATOMIC
                or display in ("table", "table-cell", "table-caption")
            ):
                return True
            if el.tag in ("legend", "button", "dialog"):
                return True
            parent = self.styles.parent(el)
            while parent is not None and self.styles.display(parent) == "contents":
                parent = self.styles.parent(parent)
            if parent is None:
                return False
            around = self.styles.display(parent)
            if around in _ROW_FLEX:
                direction = self.styles.value(parent, "flex-direction") or "row"
                if direction.startswith("row"):
                    grow = self.styles.value(el, "flex-grow")
                    return grow is None or grow == "initial" or is_zero(grow)
            sized = self._sized(parent, "width")
            if sized is not None:
                return not sized
            if around == "inline":
                el, display = parent, "block"
                continue
            el, display = parent, around
            if self._content(el)[0]:
                return False

    def _is_stretched(self, el: Any) -> bool:
        """Tell whether something other than the content makes the box high."""
        if self._is_placed(el):
            return None not in (self._offset(el, "top"), self._offset(el, "bottom"))
        parent = self.styles.parent(el)
        if parent is None:
            return False
        around = self.styles.display(parent)
        if around in _GRID or around == "table-row":
            return self._content(parent)[1]
        if around in _ROW_FLEX:
            direction = self.styles.value(parent, "flex-direction") or "row"
            if direction.startswith("row"):
                return bool(self._sized(parent, "height")) or self._content(parent)[1]
            grow = self.styles.value(el, "flex-grow")
            return bool(self._sized(parent, "height")) and grow is not None and not is_zero(grow)
        if (self.styles.value(el, "height") or "").endswith("%"):
            return bool(self._sized(parent, "height")) or (self.quirks and parent.tag == "body")
        return False

    def _offset(self, el: Any, side: str) -> str | None:
        value = self.styles.value(el, side)
        return None if value in (None, "auto", "initial") else value

    def _is_fontless(self, el: Any) -> bool:
        size = self.styles.inherited(el, "font-size")
        return size is not None and is_zero(size)

    # -- what is in it ------------------------------------------------------------------------------

    def _content(self, el: Any) -> Extent:
        """Look for the first thing in the element that makes it wide, and the first that makes it high."""
        width = height = False
        if self.skips(el):
            return False, False
        contains_floats = self._contains_floats(el)
        stack = [el]
        while stack and not (width and height):
            node = stack.pop()
            if is_text(node):
                found = self._text(node, self.styles.parent(node) if node.parent is None else node.parent)
                width, height = width or found[0], height or found[1]
                continue
            if node is not el:
                found, descend = self._inner(node, contains_floats)
                width, height = width or found[0], height or found[1]
                if not descend:
                    continue
            for pseudo in ("before", "after"):
                found = self._generated(node, pseudo)
                width, height = width or found[0], height or found[1]
            if node is el and self._has_marker(el):
                height = True
            stack.extend(
                child
                for child in reversed(shown_children(node))
                if is_text(child) or (is_element(child) and self._is_drawn(node, child))
            )
        return width, height

    def _is_drawn(self, parent: Any, child: Any) -> bool:
        if parent.tag == "details" and parent.attr("open") is None and child.tag != "summary":
            return False
        return (
            self.styles.display(child) != "none"
            and self.styles.value(parent, "content-visibility") != "hidden"
        )

    def _inner(self, node: Any, contains_floats: bool) -> tuple[Extent, bool]:
        """Return what a descendant adds, and whether to look into it."""
        tag = node.tag
        styles = self.styles
        if self._is_placed(node):
            return (False, False), False
        if tag == "br":
            return (False, True), False
        if _is_replaced(node):
            return self._replaced(node), False
        display = styles.display(node)
        if self._is_floated(node):
            extent = self._block(node, display)
            return (extent[0], extent[1] and contains_floats), False
        width, height = self._sized(node, "width"), self._sized(node, "height")
        if display == "inline":
            wide = self._edges(node, "left", "right", False)
            return (wide, wide), True
        framed = tag in _BORDERED
        wide = bool(width) or self._edges(node, "left", "right", framed or tag in _PADDED_INLINE)
        high = bool(height) or self._edges(node, "top", "bottom", framed) or self._has_marker(node)
        if width is False or height is False:
            inner = self._content(node)
            return (wide or (width is None and inner[0]), high or (height is None and inner[1])), False
        return (wide, high), True

    def _text(self, node: Any, parent: Any) -> Extent:
        text = node.text
        drawn = bool(text.strip(_SPACE))
        if not drawn and text and parent is not None and is_element(parent):
            drawn = (self.styles.inherited(parent, "white-space") or "").startswith(("pre", "break"))
        if drawn and parent is not None and is_element(parent) and self._is_fontless(parent):
            drawn = False
        return drawn, drawn

    def _generated(self, el: Any, pseudo: str) -> Extent:
        styles = self.styles
        text = content_text(styles, el, pseudo)
        if text is None:
            return False, False
        if styles.value(el, "position", pseudo) in ("absolute", "fixed"):
            return False, False
        if text.strip(_SPACE):
            return True, True
        display = styles.pseudo_display(el, pseudo)
        if display in ("none", "inline"):
            return False, False
        sides = []
        for name, edges in (("width", ("left", "right")), ("height", ("top", "bottom"))):
            value = styles.value(el, name, pseudo)
            padding = [styles.value(el, f"padding-{edge}", pseudo) for edge in edges]
            border = [styles.value(el, f"border-{edge}-style", pseudo) for edge in edges]
            sides.append(
                any(
                    size is not None and size not in _AUTO and not is_zero(size) for size in (value, *padding)
                )
                or any(style not in (None, "none", "hidden", "initial") for style in border)
            )
        return sides[0], sides[1]

    def _has_marker(self, el: Any) -> bool:
        """Tell whether a list item draws a bullet, which opens a line."""
        return self.styles.display(el) == "list-item" and self.styles.marks(el)

    def _contains_floats(self, el: Any) -> bool:
        styles = self.styles
        return (
            styles.display(el) not in ("block", "inline", "list-item")
            or styles.value(el, "overflow-y") not in (None, "visible", "clip", "initial")
            or self._is_placed(el)
            or self._is_floated(el)
            or el.tag in ("button", "fieldset")
        )


def _is_replaced(el: Any) -> bool:
    return el.tag in _REPLACED or el.tag == "img" or (el.tag == "object" and bool(el.attr("data")))


def _is_bare(el: Any) -> bool:
    """Tell whether a control has neither border nor padding by itself."""
    return el.tag == "input" and (el.attr("type") or "").lower() in (
        "checkbox",
        "radio",
        "image",
        "range",
        "color",
    )
