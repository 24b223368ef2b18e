"""Removes frames of libraries from a traceback, so that it shows the test and the project's own code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType

__all__ = ["hide_frames", "is_foreign"]

_PACKAGE = f"{Path(__file__).parents[2].as_posix()}/"
_STDLIB = f"{Path(contextlib.__file__).parent.as_posix()}/"

#: Files whose frames stand between the test and the view, or between the view and a template's tag.
_PASSING_ON = (
    "/django/core/handlers/",
    "/django/template/",
    "/django/utils/decorators.py",
    "/django/utils/deprecation.py",
    "/django/views/generic/base.py",
    "/asgiref/",
    "/contextlib.py",
    "/playwright/",
)


def hide_frames(error: BaseException) -> None:
    """Remove this library's frames, and frames that only pass a call on, from the tracebacks of an exception.

    Frames of libraries at the end are removed too: the last frame is the project's line that called them.

    Args:
        error: The exception; its causes and contexts are changed too.
    """
    for each in _chain(error):
        entries = list(_entries(each.__traceback__))
        own = [number for number, entry in enumerate(entries) if not is_foreign(_file(entry))]
        end = own[-1] + 1 if own else len(entries)
        kept = [entry for entry in entries[:end] if not _passes_on(_file(entry))] or entries[-1:]
        for entry, following in zip(kept, [*kept[1:], None], strict=False):
            entry.tb_next = following
        each.__traceback__ = kept[0] if kept else None


@lru_cache(maxsize=1024)
def is_foreign(file: str) -> bool:
    """Tell whether a file belongs to this library, to another one, or to Python itself."""
    name = Path(file).as_posix()
    foreign = ("/site-packages/", "/dist-packages/")
    return name.startswith((_PACKAGE, _STDLIB, "<")) or any(part in name for part in foreign)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else []


def _entries(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


@lru_cache(maxsize=1024)
def _passes_on(file: str) -> bool:
    name = Path(file).as_posix()
    return name.startswith(_PACKAGE) or any(part in name for part in _PASSING_ON)


def _file(entry: TracebackType) -> str:
    return entry.tb_frame.f_code.co_filename
