"""The properties that decide what is rendered, which text is generated and whether boxes are empty.

Shorthands are expanded. Declarations that Chromium would reject are dropped, so that earlier ones win.
"""

from __future__ import annotations

import re

from django_journey._dom.css.syntax import words
from django_journey._dom.tree.white_space import word_set

__all__ = [
    "CUSTOM",
    "KEPT",
    "PENDING",
    "is_zero",
    "longhands",
    "rotates_box",
    "scales_to_zero",
    "substituted",
]

CUSTOM = "--"
# Marks a longhand whose shorthand contains ``var()``: it is expanded once the variables are known.
PENDING = "\0"

_SIDES = ("top", "right", "bottom", "left")
_DISPLAYS = word_set(
    "none contents block inline flow-root inline-block list-item flex inline-flex grid inline-grid table "
    "inline-table table-row-group table-header-group table-footer-group table-row table-cell table-column "
    "table-column-group table-caption ruby ruby-text math -webkit-box -webkit-inline-box -webkit-flex "
    "-webkit-inline-flex"
)
_DISPLAY_PAIRS = {
    "block": "block",
    "flow": "block",
    "inline": "inline",
    "flow-root": "flow-root",
    "block flow": "block",
    "inline flow": "inline",
    "block flow-root": "flow-root",
    "inline flow-root": "inline-block",
    "block flex": "flex",
    "inline flex": "inline-flex",
    "block grid": "grid",
    "inline grid": "inline-grid",
    "block table": "table",
    "inline table": "inline-table",
    "block ruby": "block",
    "list-item": "list-item",
    "-webkit-flex": "flex",
    "-webkit-inline-flex": "inline-flex",
}
_OVERFLOWS = frozenset({"visible", "hidden", "clip", "scroll", "auto", "overlay"})
_KEYWORDS = {
    "display": _DISPLAYS,
    "visibility": frozenset({"visible", "hidden", "collapse"}),
    "content-visibility": frozenset({"visible", "auto", "hidden"}),
    "position": frozenset({"static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"}),
    "float": frozenset({"none", "left", "right", "inline-start", "inline-end"}),
    "text-transform": frozenset(
        {"none", "capitalize", "uppercase", "lowercase", "full-width", "full-size-kana"}
    ),
    "white-space": frozenset({"normal", "pre", "nowrap", "pre-wrap", "pre-line", "break-spaces"}),
    "overflow-x": _OVERFLOWS,
    "overflow-y": _OVERFLOWS,
    "clear": frozenset({"none", "left", "right", "both", "inline-start", "inline-end"}),
    "box-sizing": frozenset({"content-box", "border-box"}),
    "flex-direction": frozenset({"row", "row-reverse", "column", "column-reverse"}),
}
_WIDE = frozenset({"inherit", "initial", "unset", "revert", "revert-layer"})
_SIZES = ("width", "height", "min-width", "min-height", "max-width", "max-height")
_PLAIN = frozenset(
    (
        *(*_KEYWORDS, *_SIZES, *_SIDES),
        *(f"{start}-{side}" for start in ("padding", "margin") for side in _SIDES),
        *(f"border-{side}-{part}" for side in _SIDES for part in ("width", "style")),
    )
) | word_set(
    "content list-style-type flex-grow flex-basis flex-wrap order appearance aspect-ratio contain transform scale "
    "grid-template-columns grid-template-rows grid-template-areas grid-auto-flow grid-area grid-row grid-column "
    "align-items align-self justify-items justify-self column-count column-width container-type container-name "
    "font-size line-height border-spacing border-collapse cursor"
)
#: The properties whose values are validated.
KEPT = frozenset({*_KEYWORDS, *_SIZES})
_PREFIXED = word_set(
    "flex-grow flex appearance order flex-flow flex-wrap flex-direction flex-basis "
    "align-items align-self transform columns column-count column-width"
)
# Logical properties and aliases, for the only supported writing mode: horizontal, left to right.
_LOGICAL = {
    **{f"-webkit-{name}": name for name in _PREFIXED},
    "inline-size": "width",
    "block-size": "height",
    "min-inline-size": "min-width",
    "min-block-size": "min-height",
    "max-inline-size": "max-width",
    "max-block-size": "max-height",
    "white-space-collapse": "white-space",
    "overflow-block": "overflow-y",
    "overflow-inline": "overflow-x",
    "grid-template": "grid-template-columns",
    "grid": "grid-template-columns",
    "grid-row-start": "grid-row",
    "grid-column-start": "grid-column",
    **{
        f"{start}-{axis}-{edge}{end}": f"{start}-{side}{end}"
        for start, end in (("padding", ""), ("margin", ""), ("border", "-width"), ("border", "-style"))
        for axis, edge, side in (
            ("inline", "start", "left"),
            ("inline", "end", "right"),
            ("block", "start", "top"),
            ("block", "end", "bottom"),
        )
    },
}
_SHORTHANDS = {
    "border": tuple(f"border-{side}-{part}" for side in _SIDES for part in ("width", "style")),
    "inset": _SIDES,
    "overflow": ("overflow-x", "overflow-y"),
    "container": ("container-name", "container-type"),
    "columns": ("column-count", "column-width"),
    "place-items": ("align-items", "justify-items"),
    "place-self": ("align-self", "justify-self"),
    "flex": ("flex-grow", "flex-basis"),
    "flex-flow": ("flex-direction", "flex-wrap"),
    "list-style": ("list-style-type",),
    "font": ("font-size", "line-height"),
}
_AXES = {"inline": ("left", "right"), "block": ("top", "bottom")}
_BORDER_STYLES = word_set("none hidden dotted dashed solid double groove ridge inset outset")
_BORDER_WIDTHS = frozenset({"thin", "medium", "thick"})
_LENGTH = re.compile(r"[-+]?(?:\d|\.\d)|(?:calc|min|max|clamp|env|fit-content|anchor-size)\(", re.IGNORECASE)
_ZERO = re.compile(r"[-+]?0*\.?0*(?:e[-+]?\d+)?(?:[a-z]*|%)\Z", re.IGNORECASE)
# A product with zero in it, as the utilities of Tailwind 4 write their zeros: ``calc(.25rem * 0)``.
_ZERO_PRODUCT = re.compile(
    r"calc\((?:[^()+-]*\*\s*[-+]?0*\.?0+[a-z%]*|\s*[-+]?0*\.?0+[a-z%]*(?:\s*\*[^()+-]*)?)\s*\)\Z",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"\A\s*0*\.?0+%?(?:\s|\Z)|scale(?:x|y|3d)?\(\s*0*\.?0+%?\s*[,)]|scale(?:3d)?\([^,)]*,\s*0*\.?0+%?\s*[,)]"
    r"|rotate[xy]\(\s*-?90deg\s*\)",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"(?:rotatez?|skew[xy]?)\(\s*(-?[\d.]+)(deg|turn)?[^)]*\)|(?:rotate3d|matrix3d|matrix)\(", re.IGNORECASE
)
_NEGATIVE = re.compile(r"-(?:\d|\.\d)")


