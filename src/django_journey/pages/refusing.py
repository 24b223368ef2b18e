"""The part of Playwright's ``Locator`` that only a browser can do; each call says why."""

from __future__ import annotations

from typing import Any, NoReturn

from django_journey.errors import NeedsBrowser

__all__ = ["Refusing"]

_LAYOUT = "only a browser lays out a page"
_SCRIPT = "no script runs here"


class Refusing:
    """Calls that exist, so that the error names the reason and the driver that can."""

    _query: Any
    _page: Any

    def _refuse(self, call: str, reason: str) -> NoReturn:
        raise NeedsBrowser(f"{self._query}.{call}()", reason, where=self._page.url)

    def bounding_box(self, **_: Any) -> Any:
        """Refused: only a browser lays out a page."""
        self._refuse("bounding_box", _LAYOUT)

    def screenshot(self, **_: Any) -> Any:
        """Refused: only a browser draws a page."""
        self._refuse("screenshot", "only a browser draws a page")

    def highlight(self, **_: Any) -> Any:
        """Refused: only a browser draws a page."""
        self._refuse("highlight", "only a browser draws a page")

    def hide_highlight(self) -> Any:
        """Refused: only a browser draws a page."""
        self._refuse("hide_highlight", "only a browser draws a page")

    def tap(self, **_: Any) -> Any:
        """Refused: there is no touch screen."""
        self._refuse("tap", "there is no touch screen; click() does the same on most pages")

    def drag_to(self, target: Any, **_: Any) -> Any:
        """Refused: only a script answers dragging."""
        self._refuse("drag_to", "only a script answers dragging")

    def drop(self, payload: Any, **_: Any) -> Any:
        """Refused: only a script answers dropping."""
        self._refuse("drop", "only a script answers dropping")

    def dispatch_event(self, type: str, event_init: Any = None, **_: Any) -> Any:  # noqa: A002 - Playwright's name
        """Refused: only a script answers events."""
        self._refuse("dispatch_event", "only a script answers events")

    def evaluate(self, expression: str, arg: Any = None, **_: Any) -> Any:
        """Refused: no script runs here."""
        self._refuse("evaluate", _SCRIPT)

    def evaluate_all(self, expression: str, arg: Any = None) -> Any:
        """Refused: no script runs here."""
        self._refuse("evaluate_all", _SCRIPT)

    def evaluate_handle(self, expression: str, arg: Any = None, **_: Any) -> Any:
        """Refused: no script runs here."""
        self._refuse("evaluate_handle", _SCRIPT)

    def element_handle(self, **_: Any) -> Any:
        """Refused: handles belong to scripts; a locator does the same."""
        self._refuse("element_handle", "handles belong to scripts; use the locator itself")

    def element_handles(self) -> Any:
        """Refused: handles belong to scripts; ``all()`` does the same."""
        self._refuse("element_handles", "handles belong to scripts; use all()")

    def wait_for_function(self, expression: str, **_: Any) -> Any:
        """Refused: no script runs here."""
        self._refuse("wait_for_function", _SCRIPT)
