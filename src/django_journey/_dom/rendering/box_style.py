"""The part of a box's size that depends on its own style: lengths, padding, border, position, markers."""

from __future__ import annotations

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.display_types import INSIDE_TABLES
from django_journey._dom.css.properties import is_zero, rotates_box, scales_to_zero
from django_journey._dom.css.user_agent import is_positioned_by_default
from django_journey._dom.rendering.generated_text import content_text, opens_line
from django_journey._dom.tree.parser import Element, is_html
from django_journey._dom.tree.usage import uses

__all__ = ["ATOMIC", "ROW_FLEX", "SPACE", "BoxStyle", "Extent"]

Extent = tuple[bool, bool]  # whether the width is not zero, whether the height is not zero

ATOMIC = frozenset({"inline-block", "inline-flex", "inline-grid", "inline-table", "-webkit-inline-box"})
ROW_FLEX = frozenset({"flex", "inline-flex", "-webkit-box", "-webkit-inline-box"})
SPACE = " \t\n\r\f"

# Elements with a border or padding by the user agent style sheet: on all sides, or left and right.
_BORDERED = frozenset({"button", "fieldset", "hr", "dialog", "td", "th", "iframe"})
_INDENTED = frozenset({"ul", "ol", "menu", "dir", "legend"})
_SET_IN = frozenset({"ul", "ol", "menu", "dir", "dd", "blockquote", "figure"})
_PADDED_ONLY = _INDENTED | {"td", "th"}  # only padding
_FRAMED_ONLY = frozenset({"hr", "iframe"})  # only a border
# Elements with a margin by the user agent style sheet: left or right, top or bottom.
_SPREAD = frozenset({"dd", "blockquote", "figure"})
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "menu", "dir", "dl"}) | {
    "blockquote",
    "figure",
    "pre",
    "listing",
    "xmp",
    "plaintext",
    "hr",
}
_CONTROLS = frozenset({"input", "textarea", "select"})
_BARE_TYPES = frozenset({"checkbox", "radio", "image", "range", "color"})
_HINTED = frozenset({"img", "iframe", "video", "canvas", "svg", "embed", "object"})
_AUTO = frozenset(
    {"auto", "initial", "none", "min-content", "max-content", "fit-content", "normal", "stretch"}
)
_ROWS = INSIDE_TABLES - {"table-cell", "table-caption"}
_TABLES = frozenset({"table", "inline-table", "table-cell"})
_NO_BORDER = frozenset({"none", "hidden", "initial"})

# Properties that may make a box empty: by a size of zero, or by another value than these.
_SIZES = frozenset({"width", "height", "max-width", "max-height", "font-size", "line-height"})
_USUAL = {
    "position": ("static", "relative", "sticky"),
    "contain": ("none",),
    "container-type": ("normal",),
    "grid-template-rows": ("none",),
    "all": (),
}
_SIZING = _SIZES | _USUAL.keys()

# The values of ``display`` on which containment has no effect (CSS Contain 2, 3.1).
_UNCONTAINED = _ROWS | {"table-cell", "inline", "ruby", "ruby-text"}
_FLOWING = frozenset({"block", "inline", "list-item", "contents", "ruby", "ruby-text"})
_GRIDS = frozenset({"grid", "inline-grid"})
_ITEMS_IN = ROW_FLEX | _GRIDS
# Properties that make a box contain its floats, each with the values that do not.
_CONTAINING = (
    ("overflow-y", ("visible", "clip")),
    ("overflow-x", ("visible", "clip")),
    ("contain", ("none", "size", "inline-size", "style")),
    ("column-count", ("auto",)),
    ("column-width", ("auto",)),
    ("container-type", ("normal", "scroll-state")),
)


