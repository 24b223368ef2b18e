"""What tracing costs: the smallest request and a page of 20 KB, plain and traced, the report included."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import mean

from benchmarks.rounds import turns

ROUNDS = 120
SIDES = ("plain", "lean", "traced")
PAGES = {"smallest_request": "/small/", "page": "/list/"}


def run() -> dict[str, float]:
    """Return ratios (``…_over_plain``) and milliseconds of processor time for one request (``…_ms``)."""
    figures: dict[str, float] = {}
    for name, path in PAGES.items():
        found, report = measured(path)
        adds = found["traced"] - found["plain"]
        figures[f"{name}_plain_ms"] = found["plain"]
        figures[f"{name}_tracing_adds_ms"] = adds
        figures[f"{name}_details_add_ms"] = found["traced"] - found["lean"]
        figures[f"{name}_report_adds_ms"] = report
        figures[f"{name}_traced_over_plain"] = found["traced"] / found["plain"]
        figures[f"{name}_traced_and_reported_over_plain"] = (found["traced"] + report) / found["plain"]
    return figures


def measured(path: str) -> tuple[dict[str, float], float]:
    """Return the milliseconds of one request on each side, and those that the report takes for it.

    Each side has a process of its own: what is hooked in stays so, as in a suite. They take turns, and the quickest
    quarter of their rounds counts: a busy machine adds to the others.
    """
    sides = {side: Side("benchmarks.tracing_side", side, path) for side in SIDES}
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    for number, side in turns(SIDES, ROUNDS + 5):
        took = sides[side].ask("round")
        if number >= 5:
            found[side].append(took)
    report = sides["traced"].ask("report")
    for side in sides.values():
        side.ask("end")
    return {side: mean(sorted(taken)[: ROUNDS // 4]) for side, taken in found.items()}, report


class Side:
    """A process that measures one side: it answers each line of its standard input with milliseconds."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str) -> float:
        """Return the milliseconds of what is asked for."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return float(json.loads(self.process.stdout.readline()))
