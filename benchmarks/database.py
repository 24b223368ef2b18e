"""How much faster a story's reset is than a flush, on each database that answers, with few and many tables."""

from __future__ import annotations

import sys

from benchmarks.measured import answers, measured

ROUNDS = 5
SIZES = (27, 152)


def run() -> dict[str, float]:
    """Return ratios over flush, e.g. ``postgresql_152_tables_shared_faster_than_flush`` (times as fast)."""
    ratios: dict[str, float] = {}
    for database in filter(answers, ("postgresql", "sqlite", "mariadb")):
        for size in SIZES:
            times = measured("benchmarks.reset", database, size, ROUNDS)
            shown = ", ".join(f"{name} {times[name]:.3f} ms" for name in ("flush", "shared", "committed"))
            print(f"{database}, {times['tables']:.0f} tables: {shown}", file=sys.stderr)
            for way in ("shared", "committed"):
                ratios[f"{database}_{size}_tables_{way}_faster_than_flush"] = times["flush"] / times[way]
    return ratios
