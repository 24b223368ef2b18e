"""Tells which line of a test asked for a step."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import FrameType

import django_journey

__all__ = ["HERE", "caller"]

# A verb that is a generator's context manager is entered by contextlib, which nobody asked for.
_PASSED_OVER = (str(Path(django_journey.__file__).parent) + os.sep, contextlib.__file__)
#: Where the run began: a test may go elsewhere, and take away the folder that it is in.
HERE = str(Path.cwd()) + os.sep


def caller() -> str:
    """Return the nearest line outside this package as ``file:line``, the file relative to where the run began."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PASSED_OVER):
        frame = frame.f_back
    if frame is None:
        return ""
    return f"{frame.f_code.co_filename.removeprefix(HERE)}:{frame.f_lineno}"
