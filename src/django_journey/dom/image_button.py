"""How large an image button is, where that is known without a layout, and which point of it a click sends."""

from __future__ import annotations

import math
import re
from typing import Any

from django_journey.dom.cascade import Styles, styles_of
from django_journey.dom.document import Document

__all__ = ["middle_of"]

_PIXELS = re.compile(r"\+?(\d+\.?\d*|\.\d+)(px)?", re.IGNORECASE)
_HINT = re.compile(r"[\t\n\f\r ]*\+?(\d+(\.\d*)?|\.\d+)(?P<unit>%?)", re.ASCII)
_AUTO = (None, "auto", "initial")
_STRETCHING = frozenset(("flex", "inline-flex", "grid", "inline-grid"))
_BORDERS = {"thin": 1.0, "medium": 3.0, "thick": 5.0, None: 3.0, "initial": 3.0}


class _Unknown(Exception):
    """The style says something of which only a layout makes a number."""


def middle_of(doc: Document, el: Any, natural: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the point that Chromium sends when an image button is clicked in its middle.

    Args:
        doc: The document.
        el: The button.
        natural: The picture's own width and height, where it is known.

    Returns:
        The pixels from the left and upper edge of what is inside its border, or ``None`` where its size is unknown.
    """
    styles = styles_of(doc)
    try:
        width, height = _content(styles, el, natural)
        across, left = _around(styles, el, width, ("left", "right"))
        down, top = _around(styles, el, height, ("top", "bottom"))
    except _Unknown:
        return None
    if across < 2 or down < 2:  # Playwright does not hit what is so small
        return None
    return math.floor(across / 2 - left + 0.5), math.floor(down / 2 - top + 0.5)


def _content(styles: Styles, el: Any, natural: tuple[int, int] | None) -> tuple[float, float]:
    for name in ("min-width", "min-height", "max-width", "max-height"):
        if styles.value(el, name) not in (*_AUTO, "none", "0", "0px"):
            raise _Unknown
    width, height = _side(styles, el, "width"), _side(styles, el, "height")
    if width is not None and height is not None:
        return width, height
    parent = styles.parent(el)
    stretched = parent is not None and styles.display(parent) in _STRETCHING
    if natural is None or not all(natural) or stretched or styles.value(el, "aspect-ratio") not in _AUTO:
        raise _Unknown
    if width is not None:
        return width, width * natural[1] / natural[0]
    if height is not None:
        return height * natural[0] / natural[1], height
    return natural


def _side(styles: Styles, el: Any, name: str) -> float | None:
    value = styles.value(el, name)
    if value is not None:
        return None if value in _AUTO else _pixels(value)
    hint = _HINT.match(el.attr(name) or "")
    if hint is None:
        return None
    if hint["unit"]:
        raise _Unknown
    return float(hint[1])


def _around(styles: Styles, el: Any, inner: float, sides: tuple[str, str]) -> tuple[float, float]:
    """Return the length of the border's box, and the width of the first border."""
    borders = [_border(styles, el, side) for side in sides]
    paddings = [_pixels(styles.value(el, f"padding-{side}") or "0") for side in sides]
    given = sum(borders) + sum(paddings)
    if given and styles.value(el, "box-sizing") == "border-box":
        raise _Unknown
    return inner + given, borders[0]


def _border(styles: Styles, el: Any, side: str) -> float:
    if styles.value(el, f"border-{side}-style") in (None, "none", "hidden", "initial"):
        return 0
    width = styles.value(el, f"border-{side}-width")
    return _BORDERS[width] if width in _BORDERS else _pixels(width or "")


def _pixels(value: str) -> float:
    if value == "initial":
        return 0
    match = _PIXELS.fullmatch(value)
    if match is None or (match[2] is None and float(match[1])):
        raise _Unknown
    return float(match[1])
