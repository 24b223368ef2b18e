"""How much faster a whole browser test is as a story than with Django's live server and Playwright, on PostgreSQL.

The test: a user is made, logs in, visits a page, fills its form, clicks, and sees what came of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measured import answers
from benchmarks.rounds import turns

ROUNDS = 5
LEAST, LIMIT = 3, 90  # rounds that are always done, and the seconds after which no more follow, for each size
SIZES = (27, 152)
WHOLE, SHELL = "chromium", "chromium-headless-shell"
WAYS = {  # each way: who tells it, in which browser, and how the user logs in
    "live server, chromium, login page": ("live_server", WHOLE, "page"),
    "live server, chromium, session": ("live_server", WHOLE, "session"),
    "story, chromium, login page": ("story", WHOLE, "page"),
    "story, chromium, session": ("story", WHOLE, "session"),
    "story, headless shell, login page": ("story", SHELL, "page"),
    "story, headless shell, session": ("story", SHELL, "session"),
}
RATIOS = {  # by how much the second way is faster than the first
    "": ("live server, chromium, login page", "story, headless shell, login page"),
    "_session": ("live server, chromium, session", "story, headless shell, session"),
    "_same_browser": ("live server, chromium, login page", "story, chromium, login page"),
    "_same_browser_session": ("live server, chromium, session", "story, chromium, session"),
    "_as_documented": ("live server, chromium, login page", "story, headless shell, session"),
}


def run() -> dict[str, float]:
    """Return ratios over Django's way, e.g. ``browser_test_152_tables`` (times as fast)."""
    programs = {name: shutil.which(name) for name in (WHOLE, SHELL)}
    missing = [name for name, program in programs.items() if program is None]
    if missing:
        print(f"{' and '.join(missing)} not found: nothing is measured", file=sys.stderr)
    if missing or not answers("postgresql"):
        return {}
    ratios: dict[str, float] = {}
    for size in SIZES:
        whole = measure(size, programs)
        for name, (before, after) in RATIOS.items():
            ratios[f"browser_test_{size}_tables{name}"] = whole[before] / whole[after]
    return ratios


def measure(size: int, programs: dict[str, Any]) -> dict[str, float]:
    """Return each way's median milliseconds; where they go is told on the way."""
    with ExitStack() as closing:
        sides = {
            (who, browser): closing.enter_context(started(who, size, programs[browser]))
            for who, browser in dict.fromkeys((who, browser) for who, browser, _ in WAYS.values())
        }
        for process in sides.values():
            answer(process)  # it is ready
        times: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
        until = time.monotonic() + LIMIT
        for number, name in turns(list(WAYS), ROUNDS + 1):
            if number > LEAST and time.monotonic() > until:
                break
            who, browser, how = WAYS[name]
            took = ask(sides[who, browser], how)
            if number:  # the first round warms up
                times[name].append(took)
    found: dict[str, float] = {}
    for name, some in times.items():
        parts = {part: median(took[part] for took in some) for part in some[0]}
        found[name] = parts["whole"]
        shown = ", ".join(f"{part} {took:.0f}" for part, took in parts.items() if round(took))
        print(f"{size} tables, {name}: {shown} ms", file=sys.stderr)
    return found


def started(who: str, size: int, program: str) -> Any:
    """Start a side in a process of its own: they differ in what they do to Playwright and to Django.

    It ends by itself when its input is closed, and drops its database.
    """
    command = [sys.executable, "-m", "benchmarks.browser_sides", who, str(size), program]
    root = Path(__file__).parent.parent
    return subprocess.Popen(command, cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ask(process: Any, how: str) -> dict[str, float]:
    """Let a side tell its test once."""
    process.stdin.write(f"{how}\n")
    process.stdin.flush()
    return answer(process)


def answer(process: Any) -> dict[str, float]:
    """Read one line of a side."""
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(process.args)} failed; its error stands above")
    found: dict[str, float] = json.loads(line)
    return found
