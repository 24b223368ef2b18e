"""What tests need of their machine. Where it is missing they are left out; in CI, which installs it, they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

import pytest

from django_journey.errors import ConfigurationError, MissingExtra

__all__ = ["a_browser", "at_one_place", "lacking", "leave_out", "library", "program"]

_LEFT_OUT: set[str] = set()


def lacking(what: str) -> NoReturn:
    """Leave this test out, or fail in CI.

    Args:
        what: What is missing, and how it is installed.
    """
    if os.environ.get("CI"):
        pytest.fail(f"CI installs what its tests need, but {what}")
    leave_out(what)


def leave_out(why: str) -> NoReturn:
    """Leave this test out, in CI too.

    Args:
        why: What is missing, and how it is had.
    """
    _LEFT_OUT.add(why)
    pytest.skip(why)


def at_one_place(skipped: tuple[str, int, str]) -> tuple[str, int, str]:
    """Return where and why a test was left out; all that lack the same are left out at the same place."""
    *_, why = skipped
    return (__file__, 0, why) if why.removeprefix("Skipped: ") in _LEFT_OUT else skipped


@contextmanager
def a_browser() -> Iterator[None]:
    """Launch a browser within this block; where there is none the test lacks it."""
    try:
        yield
    except (ConfigurationError, MissingExtra) as missing:
        lacking(f"there is no browser here: {missing}")


def library(name: str) -> Any:
    """Return an optional library of the dependency group ``test``."""
    try:
        return import_module(name)
    except ImportError as missing:
        lacking(f"{missing}: python -m pip install --group test")


def program(*names: str, package: str) -> str:
    """Return the path of the first of these programs that is there.

    Args:
        names: What it may be called.
        package: The Debian package that brings it.
    """
    for name in names:
        if found := shutil.which(name):
            return found
    lacking(f"{names[0]} is not on the PATH: apt-get install {package}")
