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
    stage, patience = actor._stage, actor._stage.patience
    stage.patience = _MILLISECONDS
    actor.page.set_default_timeout(_MILLISECONDS)
    try:
        yield
    finally:
        stage.patience = patience
        actor.page.set_default_timeout(patience)