def is_zero(value: str) -> bool:
    """Return whether a length is zero, whatever its unit."""
    if not value or "0" not in value:
        return False
    return (_ZERO_PRODUCT if value[0] in "cC" else _ZERO).match(value) is not None


def scales_to_zero(value: str) -> bool:
    """Return whether a ``transform`` or ``scale`` leaves a box without width or height."""
    return _FLAT.search(value) is not None


def rotates_box(value: str) -> bool:
    """Return whether a ``transform`` rotates or skews a box; a box with one zero side then has an area."""
    for found in _TURN.finditer(value):
        angle, unit = found.groups()
        if angle is None or unit is None or float(angle) * (4 if unit.lower() == "turn" else 1 / 90) % 1:
            return True
    return False


def longhands(name: str, value: str) -> tuple[tuple[str, str], ...]:
    """Expand a declaration into the longhands that are needed here; none if it is invalid.

    Args:
        name: The property in lower case, or a custom property.
        value: Its value, without ``!important``.

    Returns:
        Pairs of a longhand and its value.
    """
    if name.startswith(CUSTOM):
        return ((name, value),)
    name = _LOGICAL.get(name, name)
    if name == "all":
        return (("all", value.lower()),) if value.lower() in _WIDE else ()
    targets = (name,) if name in _PLAIN else _targets(name)
    if not targets:
        return ()
    if "var(" in value.lower():
        return tuple((target, f"{PENDING}{name}:{value}") for target in targets)
    low = value.lower()
    if low in _WIDE:
        return tuple((target, low) for target in targets)
    if name in _PLAIN:
        valid = _valid(name, value)
        return ((name, valid),) if valid is not None else ()
    return _expanded(name, low)


