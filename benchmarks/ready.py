"""How much faster a test database is made from the kept one than by its migrations, on each database that answers."""

from __future__ import annotations

import sys

from benchmarks.measured import answers, measured

ROUNDS = 5
SIZES = (27, 152)


def run() -> dict[str, float]:
    """Return ratios over migrating, e.g. ``postgresql_152_tables_ready_faster_than_migrate`` (times as fast)."""
    ratios: dict[str, float] = {}
    for database in filter(answers, ("sqlite", "postgresql", "mariadb")):
        for size in SIZES:
            times = measured("benchmarks.ready_side", database, size, ROUNDS)
            shown = ", ".join(f"{name} {times[name]:.1f} ms" for name in ("migrate", "ready"))
            print(f"{database}, {times['tables']:.0f} tables: {shown}", file=sys.stderr)
            ratios[f"{database}_{size}_tables_ready_faster_than_migrate"] = times["migrate"] / times["ready"]
    return ratios
