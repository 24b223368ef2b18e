"""What the style sheets say about a box's own size: lengths, padding, border, place and bullets."""

from __future__ import annotations

from typing import Any

from django_journey.dom.cascade import Styles
from django_journey.dom.css_properties import is_flattening, is_turning, is_zero
from django_journey.dom.displays import INSIDE_TABLES
from django_journey.dom.generated import content_text, opens_line
from django_journey.dom.parser import is_html
from django_journey.dom.usage import uses
from django_journey.dom.user_agent import is_placed_by_default

__all__ = ["ATOMIC", "ROW_FLEX", "SPACE", "BoxStyle", "Extent"]

Extent = tuple[bool, bool]  # whether there is a width, whether there is a height

ATOMIC = frozenset({"inline-block", "inline-flex", "inline-grid", "inline-table", "-webkit-inline-box"})
ROW_FLEX = frozenset({"flex", "inline-flex", "-webkit-box", "-webkit-inline-box"})
SPACE = " \t\n\r\f"

# Elements that the browser itself gives a border or padding on all sides, or at their left and right.
_BORDERED = frozenset({"button", "fieldset", "hr", "dialog", "td", "th", "iframe"})
_INDENTED = frozenset({"ul", "ol", "menu", "dir", "legend"})
_SET_IN = frozenset({"ul", "ol", "menu", "dir", "dd", "blockquote", "figure"})
_PADDED_ONLY = _INDENTED | {"td", "th"}  # padding of their own, no border
_FRAMED_ONLY = frozenset({"hr", "iframe"})  # a border of their own, no padding
# Elements that the browser itself keeps apart: at their left or right, above or below.
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

# What containment has no effect on (CSS Contain 2, 3.1).
_UNCONTAINED = _ROWS | {"table-cell", "inline", "ruby", "ruby-text"}
_FLOWING = frozenset({"block", "inline", "list-item", "contents", "ruby", "ruby-text"})
_ITEMS_IN = ROW_FLEX | {"grid", "inline-grid"}
# Properties that make a box contain its floats, by the values that do not.
_CONTAINING = (
    ("overflow-y", ("visible", "clip")),
    ("overflow-x", ("visible", "clip")),
    ("contain", ("none", "size", "inline-size", "style")),
    ("column-count", ("auto",)),
    ("column-width", ("auto",)),
    ("container-type", ("normal", "scroll-state")),
)


