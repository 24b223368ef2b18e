"""The size of an image button, if known without a layout, and the coordinates that a click submits."""

from __future__ import annotations

import math
import re

from django_journey._dom.css.cascade import Styles, styles_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element

__all__ = ["middle_of"]

_PIXELS = re.compile(r"\+?(\d+\.?\d*|\.\d+)(px)?", re.IGNORECASE)
_HINT = re.compile(r"[\t\n\f\r ]*\+?(\d+(\.\d*)?|\.\d+)(?P<unit>%?)", re.ASCII)
_AUTO = (None, "auto", "initial")
_STRETCHING = frozenset(("flex", "inline-flex", "grid", "inline-grid"))
_BORDERS = {"thin": 1.0, "medium": 3.0, "thick": 5.0, None: 3.0, "initial": 3.0}


class _Unknown(Exception):
    """The size depends on the layout."""


def middle_of(doc: Document, el: Element, natural: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the coordinates that Chromium submits for a click in the middle of an image button.

    Args:
        doc: The document.
        el: The button.
        natural: The image's natural width and height, if known.

    Returns:
        The pixels from the left and top edge of the padding box, or ``None`` if the size is unknown.
    """
    styles = styles_of(doc)
    try:
        width, height = _content(styles, el, natural)
        across, left = _container(styles, el, width, ("left", "right"))
        down, top = _container(styles, el, height, ("top", "bottom"))
    except _Unknown:
        return None
    if across < 2 or down < 2:  # too small for Playwright to click
        return None
    return math.floor(across / 2 - left + 0.5), math.floor(down / 2 - top + 0.5)


def _content(styles: Styles, el: Element, natural: tuple[int, int] | None) -> tuple[float, float]:
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


def _side(styles: Styles, el: Element, name: str) -> float | None:
    value = styles.value(el, name)
    if value is not None:
        return None if value in _AUTO else _pixels(value)
    hint = _HINT.match(el.attr(name) or "")
    if hint is None:
        return None
    if hint["unit"]:
        raise _Unknown
    return float(hint[1])


def _container(styles: Styles, el: Element, inner: float, sides: tuple[str, str]) -> tuple[float, float]:
    """Return the length of a side of the border box, and the width of its first border."""
    borders = [_border(styles, el, side) for side in sides]
    paddings = [_pixels(styles.value(el, f"padding-{side}") or "0") for side in sides]
    given = sum(borders) + sum(paddings)
    if given and styles.value(el, "box-sizing") == "border-box":
        raise _Unknown
    return inner + given, borders[0]


def _border(styles: Styles, el: Element, side: str) -> float:
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
