"""Finds the line of the project that ran a statement, by the file names of the calling code alone."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from types import FrameType

import django

__all__ = ["project_line"]

_PACKAGE = Path(__file__).parents[2]
_LIBRARIES = tuple(
    f"{folder}{os.sep}"
    for folder in {*(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")), str(_PACKAGE)}
    | {str(Path(django.__file__).parent)}
)
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")

#: The files of libraries that were met; a suite has a few thousand.
_met: set[str] = set()


def project_line() -> tuple[str, int] | None:
    """Return the file and the number of the nearest line that belongs to no library, or ``None``."""
    met = _met
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        while (
            frame is not None and frame.f_code.co_filename in met
        ):  # every query comes here: no call per frame
            frame = frame.f_back
        if frame is None:
            break
        name = frame.f_code.co_filename
        if _is_own(name):
            return name, frame.f_lineno
        met.add(name)
    return None


def _is_own(name: str) -> bool:
    return not (name.startswith(("<", *_LIBRARIES)) or any(part in name for part in _INSTALLED))
