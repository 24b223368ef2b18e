"""A story, its steps and its look-ups in-process, against the same requests by hand with Django's test client."""

from __future__ import annotations

import sys
from statistics import median

from benchmarks.page import shown
from benchmarks.rounds import turns
from benchmarks.tracing import Side

ROUNDS = 20
WANTED = {
    "story_of_small_pages_over_client": "≤ 1.15",
    "story_of_small_pages_traced_and_reported_over_untraced": "≤ 1.05",
    "story_of_large_pages_over_client": "≤ 1.05",
    "story_of_large_pages_traced_and_reported_over_untraced": "≤ 1.05",
    "first_get_by_role_of_1200_elements_over_client_get": "≤ 0.25",
    "fill_and_click_of_200_elements_over_client_get": "≤ 0.15",
}


def run() -> dict[str, float]:
    """Return ratios of processor time (``…_over_…``)."""
    figures = {}
    for size in ("small", "large"):
        found = measured(size, {"client": "plain", "story": "plain", "traced": "traced"})
        figures[f"story_of_{size}_pages_over_client"] = found["story"] / found["client"]
        figures[f"story_of_{size}_pages_traced_and_reported_over_untraced"] = (
            found["traced"] + found["report"]
        ) / found["story"]
    found = measured("wide", {"get": "plain", "look_up": "plain"})
    figures["first_get_by_role_of_1200_elements_over_client_get"] = found["look_up"] / found["get"]
    found = measured("fresh", {"get": "plain", "fill_and_click": "plain"})
    figures["fill_and_click_of_200_elements_over_client_get"] = found["fill_and_click"] / found["get"]
    return figures


def measured(pages: str, ways: dict[str, str]) -> dict[str, float]:
    """Return the median milliseconds of each way to do it; all take turns, in a process for each side."""
    sides = {side: Side("benchmarks.steps_side", side, pages) for side in dict.fromkeys(ways.values())}
    times: dict[str, list[float]] = {way: [] for way in ways}
    for number, way in turns(list(ways), ROUNDS + 5):
        took = sides[ways[way]].ask(way)
        if number >= 5:
            times[way].append(took)
    found = {way: median(taken) for way, taken in times.items()}
    if "traced" in sides:
        found["report"] = sides["traced"].ask("report")
    for side in sides.values():
        side.ask("end")
    print(f"{pages} pages: {shown(found)}", file=sys.stderr)
    return found
