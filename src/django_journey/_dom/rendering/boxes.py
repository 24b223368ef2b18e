"""Whether the boxes of elements have a width and a height, as far as that is known without a layout.

The rules are derived from CSS 2.2 (chapters 8 to 11), Flexbox and HTML's rendering section: a box with text, an image,
a control, a border, padding or a specified size has an area; any other box is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.display_types import SPACELESS
from django_journey._dom.css.pseudo_classes import is_editing_host
from django_journey._dom.rendering.box_context import BoxContext, is_replaced
from django_journey._dom.rendering.box_style import ATOMIC, SPACE, Extent
from django_journey._dom.rendering.floats import Floats
from django_journey._dom.rendering.svg_shapes import has_shape, is_nested_in_svg
from django_journey._dom.rendering.table_columns import has_columns, is_spaced, table_of
from django_journey._dom.tree.flat_tree import shown_children
from django_journey._dom.tree.parser import Element, Node, is_element, is_html, is_text
from django_journey._dom.tree.walk import child_of

__all__ = ["Boxes"]

_IN_LINE = frozenset({"inline", "ruby", "ruby-text", "math"})
_TABLE_PARTS = frozenset({"table-row", "table-row-group", "table-header-group", "table-footer-group"})
_TABLES = frozenset({"table", "inline-table"})
_WITH_TEXT = frozenset({"block", "inline", "inline-block", "list-item", "table-cell", "flex", "grid"})
_COLUMNS = frozenset({"table-column", "table-column-group"})
_WIDTHLESS = SPACE + "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_NOTHING: Extent = (False, False)


class Boxes(BoxContext):
    """The boxes of one page's elements.

    Args:
        styles: The page's styles.
        skips: Returns whether an element's content is skipped.
        quirks: Whether the page is in quirks mode, where the body fills the viewport.
    """

    def __init__(self, styles: Styles, skips: Callable[[Element], bool], *, quirks: bool) -> None:
        super().__init__(styles, quirks=quirks)
        self.skips = skips
        self.contains = not styles.main.properties.isdisjoint(("contain", "container-type")) or styles.inline
        self.floats = Floats(self.style, self._is_high)
        self._known: dict[Element, bool] = {}
        self._roomy: dict[Element, bool] = {}
        self._contents: dict[Element, Extent] = {}

    def has_area(self, el: Element) -> bool:
        """Return whether both width and height of the element's box are more than zero."""
        known = self._known.get(el)
        if known is None:
            try:
                extent = (True, True) if self._shows_text(el) else self._extent(el)
                known = all(extent) or (
                    any(extent) and self.style.may_rotate and self._is_within(el, self.style.is_rotated)
                )
                known = known and not (
                    self.style.may_scale_to_zero and self._is_within(el, self.style.is_scaled_to_zero)
                )
            except RecursionError:  # hundreds of nested boxes that shrink or stretch: assumed to be visible
                known = True
            self._known[el] = known
        return known

    def _shows_text(self, el: Element) -> bool:
        """Return whether an element has text of its own, and no rule makes it or a box around it smaller.

        That is true of most elements that a test looks for; the others need a closer look.
        """
        if is_replaced(el) or self.styles.display(el) not in _WITH_TEXT or self.skips(el):
            return False
        if not any(is_text(child) and child.text.strip(_WIDTHLESS) for child in el.children):
            return False
        chain = []
        node: Element | None = el
        while node is not None and (known := self._roomy.get(node)) is None:
            chain.append(node)
            node = self.styles.parent(node)
        roomy = node is None or bool(known)
        for each in reversed(chain):
            roomy = self._roomy[each] = roomy and is_html(each) and self.style.is_roomy(each)
        return roomy

    def _is_within(self, el: Element, kind: Callable[[Element], bool]) -> bool:
        node: Element | None = el
        while node is not None:
            if kind(node):
                return True
            node = self.styles.parent(node)
        return False

    def text_has_area(self, text: Node, parent: Element) -> bool:
        """Return whether a text node is rendered: it is more than collapsible white space."""
        return all(self._text(text, parent))

    # -- one element ------------------------------------------------------------------------------

    def _extent(self, el: Element) -> Extent:
        tag = el.tag
        if not is_html(el) and (tag not in ("svg", "math") or is_nested_in_svg(el)):
            return (has_shape(self.styles, el),) * 2
        if tag == "html" or (tag == "body" and self.quirks):
            return True, True
        if is_replaced(el):
            return self._replaced(el)
        if tag in ("br", "wbr", "area"):
            return False, tag == "br"
        if tag == "option" and el.closest("select") is not None:
            return True, True  # a row of the list box, even without text
        display = self.styles.display(el)
        if display in _IN_LINE:
            return self._inline(el)
        if display in _COLUMNS:
            table = table_of(self.styles, el)
            return (table is not None and has_columns(self.styles, el, table) and self.has_area(table),) * 2
        if display in _TABLE_PARTS:
            return self._table_part(el)
        return self._block(el, display)

    def _replaced(self, el: Element) -> Extent:
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
        width, height = self.style.has_length(el, "width"), self.style.has_length(el, "height")
        if el.tag == "svg" and width is None and height is None and el.attr("viewBox"):
            # In a flex container it is as wide as that, whatever its content.
            around = self._container(el)
            display = self.styles.display(around) if around is not None else ""
            if around is not None and display == "flex":
                width_of = self.style.has_length(around, "width")
                drawn = self._has_width(around, display) if width_of is None else width_of
            else:
                drawn = self._has_width(el, "block")
        return (
            (drawn if width is None else width) or self.style.has_padding_or_border(el, across=True),
            (drawn if height is None else height) or self.style.has_padding_or_border(el, across=False),
        )

    def _inline(self, el: Element) -> Extent:
        width, height = self._content(el)
        if not width and self.style.has_padding_or_border(el, across=True):
            return (
                self.style.has_padding_or_border(el, across=False) or not self.style.has_zero_font_size(el),
            ) * 2
        return width, height

    def _block(self, el: Element, display: str) -> Extent:
        style = self.style
        width, height = style.has_length(el, "width"), style.has_length(el, "height")
        if width is None:
            width = self._has_width(el, display) or bool(height and style.has_aspect_ratio(el))
        if height is None and style.is_positioned(el) and style.spans_between(el, "top", "bottom"):
            height = style.has_negative_inset(el, "top", "bottom") or self._containing_extent(el)[1]
        elif height is None and self._is_limited_to_line(el):
            height = False
        elif height is None:
            height = self._content(el)[1] or self._is_stretched(el) or is_editing_host(el)
            height = height or (width and style.has_aspect_ratio(el))
        return width or style.has_padding_or_border(el, across=True), height or style.has_padding_or_border(
            el, across=False
        )

    def _table_part(self, el: Element) -> Extent:
        for child in shown_children(el):
            if is_text(child):
                if all(self._text(child, el)):  # in an anonymous cell
                    return True, True
            elif is_element(child) and self.styles.display(child) != "none" and self.has_area(child):
                return True, True
        return False, self.style.has_length(el, "height") or False

    # -- content ------------------------------------------------------------------------------------

    def _content(self, el: Element) -> Extent:
        """Return the extent of an element's content."""
        known = self._contents.get(el)
        if known is None:
            # If computing this asks for it again, through a box that depends on its container, that box adds nothing.
            self._contents[el] = _NOTHING
            try:
                width, height = self._search(el)
            except BaseException:
                del self._contents[el]
                raise
            no_width, no_height = self.style.size_containment(el)
            known = self._contents[el] = (width and not no_width, height and not no_height)
        return known

    def _search(self, el: Element) -> Extent:
        """Search an element's content until a width and a height are found."""
        if self.skips(el):
            return _NOTHING
        named = lacks_summary(el) and not self.style.has_zero_line_height(el)
        display = self.styles.display(el)
        named = named or (display in _TABLES and is_spaced(self.styles, el))
        width, height = named, named or self.style.has_marker(el)
        in_line = display in _IN_LINE
        contains_floats = self.style.contains_floats(el)
        stack: list[tuple[Node, str]] = [(el, "")]
        while stack and not (width and height):
            node, pseudo = stack.pop()
            if not is_element(node):
                around = self.styles.parent(node) or el
                found = self._text(node, around)
                width = width or found[0]
                # An inline box is as high as its font; a block is as high as its lines.
                flat = self.style.has_zero_font_size if in_line else partial(self._has_flat_line, el)
                height = height or (found[1] and not flat(around))
                continue
            if pseudo:
                found = self._generated(node, pseudo)
                width, height = width or found[0], height or found[1]
                continue
            descend = True
            if node is not el:
                found, descend = self._inner(node, contains_floats)
                if in_line and not descend and self.style.is_floated(node):
                    continue  # a float is not part of the line
                width, height = width or found[0], height or found[1]
            if descend:
                stack.append((node, "after"))
                stack.extend(
                    (child, "") for child in reversed(shown_children(node)) if self._is_laid_out(node, child)
                )
                stack.append((node, "before"))
        return width, height

    def _has_flat_line(self, block: Element, inner: Element) -> bool:
        """Return whether a line has no height: that of every element around it is zero."""
        while self.style.has_zero_line_height(inner):
            if inner == block or self.styles.display(inner) not in _IN_LINE:
                return True
            around = self.styles.parent(inner)
            if around is None:
                return True
            inner = around
        return False

    def _generated(self, node: Element, pseudo: str) -> Extent:
        width, height = self.style.generated(node, pseudo)
        return width, height or self.floats.are_cleared_by(node, pseudo)

    def _is_high(self, floated: Element) -> bool:
        if is_replaced(floated):
            return self._replaced(floated)[1]
        return self._block(floated, self.styles.display(floated))[1]

    def _floated(self, el: Element, display: str) -> Extent:
        """Return the extent that a float adds; a percentage width counts as that of its content."""
        if self.style.is_relative(el, "width"):
            return self._content(el)[0] or self.style.has_padding_or_border(
                el, across=True
            ), self._own_height(el)
        return self._block(el, display)

    def _is_laid_out(self, parent: Element, child: Node) -> bool:
        if is_text(child):
            return True
        if not is_element(child) or self.styles.display(child) == "none" or self.skips(parent):
            return False
        return not (parent.tag == "details" and parent.attr("open") is None and child.tag != "summary")

    def _inner(self, node: Element, contains_floats: bool) -> tuple[Extent, bool]:
        """Return the extent that a descendant adds, and whether to search its content as well.

        An atomic inline makes a line, even if it is empty.
        """
        style = self.style
        if style.is_positioned(node):
            return _NOTHING, False
        if node.tag == "br":
            return (False, not style.has_zero_line_height(node)), False
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
            lined = (display == "inline" or display in ATOMIC) and not style.has_zero_font_size(node)
            return (wide or apart, high or lined), False
        if display in _IN_LINE:
            return (apart or style.has_padding_or_border(node, across=True),) * 2, True
        if style.has_aspect_ratio(node):
            return self._block(node, display), False
        if display in _TABLES:
            return self._block(node, display), False
        if display in _TABLE_PARTS:
            return (False, style.has_length(node, "height") or False), not self.skips(node)
        width, height = style.has_length(node, "width"), style.has_length(node, "height")
        wide = bool(width) or apart or style.has_padding_or_border(node, across=True)
        high = bool(height) or style.has_padding_or_border(node, across=False) or display in ATOMIC
        high = high or (contains_floats and style.has_margin(node, across=False))
        if (
            width is False
            or height is False
            or (self.contains and any(style.size_containment(node)))
            or (self.floats.exist and style.contains_floats(node))
        ):
            inner = self._content(node)
            return (wide or (width is None and inner[0]), high or (height is None and inner[1])), False
        return (wide, high or style.has_marker(node) or lacks_summary(node)), not self.skips(node)

    def _text(self, node: Node, parent: Element) -> Extent:
        text = node.text
        drawn = bool(text.strip(SPACE))
        if not drawn and text and self.styles.display(parent) not in SPACELESS:
            drawn = (self.styles.inherited(parent, "white-space") or "").startswith(("pre", "break"))
        if not drawn:
            return _NOTHING
        if self.style.has_zero_font_size(parent):
            return False, True
        return bool(text.strip(_WIDTHLESS)) or not text.strip(SPACE), True


def lacks_summary(el: Element) -> bool:
    """Return whether an element is a ``details`` without a summary; the browser adds a default one."""
    return el.tag == "details" and child_of(el, "summary") is None
