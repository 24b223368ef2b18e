"""Hears which calls of Playwright's a test makes, for whoever must know what they leave behind.

There is one ear for a process: the classes of Playwright's objects are the same for all of its sessions, and a test
may hold objects of more than one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["EAR", "HARMLESS", "INTO_THE_PAGE", "Ear"]

#: The methods of Playwright's objects that leave nothing behind but what clearing a page takes away.
HARMLESS = frozenset(
    # where things are
    {"locator", "frame_locator", "frame", "filter", "and_", "or_", "nth", "count", "all", "describe"}
    # what a person does
    | {"goto", "reload", "go_back", "go_forward", "set_content", "bring_to_front", "new_page", "close"}
    | {"click", "dblclick", "tap", "hover", "focus", "blur", "scroll_into_view_if_needed", "drag_to", "drag_and_drop"}
    | {"fill", "clear", "type", "press", "press_sequentially", "insert_text", "select_text", "set_input_files"}
    | {"check", "uncheck", "set_checked", "select_option", "dispatch_event", "move", "wheel"}
    # what is there
    | {"text_content", "inner_text", "inner_html", "input_value", "get_attribute", "get_property", "get_properties"}
    | {"bounding_box", "title", "content", "screenshot", "aria_snapshot", "storage_state", "cookies"}
    | {"query_selector", "query_selector_all", "element_handle", "element_handles", "as_element", "json_value"}
    | {"evaluate", "evaluate_all", "evaluate_handle", "eval_on_selector", "eval_on_selector_all"}
    | {"add_script_tag", "add_style_tag", "add_cookies", "clear_cookies", "opener", "owner_frame", "content_frame"}
    # what comes and goes, of which nothing stays once it has been waited for
    | {"expect_navigation", "expect_request", "expect_response", "expect_request_finished", "expect_console_message"}
    | {"wait_for", "wait_for_selector", "wait_for_function", "wait_for_load_state", "wait_for_url", "wait_for_timeout"}
    | {"wait_for_element_state", "__enter__", "__exit__"}
    | {"all_headers", "header_value", "header_values", "headers_array", "body", "text", "json", "finished", "response"}
    | {"server_addr", "security_details", "sizes"}
)  # fmt: skip
#: The methods by which a test's code can look or write into a page that has not gone anywhere yet.
INTO_THE_PAGE = frozenset(
    {"set_content", "evaluate", "evaluate_handle", "evaluate_all", "eval_on_selector", "eval_on_selector_all"}
    | {"add_script_tag", "add_style_tag", "wait_for_function"}
)
_READING = re.compile(r"(get_by|is|to|not_to|all)_\w+")
_WITH_A_NAME = re.compile(r"\w+://[^/?#]*@")


class Ear:
    """Counts the calls after which a page is not as it was.

    Args:
        heard: How many there have been.

    Attributes:
        before_a_look: What is done once, before the next call that looks or writes into a page.
    """

    def __init__(self, heard: int = 0) -> None:
        self.heard = heard
        self.before_a_look: list[Callable[[], object]] = []
        self._deaf = False

    def hear(self, name: str, args: Iterable[Any]) -> None:
        """Hear of a call of Playwright's.

        Args:
            name: The method's name.
            args: Its arguments.
        """
        if self._deaf:
            return
        if name in INTO_THE_PAGE:
            while self.before_a_look:
                self.before_a_look.pop()()
        if name == "goto":  # a browser remembers the name and the password that an address brings
            self.heard += any(_WITH_A_NAME.match(str(part)) for part in args)
        elif name not in HARMLESS and not _READING.fullmatch(name):
            self.heard += 1

    def broken_off(self) -> None:
        """Hear that a call raised: half of it may be done, such as a key pressed and not let go of."""
        if not self._deaf:
            self.heard += 1

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Make calls that are no test's, and that are undone or made again for each story."""
        before, self._deaf = self._deaf, True
        try:
            yield
        finally:
            self._deaf = before


#: The ear of this process.
EAR = Ear()
