"""The threads that a story has started and that are still working when it is over."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from pathlib import PurePath
from types import FrameType
from weakref import WeakSet

from django_journey._adapters.threads import WAITING
from django_journey._world.server.in_flight import current_request

__all__ = ["has_late", "is_late", "note_late"]

# A thread that has just finished its work gets this many seconds to end; it is polled at these intervals.
_GRACE, _STEP = 0.2, 0.002

_late: WeakSet[threading.Thread] = WeakSet()


def note_late(before: Iterable[threading.Thread]) -> None:
    """Record which threads are still working at the end of a story.

    Args:
        before: The threads that existed when it began.
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
    """Tell whether a thread of an earlier story is still working."""
    still = _busy(list(_late)) if _late else []
    _late.intersection_update(still)
    return bool(still)


def is_late(database: object) -> bool:
    """Tell whether the calling thread or request belongs to an earlier story.

    Args:
        database: The databases of the running story, or ``None``.
    """
    in_flight = current_request()
    if in_flight is not None:  # the server's threads are reused by one story after the other
        return in_flight.database is not database
    return threading.current_thread() in _late


def _is_waiting(frame: FrameType | None) -> bool:
    while frame is not None:
        place = PurePath(frame.f_code.co_filename).name, frame.f_code.co_name
        if place in WAITING:  # it belongs to no story, and may work for the next one
            return True
        if place[0] != "threading.py":
            return False
        frame = frame.f_back
    return True  # it has ended
