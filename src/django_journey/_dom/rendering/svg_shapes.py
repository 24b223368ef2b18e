"""Which SVG elements have an extent: shapes, texts, and groups of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.properties import is_zero
from django_journey._dom.rendering.svg_paths import Box, around, mapped, path_box, read_transform, united
from django_journey._dom.tree.parser import Element, is_element, is_svg, parent_element
from django_journey._dom.tree.walk import ancestors, by_id
from django_journey._dom.tree.white_space import word_set

__all__ = ["has_shape", "is_nested_in_svg"]

_UNDRAWN = word_set(
    "defs symbol clipPath mask pattern marker linearGradient radialGradient filter stop title desc metadata style "
    "script animate animateMotion animateTransform set view"
)
_GROUPS = frozenset({"g", "a", "switch", "svg", "symbol"})
_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_NUMBERS = re.compile(_NUMBER.pattern[3:])
_ANY: Box = (0.0, 0.0, 1.0, 1.0)
_MAX_USES = 20


def has_shape(styles: Styles, el: Element) -> bool:
    """Return whether an SVG or MathML element has both a width and a height.

    Args:
        styles: The page's styles.
        el: A rendered element.

    Source: SVG 2, 8.10 (the object bounding box); what is stroked adds nothing to it.
    """
    if not is_svg(el):
        return bool(el.text.strip())
    around_it = list(ancestors(el))
    if any(node.tag in _UNDRAWN for node in (el, *around_it)):
        return False
    box = _Shapes(styles).transformed(el)
    for node in around_it:
        if node.tag == "foreignObject" or (node.tag == "svg" and not is_nested_in_svg(node)):
            break
        box = mapped(box, read_transform(node.attr("transform")))
    return box is not None and box[2] - box[0] > 1e-6 and box[3] - box[1] > 1e-6


def is_nested_in_svg(el: Element) -> bool:
    """Return whether an element's parent is an SVG element."""
    parent = parent_element(el)
    return parent is not None and is_svg(parent)


class _Shapes:
    """Bounding boxes of SVG elements, each in its own coordinate system."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.uses = 0

    def transformed(self, el: Element) -> Box | None:
        return mapped(self.box(el), read_transform(el.attr("transform")))

    def box(self, el: Element) -> Box | None:
        tag = el.tag
        if tag in _GROUPS:
            return self.group(el)
        drawn = _SHAPES.get(tag)
        if drawn is not None:
            return drawn(self, el)
        return _ANY if el.text.strip() else None

    def group(self, el: Element) -> Box | None:
        inside = [
            child
            for child in el.children
            if is_element(child) and child.tag not in _UNDRAWN and self.styles.outer_display(child) != "none"
        ]
        return united([self.transformed(child) for child in inside[: 1 if el.tag == "switch" else None]])

    # -- one shape each ---------------------------------------------------------------------------

    def _rect(self, el: Element) -> Box | None:
        width, height = self.length(el, "width"), self.length(el, "height")
        x, y = _number(el, "x"), _number(el, "y")
        return (x, y, x + width, y + height) if width > 0 and height > 0 else (x, y, x, y)

    def _image(self, el: Element) -> Box | None:
        x, y = _number(el, "x"), _number(el, "y")
        own = [1.0 if self.given(el, side) in (None, "auto") else self.length(el, side) for side in _SIDES]
        return (x, y, x + own[0], y + own[1]) if el.attr("href") or el.attr("xlink:href") else None

    def _circle(self, el: Element) -> Box | None:
        r = _number(el, "r")
        return _centred(el, r, r)

    def _ellipse(self, el: Element) -> Box | None:
        rx, ry = (_number(el, side) if el.attr(side) not in (None, "auto") else None for side in ("rx", "ry"))
        return _centred(el, rx if rx is not None else ry or 0.0, ry if ry is not None else rx or 0.0)

    def _line(self, el: Element) -> Box | None:
        return around((_number(el, f"x{end}"), _number(el, f"y{end}")) for end in (1, 2))

    def _path(self, el: Element) -> Box | None:
        return path_box(el.attr("d") or "")

    def _polyline(self, el: Element) -> Box | None:
        numbers = [float(each) for each in _NUMBERS.findall(el.attr("points") or "")]
        return around(zip(numbers[::2], numbers[1::2], strict=False))

    def _use(self, el: Element) -> Box | None:
        href = el.attr("href") or el.attr("xlink:href") or ""
        if not href.startswith("#"):
            return _ANY if href else None  # the content of another file is assumed to be visible
        target = by_id(self.styles.doc, href[1:])
        self.uses += 1
        if target is None or self.uses > _MAX_USES or self.styles.outer_display(target) == "none":
            return None
        return mapped(self.transformed(target), (1.0, 0.0, 0.0, 1.0, _number(el, "x"), _number(el, "y")))

    # -- lengths ----------------------------------------------------------------------------------

    def given(self, el: Element, name: str) -> str | None:
        found = self.styles.value(el, name)
        return el.attr(name) if found is None else found

    def length(self, el: Element, name: str) -> float:
        value = self.given(el, name)
        found = _NUMBER.match(value or "")
        return float(found.group(1)) if found else (0.0 if not value or is_zero(value) else 1.0)


_SIDES = ("width", "height")
_SHAPES: dict[str, Callable[[_Shapes, Element], Box | None]] = {
    "rect": _Shapes._rect,
    "foreignObject": _Shapes._rect,
    "image": _Shapes._image,
    "circle": _Shapes._circle,
    "ellipse": _Shapes._ellipse,
    "line": _Shapes._line,
    "path": _Shapes._path,
    "polyline": _Shapes._polyline,
    "polygon": _Shapes._polyline,
    "use": _Shapes._use,
}


def _number(el: Element, name: str) -> float:
    found = _NUMBER.match(el.attr(name) or "")
    return float(found.group(1)) if found else 0.0


def _centred(el: Element, rx: float, ry: float) -> Box | None:
    x, y = _number(el, "cx"), _number(el, "cy")
    return (x - rx, y - ry, x + rx, y + ry) if rx > 0 and ry > 0 else (x, y, x, y)
