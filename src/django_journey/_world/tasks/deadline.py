"""Bounds the time of a task."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django_journey.errors import Explanation, WorldError

__all__ = ["deadline"]


@contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """Interrupt the block with an error when its time is over.

    This needs the main thread and a system with interval timers. Elsewhere the time is not bounded, since no Python
    thread can be interrupted by another one.

    Args:
        seconds: The time allowed, in seconds of real time; 0 for no bound.
        what: What is being done, for the message.

    Raises:
        WorldError: The time is over; the message shows the line that was being run.
    """
    bounded = (
        seconds > 0
        and hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN, None)
    )
    if not bounded:
        yield
        return

    def over(_number: int, frame: FrameType | None) -> None:
        stack = traceback.extract_stack(frame)[-3:]
        raise WorldError(
            Explanation(
                f"{what} has not ended after {seconds:g} seconds",
                nearest=tuple(
                    f"{entry.filename}:{entry.lineno} in {entry.name}" for entry in reversed(stack)
                ),
                instead='does it wait for something? JOURNEY = {"task_timeout": seconds} allows for more',
            )
        )

    former = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
