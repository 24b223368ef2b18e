"""What it costs to undo five inserts: by flush, by one shared transaction, by cleaning what was touched.

Each way has its turn for several resets, as a suite is reset in one way: a flush makes rows of migrations anew,
which would have to be read anew after each, and leaves the processor's caches to itself.

Run by ``benchmarks.database``, once for each database and number of tables; prints milliseconds as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from benchmarks import tables

IN_A_ROW = 5


def measure(rounds: int) -> dict[str, float]:
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from django_journey._world.database.cleanup import Baseline, committed_transactions
    from django_journey._world.database.transactions import shared_transactions

    baseline = Baseline()

    def five_inserts() -> None:
        for number in range(5):
            Group.objects.create(name=f"group {number}")

    def flush() -> float:
        five_inserts()
        began = time.perf_counter()
        # As TransactionTestCase does it, and with it pytest-django's transactional_db and live_server.
        call_command(
            "flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=False
        )
        return time.perf_counter() - began

    def around(opened: Callable[[], object]) -> float:
        began = time.perf_counter()
        with opened():  # type: ignore[attr-defined]
            inside = time.perf_counter()
            five_inserts()
            inside = time.perf_counter() - inside
        return time.perf_counter() - began - inside

    ways: dict[str, Callable[[], float]] = {
        "flush": flush,
        "shared": lambda: around(lambda: shared_transactions(["default"])),
        "committed": lambda: around(lambda: committed_transactions(["default"], baseline=baseline)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            for _ in range(IN_A_ROW):
                took = way()
                assert not Group.objects.exists(), name
                if number:  # the first round warms up
                    times[name].append(took * 1000)
    return {name: statistics.median(some) for name, some in times.items()}


if __name__ == "__main__":
    tables.configure(sys.argv[1], int(sys.argv[2]))
    with tables.database() as connection:
        found = measure(int(sys.argv[3]))
        found["tables"] = len(connection.introspection.table_names())
    json.dump(found, sys.stdout)
