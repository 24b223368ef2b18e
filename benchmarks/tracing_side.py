"""One side of the tracing benchmark: ``python -m benchmarks.tracing_side plain|lean|traced PATH``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.page import signed_in, site

BATCH = {"/small/": 40, "/list/": 4}


def main(side: str, path: str) -> None:
    """Answer each line of the standard input with milliseconds for one request."""
    from django.test import Client, override_settings

    from django_journey import reports
    from django_journey._trace.record import run_id
    from django_journey._trace.tracing import Tracing

    client = Client()
    tests = 0
    with tempfile.TemporaryDirectory() as folder, override_settings(ROOT_URLCONF="benchmarks.tracing_site"):
        signed_in(client)
        record = "lean" if side == "lean" else "failures"
        tracing = (
            Tracing(run_id.begin(Path(folder)), runner="benchmark", record=record)
            if side != "plain"
            else None
        )
        for line in sys.stdin:
            began = time.process_time()
            if line == "round\n" and tracing is not None:
                tests += 1
                scope = tracing.begin(f"test {tests}", name=f"test {tests}")
                with tracing.entered(scope):
                    ask(client, path)
                tracing.end(scope, "passed")
            elif line == "round\n":
                ask(client, path)
            elif line == "report\n" and tracing is not None:
                tracing.close()
                reports.build(Path(folder))
            times = BATCH[path] * (tests if line == "report\n" else 1)
            print((time.process_time() - began) / times * 1000, flush=True)
            if line == "end\n":
                return


def ask(client: object, path: str) -> None:
    """Ask for the page as often as one test does."""
    for _ in range(BATCH[path]):
        client.get(path)  # type: ignore[attr-defined]


if __name__ == "__main__":
    with site():
        main(*sys.argv[1:])