class BoxStyle:
    """Answers about one page's boxes that need no look at what is in them."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.pops = uses(styles.doc, "[popover]")
        #: Whether something may be drawn at a scale of nought.
        self.flattens = styles.main.flattens or styles.inline or styles.shadows
        #: Whether something may stand aslant.
        self.turns = styles.main.turns or styles.inline or styles.shadows

    def sized(self, el: Any, name: str) -> bool | None:
        """Return whether the style gives that side a length; ``None`` where the content decides.

        Args:
            el: The element.
            name: ``"width"`` or ``"height"``.
        """
        declared = self.styles.declared(el)
        hint = el.attr(name) if el.tag in _HINTED else None
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
        if limit is not None and is_zero(limit):
            return None if self.styles.display(el) in _TABLES else False
        value = self.styles.value(el, name) or hint
        if value is None or value in _AUTO:
            return None
        if is_zero(value):
            # A table and its cells are never smaller than what is in them (CSS 2.2, 17.5).
            return None if self.styles.display(el) in _TABLES else False
        return None if value.endswith("%") else True

    def is_relative(self, el: Any, name: str) -> bool:
        """Tell whether a side is a part of the side of what the box is laid out in."""
        for each in (name, f"min-{name}"):
            value = self.styles.value(el, each)
            if value is not None and value.endswith("%") and not is_zero(value):
                return True
        return False

    def is_padded(self, el: Any, *, across: bool) -> bool:
        """Tell whether padding or border makes room at the left or right (or else at the top or bottom)."""
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

    def _side(self, el: Any, side: str, framed: bool) -> bool:
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

    def is_placed(self, el: Any) -> bool:
        """Tell whether an element is taken out of the flow by ``position``."""
        position = self.styles.value(el, "position")
        placed = is_placed_by_default(el) if position is None else position in ("absolute", "fixed")
        return placed and self.styles.outer_display(el) != "contents"

    def has_margin(self, el: Any, *, across: bool) -> bool:
        """Tell whether a box keeps others away at its left or right (or else above or below)."""
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

    def holds_placed(self, el: Any, *, fixed: bool) -> bool:
        """Tell whether what is placed (or fixed) in a box is laid out in it (CSS Position 3, 2.1)."""
        position = self.styles.value(el, "position")
        if not fixed and (position not in (None, "static", "initial") or self.is_placed(el)):
            return True
        transform = self.styles.value(el, "transform")
        contain = self.styles.value(el, "contain") or ""
        return transform not in (None, "none", "initial") or any(
            each in contain for each in ("layout", "paint", "strict", "content")
        )

    def is_floated(self, el: Any) -> bool:
        """Tell whether an element floats; what is placed does not, nor the items of a flex or grid container."""
        value = self.styles.value(el, "float")
        if value is None or value in ("none", "initial"):
            return False
        return not self.is_placed(el) and not self.is_item(el)

    def is_tiny(self, el: Any) -> bool:
        """Tell whether a box is a pixel wide, as what only screen readers are meant to find."""
        return self.styles.value(el, "width") in ("1px", ".1px", "0.1px")

    def is_indented(self, el: Any) -> bool:
        """Tell whether the browser itself sets an element in from its container's edges."""
        return el.tag in _SET_IN and not self.styles.declared(el)

    def is_pinned(self, el: Any, *sides: str) -> bool:
        """Tell whether a placed element has a distance on all of these sides, so that it spans between them."""
        return all(self.styles.value(el, side) not in (None, "auto", "initial") for side in sides)

    def reaches_out(self, el: Any, *sides: str) -> bool:
        """Tell whether a placed element has a negative distance on one of these sides."""
        return any((self.styles.value(el, side) or "").startswith("-") for side in sides)

    def is_flat(self, el: Any) -> bool:
        """Tell whether an element is drawn at a scale of nought."""
        return self.styles.display(el) != "inline" and any(
            is_flattening(value)
            for name in ("transform", "scale")
            if (value := self.styles.value(el, name)) is not None
        )

    def is_turned(self, el: Any) -> bool:
        """Tell whether an element is set aslant."""
        value = self.styles.value(el, "transform")
        return value is not None and self.styles.display(el) != "inline" and is_turning(value)

    def is_row(self, el: Any) -> bool:
        """Tell whether a flex container sets its children side by side."""
        return (self.styles.value(el, "flex-direction") or "row") in ("row", "row-reverse", "initial")

    def is_aligned(self, el: Any, container: Any, axis: str) -> bool:
        """Tell whether an item keeps its own size across its container, rather than being stretched.

        Args:
            el: The item.
            container: The flex or grid container.
            axis: ``"align"`` or ``"justify"``.
        """
        value = self.styles.value(el, f"{axis}-self")
        if value in (None, "auto", "initial"):
            value = self.styles.value(container, f"{axis}-items")
        return value not in (None, "initial", "normal", "stretch", "legacy")

    def basis(self, el: Any) -> bool:
        """Tell whether a flex item is given a size along its container's line."""
        value = self.styles.value(el, "flex-basis")
        return value is not None and value not in _AUTO and value != "content" and not is_zero(value)

    def has_ratio(self, el: Any) -> bool:
        """Tell whether one side of a box follows from the other."""
        return self.styles.value(el, "aspect-ratio") not in (None, "auto", "initial")

    def holds_nothing(self, el: Any) -> Extent:
        """Tell for each axis whether a box is laid out as though there were nothing in it (CSS Contain 3)."""
        if not self.styles.declared(el) or self.styles.display(el) in _UNCONTAINED:
            return False, False
        contain = (self.styles.value(el, "contain") or "").split()
        kind = self.styles.value(el, "container-type") or ""
        both = "size" in contain or "strict" in contain or "size" in kind.split()
        return both or "inline-size" in contain or "inline-size" in kind, both

    def grows(self, el: Any) -> bool:
        """Tell whether a flex item takes up free room."""
        grow = self.styles.value(el, "flex-grow")
        return grow is not None and grow != "initial" and not is_zero(grow)

    def is_fontless(self, el: Any) -> bool:
        """Tell whether text in an element has no size."""
        size = self.styles.inherited(el, "font-size")
        return size is not None and is_zero(size)

    def is_lineless(self, el: Any) -> bool:
        """Tell whether a line of text in an element has no height."""
        height = self.styles.inherited(el, "line-height")
        if height is not None and height != "normal":
            return is_zero(height) or (height[-1:].isdigit() and self.is_fontless(el))
        return self.is_fontless(el)

    def has_marker(self, el: Any) -> bool:
        """Tell whether a list item draws a bullet, which opens a line."""
        return self.styles.display(el) == "list-item" and self.styles.marks(el) and not self.is_lineless(el)

    def contains_floats(self, el: Any) -> bool:
        """Tell whether a box is as high as what floats in it: it begins a context of its own (CSS Display 3, 3)."""
        styles = self.styles
        if (
            styles.display(el) not in _FLOWING
            or el.tag in ("html", "button", "fieldset", "option", "optgroup")
            or self.is_placed(el)
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

    def is_item(self, el: Any) -> bool:
        """Tell whether an element is laid out by the flex or grid container that it is in."""
        parent = self.styles.parent(el)
        while parent is not None and self.styles.display(parent) == "contents":
            parent = self.styles.parent(parent)
        return parent is not None and self.styles.display(parent) in _ITEMS_IN

    def generated(self, el: Any, pseudo: str) -> Extent:
        """Return what ``::before`` or ``::after`` adds to an element's content."""
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

    def _pseudo_side(self, el: Any, pseudo: str, name: str, edges: tuple[str, str]) -> bool:
        sizes = [
            self.styles.value(el, each, pseudo) for each in (name, *(f"padding-{edge}" for edge in edges))
        ]
        borders = [self.styles.value(el, f"border-{edge}-style", pseudo) for edge in edges]
        return any(size is not None and size not in _AUTO and not is_zero(size) for size in sizes) or any(
            style is not None and style not in _NO_BORDER for style in borders
        )


def _is_bare_cell(cell: Any) -> bool:
    """Tell whether ``cellpadding`` takes a cell's padding away."""
    table = cell.closest("table")
    return table is not None and is_zero(table.attr("cellpadding") or "") and not table.attr("border")
