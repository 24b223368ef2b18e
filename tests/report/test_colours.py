"""The report's colours have the contrast that WCAG 2.2 asks of text (level AA, 4.5 : 1), light and dark."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = (resources.files("django_journey._report") / "static" / "base.css").read_text(encoding="utf-8")
LISTS = (resources.files("django_journey._report") / "static" / "list.css").read_text(encoding="utf-8")


def scheme(dark: bool) -> dict[str, str]:
    light, night = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return {**colours, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", night))} if dark else colours


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ["ground", "card", "sunk", "bad-ground"]),
        ("soft", ["ground", "card", "sunk", "bad-ground"]),
        ("accent", ["ground", "card", "accent-ground", "sunk"]),
        ("good", ["ground", "card", "sunk"]),
        ("bad", ["ground", "card", "bad-ground"]),
        ("odd", ["card", "odd-ground", "ground"]),
    ],
)
def test_text_can_be_read_on_every_ground_that_it_stands_on(
    text: str, grounds: list[str], dark: bool
) -> None:
    colours = scheme(dark)
    for ground in grounds:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def test_the_initials_of_every_actor_can_be_read() -> None:
    badges = re.findall(r"\.a\d \{ background: (#[0-9a-f]{6})", LISTS)
    assert len(badges) == 8
    for badge in badges:
        assert contrast("#ffffff", badge) >= 4.5, badge


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_tiers_stand_out_from_their_card(dark: bool) -> None:
    colours = scheme(dark)
    for layer in ("unit", "narrow", "broad", "browser"):
        assert contrast(colours[layer], colours["card"]) >= 3, layer
