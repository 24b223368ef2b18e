"""Tells which elements of a drawing have an extent: shapes, texts, and groups of them."""

from __future__ import annotations

from typing import Any

from django_journey.dom.parser import is_element

__all__ = ["has_shape"]

_UNDRAWN = frozenset(
    {
        "defs",
        "symbol",
        "clipPath",
        "mask",
        "pattern",
        "marker",
        "linearGradient",
        "radialGradient",
        "filter",
        "stop",
    }
    | {"title", "desc", "metadata", "style", "script", "animate", "set"}
)
_GROUPS = frozenset({"g", "a", "switch", "svg", "mrow", "mstyle", "mtext"})
_SIDES = {"rect": ("width", "height"), "image": ("width", "height"), "foreignObject": ("width", "height")}


def has_shape(el: Any) -> bool:
    """Tell whether an element of SVG or MathML is drawn with both a width and a height."""
    if any(node.tag in _UNDRAWN for node in el.ancestors if is_element(node)):
        return False
    stack = [el]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in _UNDRAWN:
            continue
        if tag in _GROUPS:
            stack.extend(child for child in node.children if is_element(child))
        elif _drawn(node, tag):
            return True
    return False


def _drawn(el: Any, tag: str) -> bool:
    if tag in _SIDES:
        return all((el.attr(side) or "0").strip() not in ("0", "") for side in _SIDES[tag])
    if tag == "circle":
        return (el.attr("r") or "0").strip() != "0"
    if tag == "line":
        return all((el.attr(f"{axis}1") or "0") != (el.attr(f"{axis}2") or "0") for axis in "xy")
    if tag == "path":
        return bool((el.attr("d") or "").strip())
    if tag in ("polygon", "polyline"):
        return bool((el.attr("points") or "").strip())
    if tag == "use":
        return bool(el.attr("href") or el.attr("xlink:href"))
    return tag == "ellipse" or bool(el.text.strip())
