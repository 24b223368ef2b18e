"""Knows the threads that a story has started and that are still in the middle of their work when it is over."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from pathlib import PurePath
from types import FrameType
from weakref import WeakSet

from django_journey.world.gate import visited

__all__ = ["has_late", "is_late", "note_late"]

# Where a thread stands that waits for somebody to give it work: a pool's, a consumer's, an event loop's. It belongs
# to nobody, and may work for the next story.
_WAITING = frozenset(
    {("queue.py", "get"), ("thread.py", "_worker"), ("pool.py", "worker"), ("selectors.py", "select")}
    | {("selectors.py", "_select"), ("events.py", "_run_once"), ("socketserver.py", "serve_forever")}
)

# A thread that has just ended its work gets so many seconds to say so, and is asked that often.
_GRACE, _STEP = 0.2, 0.002

_late: WeakSet[threading.Thread] = WeakSet()


def note_late(before: Iterable[threading.Thread]) -> None:
    """Note which threads a story leaves at work.

    Args:
        before: Those that were there when it began.
    """
    known = {threading.current_thread(), *before}
    busy = _busy(thread for thread in threading.enumerate() if thread not in known)
    waited = 0.0
    while busy and waited < _GRACE:
        busy[0].join(_STEP)
        waited += _STEP
        busy = _busy(busy)
    _late.update(busy)


def _busy(threads: Iterable[threading.Thread]) -> list[threading.Thread]:
    alive = [thread for thread in threads if thread.is_alive()]
    frames = sys._current_frames() if alive else {}
    return [thread for thread in alive if not _is_waiting(frames.get(thread.ident or 0))]


def has_late() -> bool:
    """Tell whether a thread of a story that is over is still at work."""
    still = _busy(list(_late)) if _late else []
    _late.intersection_update(still)
    return bool(still)


def is_late(database: object) -> bool:
    """Tell whether whoever calls belongs to a story that is over.

    Args:
        database: The databases of the story that is going on, or ``None``.
    """
    visit = visited()
    if visit is not None:  # a server's thread works for one story after the other
        return visit.database is not database
    return threading.current_thread() in _late


def _is_waiting(frame: FrameType | None) -> bool:
    while frame is not None:
        place = PurePath(frame.f_code.co_filename).name, frame.f_code.co_name
        if place in _WAITING:
            return True
        if place[0] != "threading.py":
            return False
        frame = frame.f_back
    return True  # it has ended meanwhile
