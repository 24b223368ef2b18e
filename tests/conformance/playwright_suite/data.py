"""Which of the suite's files and tests are run, and why the others are not: ``suite.toml``, read."""

from __future__ import annotations

import tomllib
from pathlib import Path

__all__ = ["FOLDER", "VERSION", "does_not_apply", "files", "left_out", "tests_not_run"]

#: The release whose source distribution brings the suite.
VERSION = "1.65.2"
#: Where the tests stand in it.
FOLDER = "tests/sync/"

_DATA = tomllib.loads(Path(__file__).with_name("suite.toml").read_text("utf-8"))


def files() -> list[str]:
    """Return the files that are run, relative to the distribution's folder."""
    return [FOLDER + name for name in _DATA["files"]]


def left_out() -> dict[str, str]:
    """Return the tests that suit and are left out, each with its reason."""
    return {FOLDER + test: reason for test, reason in _DATA["left_out"].items()}


def does_not_apply() -> dict[str, str]:
    """Return the tests that only a browser can pass, each with its reason."""
    return {FOLDER + test: group["reason"] for group in _DATA["does_not_apply"] for test in group["tests"]}


def tests_not_run() -> dict[str, str]:
    """Return all tests that are not run, each with its reason."""
    return does_not_apply() | left_out()
