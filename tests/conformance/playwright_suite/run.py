"""Fetches Playwright's suite, runs its usable part in a process of its own, and counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.conformance.playwright_suite.data import VERSION, files, left_out

__all__ = ["run", "suite"]

_PLUGINS = ("django", "django_journey", "playwright", "randomly", "cacheprovider", "xdist")


def suite() -> Path:
    """Return the folder of the unpacked source distribution, fetching it into the user's cache if need be.

    ``PLAYWRIGHT_SUITE`` names a folder where it is unpacked already. Nothing of it belongs to this repository.
    """
    if given := os.environ.get("PLAYWRIGHT_SUITE"):
        return Path(given)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "django-journey"
    folder = cache / f"playwright-{VERSION}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as fetched:
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
            ]
            subprocess.run([*command, "--dest", fetched, f"playwright=={VERSION}"], check=True)
            (archive,) = Path(fetched).glob("*.tar.gz")
            with tarfile.open(archive) as unpacked:
                unpacked.extractall(fetched, filter="data")
            Path(fetched, folder.name).rename(folder)
    return folder


def run() -> dict[str, Any]:
    """Run the usable part of the suite.

    Returns:
        ``passed``, ``failed`` and ``left_out`` counts, ``does_not_apply`` (tests that only a browser can pass), and
        ``failures``: for each failing test its error's first line.

    Raises:
        RuntimeError: pytest itself failed.
    """
    folder = suite()
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = Path(scratch, "outcomes.jsonl")
        finished = subprocess.run(
            _command(folder),
            cwd=folder,
            env=_environment(folder, outcomes),
            capture_output=True,
            text=True,
        )
        if finished.returncode not in (0, 1) or not outcomes.exists():
            raise RuntimeError(f"Playwright's suite could not be run:\n{finished.stdout}\n{finished.stderr}")
        return _counted(outcomes.read_text("utf-8").splitlines())


def _command(folder: Path) -> list[str]:
    switched_off = [word for name in _PLUGINS for word in ("-p", f"no:{name}")]
    alone = ["--noconftest", "-c", os.devnull, f"--rootdir={folder}"]
    return [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "playwright_suite.plugin",
        *switched_off,
        *alone,
        "-q",
        *files(),
    ]


def _environment(folder: Path, outcomes: Path) -> dict[str, str]:
    return os.environ | {
        "PLAYWRIGHT_SUITE": str(folder),
        "PLAYWRIGHT_SUITE_OUTCOMES": str(outcomes),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }


def _counted(lines: list[str]) -> dict[str, Any]:
    counts = {"passed": 0, "failed": 0, "left_out": 0, "does_not_apply": 0}
    failures: dict[str, str] = {}
    suits = left_out()
    for line in lines:
        outcome = json.loads(line)
        if outcome["outcome"] == "skipped":
            counts["left_out" if outcome["test"] in suits else "does_not_apply"] += 1
        elif outcome["outcome"] == "passed" and not outcome["refusals"]:
            counts["passed"] += 1
        else:
            # A test that passes because something was refused has not been passed.
            counts["failed"] += 1
            failures[outcome["test"]] = (outcome["message"] or " ".join(outcome["refusals"])).splitlines()[0]
    return {**counts, "failures": failures}
