"""The calls of Playwright's ``Locator`` that only a browser supports: each raises with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from django_journey._dom.query.parts import Query
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import NeedsBrowser

__all__ = ["UnsupportedLocatorCalls"]


def _unsupported(name: str, reason: str) -> Callable[..., Any]:
    def call(self: UnsupportedLocatorCalls, *_args: Any, **_options: Any) -> NoReturn:
        raise NeedsBrowser(f"{self._query}.{name}()", reason, where=self._page.url)

    call.__name__ = name
    call.__doc__ = f"Unsupported: {reason}."
    return call


class UnsupportedLocatorCalls:
    """Raises ``NeedsBrowser``, with the reason, for the calls that only a browser supports."""

    _query: Query

    @property
    def _page(self) -> PageProtocol:
        raise NotImplementedError

    bounding_box = _unsupported("bounding_box", "only a browser lays out a page")
    screenshot = _unsupported("screenshot", "only a browser draws a page")
    highlight = _unsupported("highlight", "only a browser draws a page")
    hide_highlight = _unsupported("hide_highlight", "only a browser draws a page")
    tap = _unsupported("tap", "there is no touch screen; click() does the same on most pages")
    drag_to = _unsupported("drag_to", "only a script answers dragging")
    drop = _unsupported("drop", "only a script answers dropping")
    dispatch_event = _unsupported("dispatch_event", "only a script answers events")
    evaluate = _unsupported("evaluate", "no script runs here")
    evaluate_all = _unsupported("evaluate_all", "no script runs here")
    evaluate_handle = _unsupported("evaluate_handle", "no script runs here")
    element_handle = _unsupported("element_handle", "handles belong to scripts; use the locator itself")
    element_handles = _unsupported("element_handles", "handles belong to scripts; use all()")
    wait_for_function = _unsupported("wait_for_function", "no script runs here")
