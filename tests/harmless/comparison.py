"""Runs a project's tests in a process of their own, and compares what two runs recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.runners.projects import PLUGINS

__all__ = ["RECORDER", "RUNNERS", "Outcome", "run"]

RECORDER = Path(__file__).parent / "project" / "recorded.py"

_MANAGE = ("manage.py", "test", "--pattern=hostile_*.py")
_PYTEST = ("-m", "pytest", "-p", "recorded", "-q")

#: How the hostile project is run.
RUNNERS = {
    "unittest": _MANAGE,
    "parallel": (*_MANAGE, "--parallel=2"),
    "pytest": _PYTEST,
    "xdist": (*_PYTEST, "-n2"),
}

_NOT_INHERITED = ("JOURNEY_", "DJANGO_SETTINGS_MODULE", "PYTEST_", "COV_")


@dataclass(frozen=True)
class Outcome:
    """What one run recorded.

    Args:
        tests: Each test's statements and outcomes, in order.
        notes: The facts that tests noted, sorted.
        output: What the run printed, for a failure's message.
    """

    tests: dict[str, list[str]]
    notes: list[str]
    output: str

    def differences(self, other: Outcome) -> list[str]:
        """Return one line for each test or fact that differs in the other run."""
        lines = [
            f"{test}: {_first(self.tests.get(test, []), other.tests.get(test, []))}"
            for test in sorted(self.tests.keys() | other.tests.keys())
            if self.tests.get(test) != other.tests.get(test)
        ]
        before, after = Counter(self.notes), Counter(other.notes)
        lines += [f"untraced: {line}" for line in (before - after).elements()]
        lines += [f"traced:   {line}" for line in (after - before).elements()]
        return lines

    @property
    def statements(self) -> int:
        """How many SQL statements were run."""
        return sum(line.startswith("sql ") for lines in self.tests.values() for line in lines)


def run(
    folder: Path,
    command: Sequence[str],
    record: Path,
    *,
    report: Path | None = None,
    python: str = sys.executable,
    environment: dict[str, str] | None = None,
    plugins: bool = False,
) -> Outcome:
    """Run a project's tests.

    Args:
        folder: The working directory.
        command: What stands after ``python``.
        record: The file for what is recorded.
        report: The report's folder; the tests are traced if it is given.
        python: The interpreter.
        environment: More variables.
        plugins: Whether pytest loads all plugins that are installed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    path = os.pathsep.join([str(RECORDER.parent), kept.pop("PYTHONPATH", "")]).rstrip(os.pathsep)
    mine = {"PYTHONPATH": path, "RECORD": str(record), "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
    if not plugins:
        mine |= PLUGINS
    words = [*command]
    if report is not None:
        if "pytest" in words:
            words.append(f"--journey-report={report}")
        else:
            words = ["-m", "django_journey", "run", f"--journey-report={report}", *words]
    done = subprocess.run(
        [python, str(RECORDER), *words],
        cwd=folder,
        env=kept | mine | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,
    )
    output = f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    notes = Path(f"{record}.notes")
    return Outcome(
        tests=json.loads(record.read_text()) if record.exists() else {},
        notes=sorted(notes.read_text().splitlines()) if notes.exists() else [],
        output=output,
    )


def _first(before: list[str], after: list[str]) -> str:
    for one, other in zip(before, after, strict=False):
        if one != other:
            return f"{one!r} became {other!r}"
    return (
        f"{before[len(after) :]} is missing" if len(before) > len(after) else f"more: {after[len(before) :]}"
    )
