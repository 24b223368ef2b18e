"""Runs a program as ``python`` would, and writes down each test's outcome, its SQL and what it noted itself.

    RECORD=plain.json python recorded.py manage.py test
    RECORD=plain.json python recorded.py -m pytest -p recorded

It hooks into the base class of all results and into Django's cursor, before anything else is loaded. Standard library
alone, so that any project's Python can run it.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import runpy
import sys
import unittest

RECORD = os.environ.get("RECORD", "")
NOTES = RECORD + ".notes"
LEADER = "PYTEST_XDIST_WORKER" not in os.environ

found: dict[str, list[str]] = {}
current = [""]
process = os.getpid()
# Bound once: the tests that are recorded replace all sorts of things.
write, open_file, close, dumps = os.write, os.open, os.close, json.dumps
WAYS = os.O_WRONLY | os.O_CREAT | os.O_APPEND


# What differs from one process to the next: addresses and the names of savepoints.
CHANGING = re.compile(r"(?<=0x)[0-9a-f]{6,}|(?<=\bs)\d+_x\d+")


def add(test: str, what: str) -> None:
    found.setdefault(test, []).append(CHANGING.sub("", what)[:500])


def note(case: unittest.TestCase | str, name: str, value: object) -> None:
    """Write down a fact of a test, from whatever process it runs in; two runs are compared by their facts, too."""
    if RECORD:
        told = case if isinstance(case, str) else case.id()
        line = dumps([told, name, CHANGING.sub("", repr(value))]).encode() + b"\n"
        file = open_file(NOTES, WAYS, 0o600)
        write(file, line)
        close(file)


def _results() -> None:
    def outcome(word: str, error: bool) -> object:
        original = getattr(unittest.TestResult, word)

        def told(result: unittest.TestResult, test: object, *facts: object, **more: object) -> object:
            named = getattr(test, "id", lambda: str(test))()
            said = facts[-1] if facts else None
            if error and isinstance(said, tuple):
                said = f"{said[0].__name__}: {said[1]}".partition("\n")[0]
            if word != "addSubTest" or said is not None:
                add(named, f"{word} {said or ''}")
            return original(result, test, *facts, **more)

        return told

    for word in (
        "addSuccess",
        "addError",
        "addFailure",
        "addSkip",
        "addExpectedFailure",
        "addUnexpectedSuccess",
    ):
        setattr(unittest.TestResult, word, outcome(word, word not in ("addSuccess", "addSkip")))
    unittest.TestResult.addSubTest = outcome("addSubTest", True)  # type: ignore[assignment,method-assign]
    start = unittest.TestResult.startTest

    def started(result: unittest.TestResult, test: unittest.TestCase) -> None:
        current[0] = test.id()
        start(result, test)

    unittest.TestResult.startTest = started  # type: ignore[method-assign]


def _statements() -> None:
    from django.db.backends.utils import CursorWrapper

    def noting(original: object) -> object:
        def run(cursor: CursorWrapper, sql: object, *arguments: object) -> object:
            if current[0] and os.getpid() == process:
                add(current[0], f"sql {cursor.db.alias}: {sql}")
            return original(cursor, sql, *arguments)  # type: ignore[operator]

        return run

    for name in ("_execute", "_executemany"):
        setattr(CursorWrapper, name, noting(getattr(CursorWrapper, name)))


def _save() -> None:
    if os.getpid() == process:
        file = open_file(RECORD, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        write(file, dumps(found).encode())
        close(file)


def pytest_configure() -> None:
    _statements()


def pytest_runtest_logstart(nodeid: str) -> None:
    current[0] = nodeid


def pytest_runtest_logfinish() -> None:
    current[0] = ""


def pytest_runtest_logreport(report: object) -> None:
    if report.when == "call" or report.outcome != "passed":  # type: ignore[attr-defined]
        said = getattr(getattr(report.longrepr, "reprcrash", None), "message", "")  # type: ignore[attr-defined]
        add(report.nodeid, f"{report.when} {report.outcome} {said}".partition("\n")[0])  # type: ignore[attr-defined]


def pytest_unconfigure() -> None:
    if LEADER and RECORD:
        _save()


if __name__ == "__main__":
    sys.argv.pop(0)
    if sys.argv[0] == "-m":
        sys.argv.pop(0)
        tests = "pytest" in sys.argv
    else:
        tests = False
    if not tests:
        _results()
        _statements()
        atexit.register(_save)
        sys.modules["recorded"] = sys.modules["__main__"]
    if os.path.exists(sys.argv[0]):
        sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        sys.path[0] = os.getcwd()
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
