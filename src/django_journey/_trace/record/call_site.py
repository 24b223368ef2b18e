"""Finds the line of a test that called a step."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import FrameType

__all__ = ["START_FOLDER", "caller", "outside_frame"]

# contextlib enters the verbs that are context managers; it is not the caller.
_PASSED_OVER = (str(Path(__file__).parents[2]) + os.sep, contextlib.__file__)
#: The working directory at the start: a test may change it, and delete the new one.
START_FOLDER = str(Path.cwd()) + os.sep


def outside_frame() -> FrameType | None:
    """Return the nearest frame outside this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PASSED_OVER):
        frame = frame.f_back
    return frame


def caller() -> str:
    """Return the nearest line outside this package as ``file:line``, relative to the working directory at the start."""
    frame = outside_frame()
    if frame is None:
        return ""
    return f"{frame.f_code.co_filename.removeprefix(START_FOLDER)}:{frame.f_lineno}"
