"""A pytest plugin that writes down each test's SQL and outcome; ``compare`` tells what differs between two runs."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

#: The environment variable that says where to.
VARIABLE = "STATEMENTS_FILE"

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
    before, after = json.loads(plain.read_text()), json.loads(traced.read_text())
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
