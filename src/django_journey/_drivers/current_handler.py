"""A Django handler that is created again when the settings that it depends on change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings

from django_journey._adapters.django import settings_holder

__all__ = ["CurrentHandler"]


class CurrentHandler:
    """Caches a handler: its middleware reads settings when it is loaded, and a test may override them later.

    Args:
        create: Returns a new handler.
    """

    def __init__(self, create: Callable[[], Any]) -> None:
        self._create = create
        self._handler: Any = None
        self._created_for: tuple[Any, ...] = ()
        self._creating = threading.Lock()

    def get(self) -> Any:
        """Return the handler for the present settings; while settings are overridden, their holder is another one."""
        now = (settings_holder(settings), settings.MIDDLEWARE, settings.DEBUG)
        with self._creating:
            before = self._created_for
            if not before or before[0] is not now[0] or before[1:] != now[1:]:
                self._handler, self._created_for = self._create(), now
            return self._handler

    def __call__(self, *args: Any) -> Any:
        """Call the handler; an error of middleware that can't be loaded is raised by the call."""
        return self.get()(*args)
