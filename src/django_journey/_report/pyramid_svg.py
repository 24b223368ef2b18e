"""The pyramid as an inline SVG without text: the table beside it has the figures."""

from __future__ import annotations

from django_journey._report.pyramid import Pyramid, Tier

__all__ = ["ROW", "svg"]

#: The height of one tier in CSS pixels; the table's rows beside it have the same.
ROW = 52

_GAP = 6


def svg(pyramid: Pyramid) -> str:
    """Draw the pyramid: a filled bar for each tier, and the outline of the healthy one.

    Widths are per cent of the drawing's own width, so that it scales without distorting; the widest bar fills it.
    """
    height = ROW * len(pyramid.tiers)
    widest = max(max(tier.share, tier.healthy) for tier in pyramid.tiers)
    bars = "".join(_tier(tier, index * ROW, 98 / widest) for index, tier in enumerate(pyramid.tiers))
    spoken = ", ".join(f"{tier.layer} {tier.share:.0%}" for tier in reversed(pyramid.tiers))
    return (
        f'<svg class="pyramid" width="100%" height="{height}" role="img" '
        f'aria-label="The shape of the suite: {spoken}">{bars}</svg>'
    )


def _tier(tier: Tier, top: int, scale: float) -> str:
    bar = _bar(tier.share * scale, top, f"bar {tier.layer}") if tier.count else ""
    return bar + _bar(tier.healthy * scale, top, "healthy")


def _bar(width: float, top: int, classes: str) -> str:
    # The least width keeps a tier with a single test visible.
    width = max(width, 0.8)
    return (
        f'<rect class="{classes}" x="{50 - width / 2:.2f}%" y="{top + _GAP / 2}" width="{width:.2f}%" '
        f'height="{ROW - _GAP}" rx="5"/>'
    )
