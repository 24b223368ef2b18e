"""The stack of another thread, for errors about threads that do not end."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

__all__ = ["stack_of"]

_STACK_LINES = 14


def stack_of(ident: int | None, *, keep: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Return the calls that a thread is in, one line for each, innermost last.

    Args:
        ident: The thread's identifier.
        keep: Chooses by file name which calls are shown; by default all.
    """
    frame = sys._current_frames().get(ident) if ident is not None else None
    if frame is None:
        return ("(it has ended)",)
    calls = [call for call in traceback.extract_stack(frame) if keep is None or keep(call.filename)]
    return tuple(
        f"{call.filename}:{call.lineno} in {call.name}: {call.line}" for call in calls[-_STACK_LINES:]
    )
