"""How much faster the live server answers than Django's: a client that keeps its connection, and a browser."""

from __future__ import annotations

import sys

from benchmarks.measured import answers, measured

ROUNDS = 3
REQUESTS = 20


def run() -> dict[str, float]:
    """Return ratios over the stock server, e.g. ``postgresql_wsgi_faster_than_stock`` (times as fast).

    ``…_goto_…`` is the same page through ``page.goto`` in a browser, where there is one.
    """
    ratios: dict[str, float] = {}
    for database in filter(answers, ("postgresql", "sqlite", "mariadb")):
        times = measured("benchmarks.keepalive", database, ROUNDS, REQUESTS)
        shown = ", ".join(f"{name} {took:.2f} ms" for name, took in times.items())
        print(f"{database}: {shown}", file=sys.stderr)
        for kind in ("wsgi", "asgi"):
            ratios[f"{database}_{kind}_faster_than_stock"] = times["stock"] / times[kind]
            if "stock_goto" in times:
                ratios[f"{database}_{kind}_goto_faster_than_stock"] = (
                    times["stock_goto"] / times[f"{kind}_goto"]
                )
    return ratios
