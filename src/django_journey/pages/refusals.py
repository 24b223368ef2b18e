"""What Playwright's pages and contexts can do and those without a browser can't: each call says why."""

from __future__ import annotations

from typing import NoReturn

from django_journey.errors import NeedsBrowser

__all__ = ["RefusedContextCalls", "RefusedPageCalls"]

_SCRIPT = "it runs JavaScript"
_LAYOUT = "it needs the page to be drawn"
_DEVICE = "it moves the pointer to a place on the page"
_NETWORK = "the browser's own network is not there"
_REASONS = {
    **dict.fromkeys(
        ("evaluate", "evaluate_handle", "eval_on_selector", "eval_on_selector_all", "add_init_script"),
        _SCRIPT,
    ),
    **dict.fromkeys(
        ("add_script_tag", "wait_for_function", "expose_function", "expose_binding", "dispatch_event"),
        _SCRIPT,
    ),
    **dict.fromkeys(("expect_console_message", "expect_worker", "workers", "expect_websocket"), _SCRIPT),
    **dict.fromkeys(
        ("console_messages", "page_errors", "remove_locator_handler", "add_locator_handler"), _SCRIPT
    ),
    **dict.fromkeys(("screenshot", "pdf", "video", "add_style_tag", "emulate_media"), _LAYOUT),
    **dict.fromkeys(("mouse", "touchscreen", "drag_and_drop", "tap"), _DEVICE),
    "frame_element": "element handles belong to a browser: use frame_locator().owner",
    **dict.fromkeys(("route", "unroute", "unroute_all", "route_from_har", "route_web_socket"), _NETWORK),
    **dict.fromkeys(
        ("query_selector", "query_selector_all"), "element handles belong to a browser: use locator()"
    ),
    **dict.fromkeys(("clock", "coverage", "request_gc"), "only a browser has it"),
}

_CONTEXT_REASONS = {
    **dict.fromkeys(
        ("add_init_script", "expose_function", "expose_binding", "expect_console_message", "service_workers"),
        _SCRIPT,
    ),
    **dict.fromkeys(
        ("route", "unroute", "unroute_all", "route_from_har", "route_web_socket", "set_offline"), _NETWORK
    ),
    **dict.fromkeys(
        (
            "background_pages",
            "clear_permissions",
            "clock",
            "grant_permissions",
            "new_cdp_session",
            "set_geolocation",
        ),
        "only a browser has it",
    ),
    "tracing": "Playwright's own traces are a browser's: the story's report shows every step",
}


class RefusedPageCalls:
    """Refuses, by name and with the reason, what only a browser can do."""

    @property
    def url(self) -> str:
        """The page's URL."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> NoReturn:
        reason = _REASONS.get(name)
        if reason is not None:
            raise NeedsBrowser(f"page.{name}()", reason, where=self.url)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class RefusedContextCalls:
    """Refuses, by name and with the reason, what only a browser's context can do."""

    def __getattr__(self, name: str) -> NoReturn:
        reason = _CONTEXT_REASONS.get(name)
        if reason is not None:
            raise NeedsBrowser(f"context.{name}()", reason)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
