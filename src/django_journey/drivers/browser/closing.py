"""Closes what may be gone already, so that nothing but the story's own error is told."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["quietly"]


def quietly(close: Callable[[], object]) -> None:
    """Close something that may be gone already: the browser crashed, or Ctrl-C reached it first.

    Args:
        close: Closes it; what it raises about anything else is raised.
    """
    try:
        close()
    except Exception as error:
        if not ("closed" in str(error).lower() or "disconnected" in str(error).lower()):
            raise
