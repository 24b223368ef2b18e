"""What the style sheets say about a box's own size: lengths, padding, border, place and bullets."""

from __future__ import annotations

from typing import Any

from django_journey.dom.cascade import Styles
from django_journey.dom.css_properties import is_zero
from django_journey.dom.generated import content_text, opens_line

__all__ = ["ATOMIC", "ROW_FLEX", "SPACE", "BoxStyle", "Extent"]

Extent = tuple[bool, bool]  # whether there is a width, whether there is a height

ATOMIC = frozenset({"inline-block", "inline-flex", "inline-grid", "inline-table", "-webkit-inline-box"})
ROW_FLEX = frozenset({"flex", "inline-flex", "-webkit-box", "-webkit-inline-box"})
SPACE = " \t\n\r\f"

# Elements that the browser itself gives a border or padding on all sides, or at their left and right.
_BORDERED = frozenset({"button", "fieldset", "hr", "dialog", "td", "th", "iframe"})
_INDENTED = frozenset({"ul", "ol", "menu", "dir", "legend"})
_SET_IN = frozenset({"ul", "ol", "menu", "dir", "dd", "blockquote", "figure"})
_CELLS = frozenset({"td", "th"})  # padding of their own, no border
_FRAMED_ONLY = frozenset({"hr", "iframe"})  # a border of their own, no padding
_CONTROLS = frozenset({"input", "textarea", "select"})
_BARE_TYPES = frozenset({"checkbox", "radio", "image", "range", "color"})
_HINTED = frozenset({"img", "iframe", "video", "canvas", "svg", "embed", "object"})
_AUTO = frozenset(
    {"auto", "initial", "none", "min-content", "max-content", "fit-content", "normal", "stretch"}
)
_TABLES = frozenset({"table", "inline-table", "table-cell"})
_NO_BORDER = frozenset({"none", "hidden", "initial"})


class BoxStyle:
    """Answers about one page's boxes that need no look at what is in them."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles

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
        least = self.styles.value(el, f"min-{name}")
        if least is not None and least not in _AUTO and not is_zero(least):
            return True
        limit = self.styles.value(el, f"max-{name}")
        if limit is not None and is_zero(limit):
            return False
        value = self.styles.value(el, name) or hint
        if value is None or value in _AUTO:
            return None
        if is_zero(value):
            # A table and its cells are never smaller than what is in them (CSS 2.2, 17.5).
            return None if self.styles.display(el) in _TABLES else False
        return None if name == "height" and value.endswith("%") and not self.is_placed(el) else True

    def is_padded(self, el: Any, *, across: bool) -> bool:
        """Tell whether padding or border makes room at the left or right (or else at the top or bottom)."""
        tag = el.tag
        framed = (
            tag in _BORDERED
            or (across and tag in _INDENTED)
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
        return framed and (padding is None or (not bare and el.tag not in _CELLS))

    def is_placed(self, el: Any) -> bool:
        """Tell whether an element is taken out of the flow by ``position``."""
        position = self.styles.value(el, "position")
        if position is None:
            return el.tag == "dialog" or el.attr("popover") is not None  # by the browser's own sheet
        return position in ("absolute", "fixed")

    def is_floated(self, el: Any) -> bool:
        """Tell whether an element floats."""
        return self.styles.value(el, "float") not in (None, "none", "initial")

    def is_tiny(self, el: Any) -> bool:
        """Tell whether a box is a pixel wide, as what only screen readers are meant to find."""
        return self.styles.value(el, "width") in ("1px", ".1px", "0.1px")

    def is_indented(self, el: Any) -> bool:
        """Tell whether the browser itself sets an element in from its container's edges."""
        return el.tag in _SET_IN and not self.styles.declared(el)

    def is_pinned(self, el: Any, *sides: str) -> bool:
        """Tell whether a placed element has a distance on all of these sides, so that it spans between them."""
        return all(self.styles.value(el, side) not in (None, "auto", "initial") for side in sides)

    def is_row(self, el: Any) -> bool:
        """Tell whether a flex container sets its children side by side."""
        return (self.styles.value(el, "flex-direction") or "row") in ("row", "row-reverse", "initial")

    def grows(self, el: Any) -> bool:
        """Tell whether a flex item takes up free room."""
        grow = self.styles.value(el, "flex-grow")
        return grow is not None and grow != "initial" and not is_zero(grow)

    def is_fontless(self, el: Any) -> bool:
        """Tell whether text in an element has no size."""
        size = self.styles.inherited(el, "font-size")
        return size is not None and is_zero(size)

    def has_marker(self, el: Any) -> bool:
        """Tell whether a list item draws a bullet, which opens a line."""
        return self.styles.display(el) == "list-item" and self.styles.marks(el)

    def contains_floats(self, el: Any) -> bool:
        """Tell whether a box is as high as what floats in it (CSS 2.2, 10.6.7)."""
        return (
            self.styles.display(el) not in ("block", "inline", "list-item")
            or self.styles.value(el, "overflow-y") not in (None, "visible", "clip", "initial")
            or self.is_placed(el)
            or self.is_floated(el)
            or el.tag in ("button", "fieldset")
        )

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
