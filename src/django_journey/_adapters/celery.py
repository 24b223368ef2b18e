"""What Celery's ``apply_async`` does before it sends a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django_journey._adapters.check import private

__all__ = ["check_arguments", "execution_options"]


def check_arguments(task: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raise ``TypeError`` where a task's function does not take these arguments."""
    if task.typing:
        private("celery", task, "__header__")(*args, **kwargs)


def execution_options(task: Any) -> dict[str, Any]:
    """Return the options that a task is sent with unless its caller gives others: such as its queue."""
    options: dict[str, Any] = private("celery", task, "_get_exec_options")()
    return options
