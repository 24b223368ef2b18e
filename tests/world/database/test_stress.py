"""The stress script runs, and would end with the stacks of all threads instead of a hang."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(["-c", code] if code else ["-m", "benchmarks.stress"]), *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False
    )


def test_a_short_run_ends_well() -> None:
    done = run("--minutes", "0.01", "--seed", "7")
    assert done.returncode == 0, done.stderr
    assert "no deadlock, nothing left behind" in done.stdout


def test_a_hang_ends_with_the_stacks_of_all_threads() -> None:
    done = run(
        "--minutes",
        "1",
        code="import threading; from benchmarks import stress; stress.HANGS = 1\n"
        "def waits_for_ever(*_): threading.Event().wait()\n"
        "stress.story = waits_for_ever; stress.main()",
    )
    assert done.returncode == 1
    assert "waits_for_ever" in done.stderr
