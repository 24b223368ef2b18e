"""Short waits for what must fail. Nothing that can succeed belongs in there: a slow machine would miss it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["in_vain"]

_MILLISECONDS = 400


@contextmanager
def in_vain(actor: Any) -> Iterator[None]:
    """Let the actor's verbs wait no longer than is needed to see that they fail.

    Args:
        actor: Whose verbs; their page must be open.
    """
    pages, timeout = actor._pages, actor._pages.timeout
    pages.timeout = _MILLISECONDS
    actor.page.set_default_timeout(_MILLISECONDS)
    try:
        yield
    finally:
        pages.timeout = timeout
        actor.page.set_default_timeout(timeout)
