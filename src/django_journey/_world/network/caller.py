"""Finds the line of the project that opens a connection, through libraries, threads and event loops."""

from __future__ import annotations

import sys
import sysconfig
import threading
import traceback
from pathlib import Path
from types import FrameType

__all__ = ["calling_line"]


def calling_line() -> str:
    """Return the line of the project that is being run, ``file:line in function``.

    The frames of libraries are passed over. A pool's thread has none of the project's; then the other
    threads' are looked at, since one of them is waiting for it.
    """
    own = _project_line(sys._getframe(1))
    if own:
        return own
    frames = sys._current_frames()
    frames.pop(threading.get_ident(), None)
    main = frames.pop(threading.main_thread().ident or 0, None)
    for frame in [*frames.values(), *([main] if main is not None else [])]:
        line = _project_line(frame)
        if line:
            return f"{line} (asked for by {threading.current_thread().name})"
    return f"a library's own thread, {threading.current_thread().name}"


def _project_line(frame: FrameType | None) -> str:
    foreign = _foreign_places()
    for entry, line in traceback.walk_stack(frame):
        file = entry.f_code.co_filename
        if not file.startswith(foreign) and not file.startswith("<"):
            return f"{_relative(file)}:{line} in {entry.f_code.co_name}"
    return ""


def _foreign_places() -> tuple[str, ...]:
    """Return where code lies that is not the project's: Python's library, what is installed, and this one."""
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*installed, str(Path(__file__).resolve().parents[2]))


def _relative(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
