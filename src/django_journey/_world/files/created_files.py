"""Finds the files that this process creates during a journey, by Python's audit events."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["CreatedFiles"]

_STDLIB = sysconfig.get_path("stdlib")
_real = cache(os.path.realpath)  # of the same few folders before each story
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class CreatedFiles:
    """Collects the paths of files that this process creates between ``start`` and ``stop``.

    An audit hook can't be removed (PEP 578). So there is one for the process, which calls the active collector; while
    none is active, it takes a fraction of a microsecond for each event.

    Args:
        ignore: Folders whose files do not count, besides temporary folders, byte code and the interpreter's own.
    """

    _hooked = False
    _active: CreatedFiles | None = None

    def __init__(self, *ignore: Path) -> None:
        own = (tempfile.gettempdir(), _STDLIB, sys.prefix, "/dev", "/proc")
        self._ignored = tuple(_real(folder) + os.sep for folder in (*own, *map(str, ignore)))
        self._created: dict[str, None] = {}

    def start(self) -> None:
        """Start collecting."""
        cls = type(self)
        cls._active = self
        if not cls._hooked:
            cls._hooked = True
            sys.addaudithook(cls._on_event)

    def stop(self) -> None:
        """Stop collecting."""
        if type(self)._active is self:
            type(self)._active = None

    def left(self) -> list[str]:
        """Return the collected files that still exist."""
        return [path for path in self._created if Path(path).is_file() and not self._is_ignored(path)]

    @classmethod
    def _on_event(cls, event: str, args: tuple[object, ...]) -> None:
        if event != "open" or cls._active is None:
            return
        path, _mode, flags = args
        if isinstance(path, str) and isinstance(flags, int) and flags & _WRITES and not os.path.exists(path):
            cls._active._created.setdefault(os.path.abspath(path))

    def _is_ignored(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real.startswith(self._ignored) or real.endswith((".pyc", "-journal", "-wal", "-shm"))
