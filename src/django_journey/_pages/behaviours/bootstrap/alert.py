"""Alerts and toasts that a button in them closes."""

from __future__ import annotations

from typing import Any

from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    has_class,
    remove_class,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Alerts", "Toasts"]

_FADE = 155


class Alerts:
    """The alerts of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        self.delegated = [(f'[{engine.prefix}dismiss="alert"]', self._close)]

    def _close(self, button: Any, event: PageEvent) -> None:
        engine = self._engine
        if engine.major < 5:
            event.prevented = True
            alert = engine.target_of(button) or button.closest(".alert")
        else:
            alert = engine.dismissed(button, event, ".alert")
        if alert is None:
            return
        engine.announce(alert, "close.bs.alert")
        remove_class(alert, engine.shown)

        def remove() -> None:
            engine.remove(alert)
            engine.announce(alert, "closed.bs.alert")

        engine.after(_FADE if has_class(alert, "fade") else 0, remove)


class Toasts:
    """The toasts of a document, as far as Bootstrap 5 closes them without a script of the site.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        self.delegated = [('[data-bs-dismiss="toast"]', self._hide)] if engine.major == 5 else []

    def _hide(self, button: Any, event: PageEvent) -> None:
        engine = self._engine
        toast = engine.dismissed(button, event, ".toast")
        if toast is None or not has_class(toast, "show"):
            return
        engine.announce(toast, "hide.bs.toast")
        add_class(toast, "showing")

        def hidden() -> None:
            add_class(toast, "hide")
            remove_class(toast, "showing", "show")
            engine.announce(toast, "hidden.bs.toast")

        engine.after(_FADE if engine.option(toast, "animation", True) else 0, hidden)
