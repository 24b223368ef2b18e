"""Compares the SQL and the outcome of each test of a suite, plain and traced, statement for statement.

``python PATH/TO/statements.py [pytest's arguments]``, in the folder of any project whose environment has this library
and pytest-django, runs its suite twice and says what differs. This file is the plugin of those two runs too.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

#: The environment variable that says where to.
VARIABLE = "STATEMENTS_FILE"

_SAVEPOINT = re.compile(r"\bs\d+_x")

_found: dict[str, list[str]] = {}
_current = [""]


def pytest_configure() -> None:
    from django.db.backends.utils import CursorWrapper

    for name in ("_execute", "_executemany"):
        setattr(CursorWrapper, name, _noting(getattr(CursorWrapper, name)))


def _noting(original: Any) -> Any:
    def run(cursor: Any, sql: Any, *arguments: Any) -> Any:
        _found.setdefault(_current[0], []).append(f"{cursor.db.alias}: {sql}")
        return original(cursor, sql, *arguments)

    return run


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    _current[0] = item.nodeid
    try:
        return (yield)
    finally:
        _current[0] = ""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _found.setdefault(report.nodeid, []).append(f"{report.when} {report.outcome}")


def pytest_unconfigure() -> None:
    Path(os.environ[VARIABLE]).write_text(json.dumps(_found))


def compare(plain: Path, traced: Path) -> tuple[int, int, list[str]]:
    """Return how many tests and statements the plain run had, and one line for each test that differs."""
    # A savepoint is named after its thread, whose number is another one in each process.
    before, after = (json.loads(_SAVEPOINT.sub("savepoint", path.read_text())) for path in (plain, traced))
    different = [
        f"{test}: {_first(before.get(test, []), after.get(test, []))}"
        for test in sorted(before.keys() | after.keys())
        if before.get(test) != after.get(test)
    ]
    return len(before), sum(map(len, before.values())), different


def _first(before: list[str], after: list[str]) -> str:
    for index, pair in enumerate(zip(before, after, strict=False)):
        if pair[0] != pair[1]:
            return f"statement {index + 1}: {pair[0][:200]!r} became {pair[1][:200]!r}"
    return f"{len(before)} statements became {len(after)}"


def run_both(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[int, int, list[str]]:
    """Run a suite plain and traced, and return what ``compare`` says."""
    here = Path(__file__)
    with tempfile.TemporaryDirectory() as place:
        for name, more in (("plain", []), ("traced", [f"--journey-report={place}/report"])):
            path = os.pathsep.join([str(here.parent), environment.get("PYTHONPATH", "")])
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:randomly",
                    "-p",
                    here.stem,
                    *arguments,
                    *more,
                ],
                cwd=folder,
                env={
                    **environment,
                    VARIABLE: f"{place}/{name}.json",
                    "PYTHONPATH": path,
                    "PYTHONHASHSEED": "0",
                },
                check=False,
                stdout=sys.stderr,
            )
        return compare(Path(place, "plain.json"), Path(place, "traced.json"))


if __name__ == "__main__":
    tests, statements, different = run_both(sys.argv[1:], Path.cwd(), os.environ)
    sys.stdout.write(
        "\n".join([*different, f"{tests} tests, {statements} statements, {len(different)} tests differ\n"])
    )
    sys.exit(bool(different))