def _targets(name: str) -> tuple[str, ...]:
    """Return the longhands of a shorthand that are needed here; none for other properties."""
    if known := _SHORTHANDS.get(name):
        return known
    if name in ("padding", "margin", "border-width", "border-style"):
        start, _, end = name.partition("-")
        return tuple(f"{start}-{side}{'-' + end if end else ''}" for side in _SIDES)
    start, _, end = name.partition("-")
    if start == "border" and end in _SIDES:
        return (f"{name}-width", f"{name}-style")
    if end in _AXES and start in ("padding", "margin", "inset", "border"):
        sides = _AXES[end]
        if start == "border":
            return tuple(f"border-{side}-{part}" for side in sides for part in ("width", "style"))
        return sides if start == "inset" else tuple(f"{start}-{side}" for side in sides)
    return ()


def _valid(name: str, value: str) -> str | None:
    low = value.lower()
    if name == "display":
        low = " ".join(low.split())
        if "list-item" in low.split() and low != "list-item":
            inner = low.replace("list-item", "").replace("flow-root", "").split()
            return ("inline-block" if "flow-root" in low else "inline") if "inline" in inner else "list-item"
        low = _DISPLAY_PAIRS.get(low, low)
        return low if low in _DISPLAYS else None
    if name == "content":
        return value or None
    known = _KEYWORDS.get(name)
    if known is not None:
        return low if low in known else None
    if name in _SIZES or name in _SIDES or name.startswith("padding-"):
        negative = name not in _SIDES and _NEGATIVE.match(low)
        return (
            low if low and not negative and (_LENGTH.match(low) or low.replace("-", "").isalpha()) else None
        )
    return low or None


def _expanded(name: str, value: str) -> tuple[tuple[str, str], ...]:
    targets = _targets(name)
    if name in ("padding", "margin", "inset", "border-width", "border-style"):
        return _box(targets, words(value))
    if name == "flex":
        return _flex(value)
    if name == "flex-flow":
        wrap = next((word for word in words(value) if "wrap" in word), "nowrap")
        return (
            ("flex-direction", next((w for w in words(value) if "wrap" not in w), "row")),
            ("flex-wrap", wrap),
        )
    if name == "overflow":
        return _pair(targets, words(value))
    if name == "container":
        name, _, kind = value.partition("/")
        return (("container-name", name.strip()), ("container-type", kind.strip() or "normal"))
    if name == "columns":
        return (("column-count", "1" if value.split() != ["auto"] * len(value.split()) else "auto"),)
    if name == "list-style":
        return (("list-style-type", "none"),) if "none" in words(value) else (("list-style-type", "disc"),)
    if name == "font":
        sizes = [word.partition("/") for word in words(value)]
        small = any(is_zero(size) for size, _, _ in sizes)
        flat = any(is_zero(height) for _, _, height in sizes)
        return (("font-size", "0" if small else "medium"), ("line-height", "0" if flat else "normal"))
    if name.startswith("border"):
        style = next((word for word in words(value) if word in _BORDER_STYLES), "none")
        width = next((word for word in words(value) if _is_width(word)), "medium")
        return tuple((target, style if target.endswith("style") else width) for target in targets)
    return _pair(targets, words(value))


def _pair(targets: tuple[str, ...], parts: list[str]) -> tuple[tuple[str, str], ...]:
    """Assign one or two values to two longhands, if all are valid."""
    if not 1 <= len(parts) <= 2 or any(_valid(targets[0], part) is None for part in parts):
        return ()
    return tuple(zip(targets, (parts * 2)[:2], strict=True))


def _is_width(word: str) -> bool:
    return word in _BORDER_WIDTHS or bool(_LENGTH.match(word))


def _box(targets: tuple[str, ...], parts: list[str]) -> tuple[tuple[str, str], ...]:
    """Assign one to four values to top, right, bottom and left (CSS 2.2, 8.4)."""
    if not 1 <= len(parts) <= 4:
        return ()
    top, right, bottom, left = {
        1: (0, 0, 0, 0),
        2: (0, 1, 0, 1),
        3: (0, 1, 2, 1),
        4: (0, 1, 2, 3),
    }[len(parts)]
    return tuple(zip(targets, (parts[top], parts[right], parts[bottom], parts[left]), strict=True))


def _flex(value: str) -> tuple[tuple[str, str], ...]:
    if value in ("none", "auto"):
        return (("flex-grow", "0" if value == "none" else "1"), ("flex-basis", "auto"))
    parts = words(value)
    numbers = [part for part in parts if re.fullmatch(r"\d*\.?\d+", part)]
    basis = next((part for part in parts if part not in numbers), "0" if numbers else "auto")
    return (("flex-grow", numbers[0] if numbers else "1"), ("flex-basis", basis))


def substituted(value: str) -> tuple[str, str]:
    """Split a pending value into the shorthand's name and its text, which contains ``var()``."""
    name, _, text = value.removeprefix(PENDING).partition(":")
    return name, text
