"""What a report of 10,000 tests costs: to write, to store, to open in Chromium, and to search."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measured import measured
from django_journey._trace.record.events import QuerySummary
from tests.report.synthetic import SELECT_USER, START, Process, folder_with, publishing

STORIES, NARROW, UNITS = 1_000, 5_000, 4_000
STORIES_OF_11_STEPS = 9_100  # 100,000 steps
KEYS = 12


def run() -> dict[str, float]:
    """Return seconds of processor time, megabytes, and milliseconds in the browser."""
    with tempfile.TemporaryDirectory() as folder:
        suite, steps = Path(folder, "suite"), Path(folder, "steps")
        for day in range(2):  # the second is compared with the first
            for old in (suite / "trace").glob("*.jsonl"):
                old.unlink()
            folder_with(suite, _suite(day))
            figures = measured("benchmarks.report", suite)
        figures |= _opened(suite / "index.html")
        process = Process()
        for number in range(STORIES_OF_11_STEPS):
            publishing(process, number=number + 1)
        folder_with(steps, process.finish())
        figures["of_100_000_steps_peak_mb"] = measured("benchmarks.report", steps)["peak_mb"]
    return figures


def _suite(day: int) -> Process:
    process = Process(start=START + day * 86_400)
    for number in range(STORIES):
        publishing(process, number=number + 1, fails=number % 100 == 99)
    for number in range(NARROW):
        play = process.test(f"newsroom/tests/test_views.py::ArticleTests::test_article_{number}")
        for _ in range(2):
            play.request("GET", f"/articles/{number}/", queries=QuerySummary(3, 0.9, (SELECT_USER,)))
        play.end_test()
    for number in range(UNITS):
        process.test(f"accounts/tests/test_forms.py::test_birthday_{number}").end_test(seconds=0.001)
    return process.finish()


def _opened(index: Path) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    from django_journey._drivers.browser.launch import launch

    with sync_playwright() as playwright:
        browser = launch(playwright, "chromium", headed=False)
        page = browser.new_page()
        opened = []
        for _ in range(5):
            page.goto(index.as_uri())
            page.locator("tbody tr a.open").first.wait_for()
            opened.append(page.evaluate("performance.now()"))
        page.get_by_role("searchbox").fill("zzz")
        page.locator(".empty").wait_for()
        keys = [page.evaluate(_KEY, "publish integration"[: number + 1]) for number in range(KEYS)]
        browser.close()
    return {
        "opens_ms": median(opened),
        "key_in_search_ms": median(keys),
        "slowest_key_in_search_ms": max(keys),
    }


_KEY = """words => {
    const box = document.querySelector("input[type=search]"), began = performance.now();
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - began;
}"""


def _write(folder: Path) -> dict[str, Any]:
    import resource
    import time

    from django_journey import reports

    began = time.process_time()
    index = reports.build(folder)
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"write_s": took, "size_mb": index.stat().st_size / 1e6, "peak_mb": peak}


if __name__ == "__main__":
    print(json.dumps(_write(Path(sys.argv[1]))))
