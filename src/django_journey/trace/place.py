"""Tells which line of a test asked for a step."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import django_journey

__all__ = ["caller"]

_OWN = str(Path(django_journey.__file__).parent)


def caller() -> str:
    """Return the nearest line outside this package as ``file:line``, the file relative to the working folder."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    if frame is None:
        return ""
    here = str(Path.cwd())
    return f"{frame.f_code.co_filename.removeprefix(here + '/')}:{frame.f_lineno}"
