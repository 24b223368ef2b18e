"""The value of a color input: converts CSS colors to ``#rrggbb``."""

from __future__ import annotations

import colorsys
import re

from django_journey._dom.tree.white_space import word_set
from django_journey.errors import NeedsBrowser

__all__ = ["as_hex", "is_color"]

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"(rgba?|hsla?)\(\s*([^()]*?)\s*\)")
_OTHER = re.compile(r"(hwb|lab|lch|oklab|oklch|color)\(.*\)", re.DOTALL)
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_ANGLES = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 57.29577951308232, "turn": 360.0}
_NAMES = {
    name: code
    for line in """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4
black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0
chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff
darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9
darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000
darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f
darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969
dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc
ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080
honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa
lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff
lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1
lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899
lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000
mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371
mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585
midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080
oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa
palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f
pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f
royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee
sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa
springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 transparent 000000
turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32
""".splitlines()
    for name, code in zip(line.split()[::2], line.split()[1::2], strict=True)
}
_SYSTEM = re.compile(
    r"accentcolor(text)?|activetext|button(border|face|text)|canvas(text)?|field(text)?|graytext"
    r"|highlight(text)?|linktext|mark(text)?|selecteditem(text)?|visitedtext"
)


def as_hex(text: str) -> str:
    """Return a CSS color as ``#rrggbb``, without transparency; black if it is invalid.

    Args:
        text: The color.

    Raises:
        NeedsBrowser: The color depends on the system, or its color space is not supported here.

    Source: HTML Living Standard, 4.10.5.1.14 Color state, the value sanitization algorithm.
    """
    word = text.strip("\t\n\f\r ").lower()
    match = _HEX.fullmatch(word)
    if match:
        digits = match[1] if len(match[1]) > 4 else "".join(digit * 2 for digit in match[1])
        return f"#{digits[:6]}"
    if word in _NAMES:
        return f"#{_NAMES[word]}"
    function = _FUNCTION.fullmatch(word)
    if function:
        channels = _channels(function[1], function[2])
        return "#000000" if channels is None else "#{:02x}{:02x}{:02x}".format(*channels)
    if _SYSTEM.fullmatch(word) or _OTHER.fullmatch(word):
        raise NeedsBrowser(f'<input type="color" value="{text}">', "only a browser computes this color")
    return "#000000"


def _channels(name: str, inside: str) -> tuple[int, int, int] | None:
    colour, _, alpha = inside.partition("/")
    parts = [part for part in re.split(r"\s*,\s*|\s+", colour.strip()) if part]
    if len(parts) == 4 and "," in inside and not alpha:
        parts = parts[:3]  # the legacy syntax of an alpha value
    if len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    values = [number for number in numbers if number is not None]
    if name.startswith("rgb"):
        scaled = [value * 2.55 if unit == "%" else value for value, unit in values]
    else:
        hue = values[0][0] * _ANGLES.get(values[0][1], 1.0) % 360 / 360
        saturation, lightness = (max(0.0, min(100.0, value)) / 100 for value, _ in values[1:])
        scaled = [channel * 255 for channel in colorsys.hls_to_rgb(hue, lightness, saturation)]
    red, green, blue = (int(max(0.0, min(255.0, channel)) + 0.5) for channel in scaled)
    return red, green, blue


def _number(text: str) -> tuple[float, str] | None:
    match = re.fullmatch(rf"({_NUMBER})(%|deg|grad|rad|turn)?|none", text)
    if match is None:
        return None
    return (float(match[1]) if match[1] else 0.0), match[2] or ""


def is_color(word: str) -> bool:
    """Return whether a lower-case word is a color name or keyword (CSS Color 4, 6)."""
    return word in _NAMES or word in _SPECIAL


_SPECIAL = word_set(
    "transparent currentcolor inherit initial unset revert auto canvas canvastext linktext accentcolor "
    "accentcolortext buttonface buttontext field fieldtext graytext highlight highlighttext mark marktext "
    "visitedtext activetext buttonborder"
)
