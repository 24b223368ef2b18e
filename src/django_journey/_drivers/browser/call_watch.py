"""Watches which of Playwright's methods a test calls, and so whether its page can be used again.

There is one watch for a process: the classes of Playwright's objects are the same for all of its sessions, and a test
may hold objects of more than one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["CALLS", "PAGE_ACCESS", "SAFE_CALLS", "CallWatch"]

#: The methods after which clearing a page makes it as good as new.
SAFE_CALLS = frozenset(
    # find elements
    {"locator", "frame_locator", "frame", "filter", "and_", "or_", "nth", "count", "all", "describe"}
    # act as a person does
    | {"goto", "reload", "go_back", "go_forward", "set_content", "bring_to_front", "new_page", "close"}
    | {"click", "dblclick", "tap", "hover", "focus", "blur", "scroll_into_view_if_needed", "drag_to", "drag_and_drop"}
    | {"fill", "clear", "type", "press", "press_sequentially", "insert_text", "select_text", "set_input_files"}
    | {"check", "uncheck", "set_checked", "select_option", "dispatch_event", "move", "wheel"}
    # read the page
    | {"text_content", "inner_text", "inner_html", "input_value", "get_attribute", "get_property", "get_properties"}
    | {"bounding_box", "title", "content", "screenshot", "aria_snapshot", "storage_state", "cookies"}
    | {"query_selector", "query_selector_all", "element_handle", "element_handles", "as_element", "json_value"}
    | {"evaluate", "evaluate_all", "evaluate_handle", "eval_on_selector", "eval_on_selector_all"}
    | {"add_script_tag", "add_style_tag", "add_cookies", "clear_cookies", "opener", "owner_frame", "content_frame"}
    # wait for an event; nothing of it stays once it has come
    | {"expect_navigation", "expect_request", "expect_response", "expect_request_finished", "expect_console_message"}
    | {"wait_for", "wait_for_selector", "wait_for_function", "wait_for_load_state", "wait_for_url", "wait_for_timeout"}
    | {"wait_for_element_state", "__enter__", "__exit__"}
    | {"all_headers", "header_value", "header_values", "headers_array", "body", "text", "json", "finished", "response"}
    | {"server_addr", "security_details", "sizes"}
)  # fmt: skip
#: The methods by which a test can read or write a page that has not navigated yet.
PAGE_ACCESS = frozenset(
    {"set_content", "evaluate", "evaluate_handle", "evaluate_all", "eval_on_selector", "eval_on_selector_all"}
    | {"add_script_tag", "add_style_tag", "wait_for_function"}
)
_READING = re.compile(r"(get_by|is|to|not_to|all)_\w+")
_URL_WITH_CREDENTIALS = re.compile(r"\w+://[^/?#]*@")


class CallWatch:
    """Counts the calls after which clearing a page is not enough.

    Attributes:
        unsafe: How many such calls there have been.
        before_page_access: Called, and forgotten, before the next call that is in ``PAGE_ACCESS``.
    """

    def __init__(self) -> None:
        self.unsafe = 0
        self.before_page_access: list[Callable[[], object]] = []
        self._ignoring = False

    def observe(self, name: str, args: Iterable[Any]) -> None:
        """Take note of a call, before it is made.

        Args:
            name: The method's name.
            args: Its arguments.
        """
        if self._ignoring:
            return
        if name in PAGE_ACCESS:
            while self.before_page_access:
                self.before_page_access.pop()()
        if name == "goto":  # a browser stores the user name and the password of a URL
            self.unsafe += any(_URL_WITH_CREDENTIALS.match(str(each)) for each in args)
        elif name not in SAFE_CALLS and not _READING.fullmatch(name):
            self.unsafe += 1

    def call_failed(self) -> None:
        """Take note that a call raised: it may be half done, with a key still pressed, say."""
        if not self._ignoring:
            self.unsafe += 1

    @contextmanager
    def ignored(self) -> Iterator[None]:
        """Ignore the calls of the block: they are this library's own, not the test's."""
        before, self._ignoring = self._ignoring, True
        try:
            yield
        finally:
            self._ignoring = before


#: The watch of this process.
CALLS = CallWatch()
