"""The calls of Playwright's pages and contexts that only a browser supports: each raises with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django_journey.errors import NeedsBrowser

__all__ = ["UnsupportedContextCalls", "UnsupportedPageCalls"]

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
    **dict.fromkeys(("clear_console_messages", "clear_page_errors", "webmcp"), _SCRIPT),
    **dict.fromkeys(("hide_highlight", "pick_locator", "cancel_pick_locator", "screencast"), _LAYOUT),
    **dict.fromkeys(
        ("clock", "coverage", "request_gc", "get_by_ref", "local_storage", "session_storage"),
        "only a browser has it",
    ),
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
            "credentials",
            "debugger",
            "grant_permissions",
            "new_cdp_session",
            "set_geolocation",
            "set_storage_state",
        ),
        "only a browser has it",
    ),
    "tracing": "Playwright's own traces are a browser's: the story's report shows every step",
}


class UnsupportedPageCalls:
    """Raises ``NeedsBrowser`` for the calls that only a browser supports."""

    if not TYPE_CHECKING:  # a type checker has to find misspelt names

        def __getattr__(self, name: str) -> NoReturn:
            if name in _REASONS:
                raise NeedsBrowser(f"page.{name}()", _REASONS[name], where=self.url)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class UnsupportedContextCalls:
    """Raises ``NeedsBrowser`` for the calls that only a browser's context supports."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if name in _CONTEXT_REASONS:
                raise NeedsBrowser(f"context.{name}()", _CONTEXT_REASONS[name])
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