class BoxStyle:
    """Facts about boxes that don't depend on their content."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.pops = uses(styles.doc, "[popover]")
        #: Whether a box may be scaled to zero.
        self.may_scale_to_zero = styles.main.may_scale_to_zero or styles.inline or styles.shadows
        #: Whether a grid may have rows of no height.
        self.folds = "grid-template-rows" in styles.main.properties or styles.inline or styles.shadows
        #: Whether a box may be rotated or skewed.
        self.may_rotate = styles.main.may_rotate or styles.inline or styles.shadows

    def is_roomy(self, el: Element) -> bool:
        """Return whether it is plain that no declaration gives a box a side or a font of no size."""
        if el.tag in _HINTED:
            return False
        for name in self.styles.declared(el).keys() & _SIZING:
            value = self.styles.value(el, name)
            if value is not None and (
                is_zero(value) if name in _SIZES else value not in (*_USUAL[name], "initial")
            ):
                return False
        return True

    def has_length(self, el: Element, name: str) -> bool | None:
        """Return whether the style sets a side to a length other than zero; ``None`` if it is automatic.

        Args:
            el: The element.
            name: ``"width"`` or ``"height"``.
        """
        declared = self.styles.declared(el)
        hint = el.attr(name) if el.tag in _HINTED else None
        if self.folds and name == "height" and self._is_folded(el):
            return False
        if not declared:
            return None if hint is None else not is_zero(hint)
        if not (
            name in declared or f"min-{name}" in declared or f"max-{name}" in declared or "all" in declared
        ):
            return None if hint is None else not is_zero(hint)
        if self.styles.display(el) in _ROWS:
            value = self.styles.value(el, "height") if name == "height" else None
            return None if value is None or value in _AUTO or value.endswith("%") else not is_zero(value)
        least = self.styles.value(el, f"min-{name}")
        if least is not None and least not in _AUTO and not is_zero(least) and not least.endswith("%"):
            return True
        limit = self.styles.value(el, f"max-{name}")
        if limit is not None and (is_zero(limit) or (limit.endswith("%") and self._part(el, name) is False)):
            return None if self.styles.display(el) in _TABLES else False
        value = self.styles.value(el, name) or hint
        if value is None or value in _AUTO:
            return None
        if is_zero(value):
            # Tables and cells are never smaller than their content (CSS 2.2, 17.5).
            return None if self.styles.display(el) in _TABLES else False
        return self._part(el, name) if value.endswith("%") else True

    def _part(self, el: Element, name: str) -> bool | None:
        """Return whether a percentage is a length other than zero; ``None`` if it is automatic."""
        parent = self.styles.parent(el)
        if (
            parent is None
            or self.is_positioned(el)
            or self.styles.display(parent) in _TABLES | _ROWS | _GRIDS
        ):
            return None
        if name == "height" and self.styles.value(parent, name) in (None, *_AUTO):
            return None  # a percentage of an automatic height is automatic (CSS 2.2, 10.5)
        return False if self.has_length(parent, name) is False else None

    def _is_folded(self, el: Element) -> bool:
        """Return whether a grid item is stretched to a row without a height (CSS Grid 2, 12.7)."""
        parent = self.styles.parent(el)
        if parent is None or self.styles.display(parent) not in _GRIDS or self.is_positioned(el):
            return False
        row = (self.styles.value(parent, "grid-template-rows") or "").replace(" ", "")
        fixed = row.removeprefix("minmax(0,").rstrip(")") if row.startswith("minmax(0,") else row
        if not is_zero(fixed) or self.styles.value(el, "height") not in (None, *_AUTO):
            return False
        if self.is_aligned(el, parent, "align"):
            return False
        if fixed != row or not row.endswith("fr"):
            return True
        # A row of ``0fr`` is as high as the item's minimum height: its content's, unless it is scrollable.
        least = self.styles.value(el, "min-height")
        if least in (None, "auto", "initial"):
            return self.styles.value(el, "overflow-y") in ("hidden", "auto", "scroll")
        return is_zero(least)

    def is_relative(self, el: Element, name: str) -> bool:
        """Return whether a side is a percentage of the containing block's."""
        for each in (name, f"min-{name}"):
            value = self.styles.value(el, each)
            if value is not None and value.endswith("%") and not is_zero(value):
                return True
        return False

    def has_padding_or_border(self, el: Element, *, across: bool) -> bool:
        """Return whether there is padding or a border at the left or right (otherwise: at the top or bottom)."""
        tag = el.tag
        framed = (
            (tag in _BORDERED and not (tag in ("td", "th") and _is_bare_cell(el)))
            or (across and tag in _INDENTED)
            or (self.pops and el.attr("popover") is not None)
            or (tag in _CONTROLS and not (tag == "input" and (el.attr("type") or "").lower() in _BARE_TYPES))
        )
        if not self.styles.declared(el):
            return framed
        return any(
            self._side(el, side, framed) for side in (("left", "right") if across else ("top", "bottom"))
        )

    def _side(self, el: Element, side: str, framed: bool) -> bool:
        padding = self.styles.value(el, f"padding-{side}")
        if padding is not None and padding != "initial" and not is_zero(padding):
            return True
        style = self.styles.value(el, f"border-{side}-style")
        width = self.styles.value(el, f"border-{side}-width")
        thin = width is not None and is_zero(width)
        if style is not None and style not in _NO_BORDER and not thin:
            return True
        bare = thin or style in _NO_BORDER
        if el.tag in _FRAMED_ONLY:
            return framed and not bare
        return framed and (padding is None or (not bare and el.tag not in _PADDED_ONLY))

    def is_positioned(self, el: Element) -> bool:
        """Return whether an element is absolutely positioned (``absolute`` or ``fixed``)."""
        position = self.styles.value(el, "position")
        placed = is_positioned_by_default(el) if position is None else position in ("absolute", "fixed")
        return placed and self.styles.outer_display(el) != "contents"

    def has_margin(self, el: Element, *, across: bool) -> bool:
        """Return whether a box has a positive margin at its left or right (otherwise: at its top or bottom)."""
        default = el.tag in (_SPREAD if across else _SPACED)
        if not self.styles.declared(el):
            return default and is_html(el)
        values = [
            self.styles.value(el, f"margin-{side}")
            for side in (("left", "right") if across else ("top", "bottom"))
        ]
        if any(value is not None and value.startswith("-") for value in values):
            return False
        if default and None in values:
            return True
        return any(value not in (None, "auto", "initial") and not is_zero(value) for value in values if value)

    def contains_positioned(self, el: Element, *, fixed: bool) -> bool:
        """Return whether a box is the containing block of absolute (or fixed) descendants (CSS Position 3, 2.1)."""
        position = self.styles.value(el, "position")
        if not fixed and (position not in (None, "static", "initial") or self.is_positioned(el)):
            return True
        transform = self.styles.value(el, "transform")
        contain = self.styles.value(el, "contain") or ""
        return transform not in (None, "none", "initial") or any(
            each in contain for each in ("layout", "paint", "strict", "content")
        )

    def is_floated(self, el: Element) -> bool:
        """Return whether an element floats; positioned elements, flex items and grid items do not."""
        value = self.styles.value(el, "float")
        if value is None or value in ("none", "initial"):
            return False
        return not self.is_positioned(el) and not self.is_item(el)

    def is_one_pixel_wide(self, el: Element) -> bool:
        """Return whether a box is one pixel wide, as in styles for visually hidden text."""
        return self.styles.value(el, "width") in ("1px", ".1px", "0.1px")

    def is_indented(self, el: Element) -> bool:
        """Return whether the user agent style sheet indents an element."""
        return el.tag in _SET_IN and not self.styles.declared(el)

    def spans_between(self, el: Element, *sides: str) -> bool:
        """Return whether a positioned element has insets on all these sides, so that it spans between them."""
        return all(self.styles.value(el, side) not in (None, "auto", "initial") for side in sides)

    def has_negative_inset(self, el: Element, *sides: str) -> bool:
        """Return whether a positioned element has a negative inset on one of these sides."""
        return any((self.styles.value(el, side) or "").startswith("-") for side in sides)

    def is_scaled_to_zero(self, el: Element) -> bool:
        """Return whether an element is scaled to zero."""
        return self.styles.display(el) != "inline" and any(
            scales_to_zero(value)
            for name in ("transform", "scale")
            if (value := self.styles.value(el, name)) is not None
        )

    def is_rotated(self, el: Element) -> bool:
        """Return whether an element is rotated or skewed."""
        value = self.styles.value(el, "transform")
        return value is not None and self.styles.display(el) != "inline" and rotates_box(value)

    def is_row(self, el: Element) -> bool:
        """Return whether a flex container's main axis is horizontal."""
        return (self.styles.value(el, "flex-direction") or "row") in ("row", "row-reverse", "initial")

    def is_aligned(self, el: Element, container: Element, axis: str) -> bool:
        """Return whether an item is aligned, and therefore not stretched.

        Args:
            el: The item.
            container: The flex or grid container.
            axis: ``"align"`` or ``"justify"``.
        """
        value = self.styles.value(el, f"{axis}-self")
        if value in (None, "auto", "initial"):
            value = self.styles.value(container, f"{axis}-items")
        return value not in (None, "initial", "normal", "stretch", "legacy")

    def basis(self, el: Element) -> bool:
        """Return whether a flex item has a ``flex-basis`` other than zero."""
        value = self.styles.value(el, "flex-basis")
        return value is not None and value not in _AUTO and value != "content" and not is_zero(value)

    def has_aspect_ratio(self, el: Element) -> bool:
        """Return whether a box has a preferred aspect ratio."""
        return self.styles.value(el, "aspect-ratio") not in (None, "auto", "initial")

    def size_containment(self, el: Element) -> Extent:
        """Return for each axis whether the box has size containment (CSS Contain 3)."""
        if not self.styles.declared(el) or self.styles.display(el) in _UNCONTAINED:
            return False, False
        contain = (self.styles.value(el, "contain") or "").split()
        kind = self.styles.value(el, "container-type") or ""
        both = "size" in contain or "strict" in contain or "size" in kind.split()
        return both or "inline-size" in contain or "inline-size" in kind, both

    def grows(self, el: Element) -> bool:
        """Return whether a flex item grows."""
        grow = self.styles.value(el, "flex-grow")
        return grow is not None and grow != "initial" and not is_zero(grow)

    def has_zero_font_size(self, el: Element) -> bool:
        """Return whether an element's font size is zero."""
        size = self.styles.inherited(el, "font-size")
        return size is not None and is_zero(size)

    def has_zero_line_height(self, el: Element) -> bool:
        """Return whether an element's line height is zero."""
        height = self.styles.inherited(el, "line-height")
        if height is not None and height != "normal":
            return is_zero(height) or (height[-1:].isdigit() and self.has_zero_font_size(el))
        return self.has_zero_font_size(el)

    def has_marker(self, el: Element) -> bool:
        """Return whether a list item has a marker, which makes a line."""
        return (
            self.styles.display(el) == "list-item"
            and self.styles.has_marker(el)
            and not self.has_zero_line_height(el)
        )

    def contains_floats(self, el: Element) -> bool:
        """Return whether a box establishes a formatting context, which contains its floats (CSS Display 3, 3)."""
        styles = self.styles
        if (
            styles.display(el) not in _FLOWING
            or el.tag in ("html", "button", "fieldset", "option", "optgroup")
            or self.is_positioned(el)
            or self.is_floated(el)
        ):
            return True
        declared = styles.declared(el)
        if declared and any(
            styles.value(el, name) not in (None, *usual, "initial")
            for name, usual in _CONTAINING
            if name in declared
        ):
            return True
        return self.is_item(el)

    def is_item(self, el: Element) -> bool:
        """Return whether an element is a flex or grid item."""
        parent = self.styles.parent(el)
        while parent is not None and self.styles.display(parent) == "contents":
            parent = self.styles.parent(parent)
        return parent is not None and self.styles.display(parent) in _ITEMS_IN

    def generated(self, el: Element, pseudo: str) -> Extent:
        """Return the extent of ``::before`` or ``::after``."""
        styles = self.styles
        text = content_text(styles, el, pseudo)
        if text is None or styles.value(el, "position", pseudo) in ("absolute", "fixed"):
            return False, False
        if text.strip(SPACE):
            return True, True
        display = styles.pseudo_display(el, pseudo)
        if display in ("none", "inline"):
            return False, opens_line(styles, el, pseudo)
        width = self._pseudo_side(el, pseudo, "width", ("left", "right"))
        height = self._pseudo_side(el, pseudo, "height", ("top", "bottom"))
        return width, height or display in ATOMIC

    def _pseudo_side(self, el: Element, pseudo: str, name: str, edges: tuple[str, str]) -> bool:
        sizes = [
            self.styles.value(el, each, pseudo) for each in (name, *(f"padding-{edge}" for edge in edges))
        ]
        borders = [self.styles.value(el, f"border-{edge}-style", pseudo) for edge in edges]
        return any(size is not None and size not in _AUTO and not is_zero(size) for size in sizes) or any(
            style is not None and style not in _NO_BORDER for style in borders
        )


def _is_bare_cell(cell: Element) -> bool:
    """Return whether ``cellpadding`` removes a cell's padding."""
    table = cell.closest("table")
    return table is not None and is_zero(table.attr("cellpadding") or "") and not table.attr("border")
