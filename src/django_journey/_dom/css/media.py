"""Media, feature and container queries, for a desktop screen of 1280 x 720 CSS pixels.

The size is Playwright's default viewport; color scheme, pointer and motion are those of its default context.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from django_journey._dom.css.properties import KEPT, longhands
from django_journey._dom.css.property_names import PROPERTIES
from django_journey._dom.css.selectors import is_selector
from django_journey._dom.css.syntax import split_top
from django_journey._dom.forms.colors import is_color
from django_journey._dom.tree.white_space import word_set

__all__ = ["container_matches", "media_matches", "supports"]

WIDTH = 1280.0
HEIGHT = 720.0

_RANGES = {
    "width": WIDTH,
    "height": HEIGHT,
    "device-width": WIDTH,
    "device-height": HEIGHT,
    "resolution": 1.0,
    "-webkit-device-pixel-ratio": 1.0,
    "aspect-ratio": WIDTH / HEIGHT,
    "device-aspect-ratio": WIDTH / HEIGHT,
    "color": 8.0,
    "color-index": 0.0,
    "monochrome": 0.0,
}
_WORDS = {
    "orientation": ("landscape",),
    "prefers-color-scheme": ("light",),
    "prefers-reduced-motion": ("no-preference",),
    "prefers-reduced-transparency": ("no-preference",),
    "prefers-reduced-data": ("no-preference",),
    "prefers-contrast": ("no-preference",),
    "forced-colors": ("none",),
    "inverted-colors": ("none",),
    "hover": ("hover",),
    "any-hover": ("hover",),
    "pointer": ("fine",),
    "any-pointer": ("fine",),
    "update": ("fast",),
    "scripting": ("enabled",),
    "display-mode": ("browser",),
    "color-gamut": ("srgb",),
    "dynamic-range": ("standard",),
    "overflow-block": ("scroll",),
    "overflow-inline": ("scroll",),
    "grid": ("0",),
    "scan": (),
}
# Features that are false in a boolean context, because their value is ``none`` or zero.
_FALSY = frozenset({"forced-colors", "inverted-colors", "grid", "scan", "color-index", "monochrome"}) | {
    name for name in _WORDS if name.startswith("prefers-") and name != "prefers-color-scheme"
}
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "em": 16.0,
    "rem": 16.0,
    "pt": 96 / 72,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "in": 96.0,
    "dppx": 1.0,
    "x": 1.0,
    "dpi": 1 / 96,
    "dpcm": 2.54 / 96,
}
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([a-z]*)\Z", re.IGNORECASE)
_RATIO = re.compile(r"(\d+\.?\d*)\s*/\s*(\d+\.?\d*)\Z")
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
# Values that Chromium does not support.
_FOREIGN = re.compile(r"(?:^|[\s(,])-(?:moz|ms|o|khtml|apple)-")
_NOT_YET = frozenset({"masonry", "-webkit-fill-available-x", "run-in", "grid-lanes", "inline-grid-lanes"})
_UNIT = re.compile(r"(?<![\w#.-])[-+]?(?:\d+\.?\d*|\.\d+)([a-z]+)")
_KNOWN_UNITS = word_set(
    "px em rem ex rex ch rch cap rcap ic ric lh rlh vw vh vi vb vmin vmax svw svh svi svb svmin svmax lvw lvh lvi "
    "lvb lvmin lvmax dvw dvh dvi dvb dvmin dvmax cqw cqh cqi cqb cqmin cqmax cm mm q in pt pc deg grad rad turn s ms "
    "hz khz dpi dpcm dppx x fr e"
)


def media_matches(query: str) -> bool:
    """Return whether a media query list matches; an empty one does.

    Source: Media Queries Level 4.
    """
    query = query.strip().lower()
    return not query or any(_single(part) for part in split_top(query))


def supports(condition: str) -> bool:
    """Return whether a ``@supports`` condition is true in Chromium, as far as known here.

    Source: CSS Conditional Rules Level 4.
    """
    return _condition(condition.strip(), _declared) is True


def container_matches(query: str, width: float | None, most: float) -> bool | None:
    """Return whether a size query matches a container; ``None`` if that depends on the layout.

    Args:
        query: The query.
        width: The container's width, if known.
        most: Its largest possible width.
    """

    def asked(size: float) -> bool | None:
        ranges = {"width": size, "inline-size": size}
        return _condition(query.strip().lower(), lambda text: _size(text, ranges))

    if width is not None:
        return asked(width)
    least, largest = asked(0.0), asked(most)
    return least if least == largest and not re.search(r"max|<|>.*>|not|and|or", query) else None


def _size(text: str, ranges: dict[str, float]) -> bool | None:
    return _feature(text, ranges) if "width" in text or "inline-size" in text else None


def _single(query: str) -> bool:
    found = re.match(r"(only\s+|not\s+)?([a-z-]+)(?:\s+and\s+(.*)|\s*)\Z", query, re.DOTALL)
    if found is None or found.group(2) in ("not", "and", "or"):
        return _condition(query, _feature) is True
    prefix, kind, rest = found.groups()
    holds = _condition(rest, _feature) if rest else True
    if kind not in ("all", "screen"):
        holds = False
    return holds is False if (prefix or "").startswith("not") else holds is True


def _condition(text: str, leaf: Callable[[str], bool | None]) -> bool | None:
    """Evaluate ``not``, ``and``, ``or`` and parentheses; ``leaf`` evaluates the innermost conditions.

    Returns:
        The result; ``None`` for "unknown" (Media Queries 4, 3.2).
    """
    text = text.strip()
    if re.match(r"not[\s(]", text, re.IGNORECASE):
        inner = _condition(text[3:], leaf)
        return None if inner is None else not inner
    for word, decisive in (("or", True), ("and", False)):
        parts = _split_word(text, word)
        if len(parts) > 1:
            found = [_condition(part, leaf) for part in parts]
            return decisive if decisive in found else None if None in found else not decisive
    if text.startswith("(") and text.endswith(")"):
        inner_text = text[1:-1].strip()
        if re.match(r"\(|not[\s(]|[a-z-]+\(", inner_text, re.IGNORECASE):
            return _condition(inner_text, leaf)
        return leaf(inner_text)
    return leaf(text)


def _split_word(text: str, word: str) -> list[str]:
    parts: list[str] = []
    start = depth = 0
    for mark in re.finditer(rf"[()]|(?<![\w-]){word}(?![\w-])", text, re.IGNORECASE):
        sign = mark.group()
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : mark.start()])
            start = mark.end()
    parts.append(text[start:])
    return parts


def _feature(text: str, ranges: dict[str, float] = _RANGES) -> bool | None:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if colon:
        return _plain(name, value, ranges)
    if pieces := [piece.strip() for piece in re.split(r"(<=|>=|<|>|=)", text)]:
        if len(pieces) == 3:
            first, sign, second = pieces
            if first in ranges:
                return _compare(first, sign, second, ranges)
            return second in ranges and _compare(second, _FLIPPED[sign], first, ranges)
        if len(pieces) == 5:
            low, sign, name, other, high = pieces
            return (
                name in ranges
                and _compare(name, _FLIPPED[sign], low, ranges)
                and _compare(name, other, high, ranges)
            )
    if name in _FALSY:
        return False
    return True if name in _WORDS or ranges.get(name) else None if name not in ranges else False


def _plain(name: str, value: str, ranges: dict[str, float]) -> bool:
    for prefix, sign in (("min-", ">="), ("max-", "<="), ("-webkit-min-", ">="), ("-webkit-max-", "<=")):
        if name.startswith(prefix):
            rest = ("-webkit-" if prefix.startswith("-webkit") else "") + name.removeprefix(prefix)
            return rest in ranges and _compare(rest, sign, value, ranges)
    if name in ranges:
        return _compare(name, "=", value, ranges)
    return value in _WORDS.get(name, ())


def _compare(name: str, sign: str, value: str, ranges: dict[str, float]) -> bool:
    wanted = _number(value)
    return wanted is not None and _SIGNS[sign](ranges[name], wanted)


def _number(value: str) -> float | None:
    if ratio := _RATIO.match(value):
        return float(ratio.group(1)) / float(ratio.group(2) or 1) if float(ratio.group(2)) else None
    if value.startswith("calc("):
        return _calculated(value[4:])
    found = _NUMBER.match(value)
    if found is None or found.group(2) not in _UNITS:
        return None
    return float(found.group(1)) * _UNITS[found.group(2)]


def _calculated(text: str) -> float | None:
    """Evaluate the sums and products of ``calc()``."""
    total, sign = 0.0, 1.0
    for part in re.split(r"(?<=\s)([-+])(?=\s)", text.removeprefix("(").removesuffix(")")):
        if part in ("+", "-"):
            sign = 1.0 if part == "+" else -1.0
            continue
        product = 1.0
        for each in part.split("*"):
            value = _number(each.strip())
            if value is None:
                return None
            product *= value
        total += sign * product
    return total


def _declared(text: str) -> bool:
    """Return whether Chromium supports a declaration, a selector or a font technology."""
    if found := re.match(
        r"(selector|font-tech|font-format|at-rule)\((.*)\)\Z", text, re.DOTALL | re.IGNORECASE
    ):
        if found.group(1).lower() != "selector":
            return "-moz-" not in found.group(2)
        return is_selector(found.group(2).strip())
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not value or _FOREIGN.search(value.lower()):
        return False
    if name.startswith("--"):
        return True
    name, value = name.lower(), value.lower()
    if (
        name not in PROPERTIES
        or value in _NOT_YET
        or any(unit not in _KNOWN_UNITS for unit in _UNIT.findall(value))
    ):
        return False
    if name.endswith("color") and value.isalpha():
        return is_color(value)
    return name not in KEPT or "var(" in value or bool(longhands(name, value))
