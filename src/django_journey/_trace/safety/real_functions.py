"""The clocks and system calls that tracing needs while tests run, as they were when this module was imported.

A test or a library may replace ``time.time``, ``os.write`` or ``open``: freezegun and pyfakefs go
through all modules and replace the names that each has imported. So these are attributes of a class, not names of
a module. time-machine moves the wall clock at C level, for every module; the time of an event is therefore a date
taken once plus the seconds that ``perf_counter`` has counted since.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import time
from types import ModuleType

fcntl: ModuleType | None
resource: ModuleType | None
try:
    import fcntl
    import resource
except ImportError:  # Windows
    fcntl = resource = None

__all__ = ["real"]


class real:  # noqa: N801 - used as a module is
    """Functions of ``time`` and ``os`` under their own names, and a few built on them."""

    perf_counter = staticmethod(time.perf_counter)
    gmtime = staticmethod(time.gmtime)
    strftime = staticmethod(time.strftime)
    getpid = staticmethod(os.getpid)
    open = staticmethod(os.open)
    write = staticmethod(os.write)
    lseek = staticmethod(os.lseek)
    fstat = staticmethod(os.fstat)
    stat = staticmethod(os.stat)
    ftruncate = staticmethod(os.ftruncate)
    close = staticmethod(os.close)
    mkdir = staticmethod(os.mkdir)
    chmod = staticmethod(os.chmod)
    unlink = staticmethod(os.unlink)
    replace = staticmethod(os.replace)
    listdir = staticmethod(os.listdir)
    sleep = staticmethod(time.sleep)
    thread = staticmethod(_thread.get_ident)
    lock = staticmethod(_thread.RLock)
    binary = getattr(os, "O_BINARY", 0)  # Windows would change the ends of lines otherwise

    _kill = staticmethod(os.kill)
    _read = staticmethod(os.read)
    _date = time.time()
    _counted = time.perf_counter()

    @classmethod
    def now(cls) -> float:
        """Return the real time in seconds since the epoch, also if a test has moved the clock."""
        return cls._date + cls.perf_counter() - cls._counted

    @classmethod
    def end(cls, process: int, *, at_once: bool) -> None:
        """Terminate a process, or kill it ``at_once``, if it exists and is ours."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            cls._kill(process, 9 if at_once else 15)

    @classmethod
    def high(cls, file: int) -> int:
        """Duplicate a descriptor to a high number, which later files are not given, and close the original."""
        if fcntl is None or resource is None:
            return file
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        try:
            higher: int = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, min(limit * 3 // 4, 900))
        except (OSError, ValueError):
            return file
        cls.close(file)
        return higher

    @classmethod
    def is_running(cls, process: int) -> bool:
        """Tell whether a process with that number exists."""
        if os.name == "nt":  # signal 0 is Ctrl-C there
            return True
        try:
            cls._kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    @classmethod
    def read(cls, path: str, start: int = 0) -> bytes:
        """Return a file's content, from a byte position on.

        Raises:
            OSError: It is not readable.
        """
        file = cls.open(path, os.O_RDONLY | cls.binary)
        try:
            if start:
                cls.lseek(file, start, os.SEEK_SET)
            pieces = []
            while piece := cls._read(file, 1 << 20):
                pieces.append(piece)
            return b"".join(pieces)
        finally:
            cls.close(file)

    @classmethod
    def save(cls, path: str, content: bytes, mode: int = 0o600) -> None:
        """Write a file atomically.

        Raises:
            OSError: It is not writable.
        """
        draft = f"{path}.{cls.getpid()}.{cls.thread()}.part"
        file = cls.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | cls.binary, mode)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[cls.write(file, rest) :]
        except OSError:
            cls.close(file)
            cls.unlink(draft)
            raise
        cls.close(file)
        cls.replace(draft, path)
