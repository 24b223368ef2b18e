"""Closes what may be closed already, so that only the story's own error is raised."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["quietly"]


def quietly(close: Callable[[], object]) -> None:
    """Close something that may be closed already, after a crash of the browser or Ctrl-C.

    Args:
        close: Closes it; any other error of it is raised.
    """
    try:
        close()
    except Exception as error:
        if not ("closed" in str(error).lower() or "disconnected" in str(error).lower()):
            raise
