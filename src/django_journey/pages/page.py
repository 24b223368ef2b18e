"""A page without a browser: the twin of ``playwright.sync_api.Page``."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.focus import autofocused
from django_journey.dom.queries import Part, Query, TextPattern
from django_journey.dom.tree import has
from django_journey.dom.urls import Url
from django_journey.dom.user_agent import OPEN_POPOVER
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages.api import APIRequestContext
from django_journey.pages.events import ON_PAGES, Events
from django_journey.pages.exchange import Order, checked_headers
from django_journey.pages.frame_locator import FrameCalls
from django_journey.pages.history import Entry, History
from django_journey.pages.keyboard import Keyboard
from django_journey.pages.locator import Locator
from django_journey.pages.looks import look_of, title_of
from django_journey.pages.narrowing import Narrowing, other_page
from django_journey.pages.navigation import arrive, go, open_blank
from django_journey.pages.refresh import follow_refreshes
from django_journey.pages.refusals import RefusedPageCalls
from django_journey.pages.scripts import check_event, listening_script, shown
from django_journey.pages.selector_calls import SelectorCalls
from django_journey.pages.shown import Blocked, Destination
from django_journey.pages.traffic import Request, Response
from django_journey.pages.waiting import STATES, WaitingCalls
from django_journey.trace import recorder
from django_journey.trace.recorder import step

__all__ = ["Page"]

_BLANK = "about:blank"


class Page(Narrowing[Locator], SelectorCalls, WaitingCalls, FrameCalls, RefusedPageCalls):
    """One page of a browser context; made by ``context.new_page()``.

    ``document`` is what it shows, ``blocked`` tells why the last form was not sent. The arguments ``timeout`` and
    ``wait_until`` are accepted as Playwright names them and change nothing: a page is complete when it is there.
    """

    def __init__(self, context: Any, *, opener: Page | None = None, name: str = "") -> None:
        self._context = context
        self._opener = opener
        self.name = name
        self._closed = False
        self.history = History(open_blank())
        self.events = Events(ON_PAGES, context.events)
        self.keyboard = Keyboard(self)
        #: The last requests of its navigations.
        self.sent: deque[Request] = deque(maxlen=100)
        #: The last response that came to it, with what the templates of it were given.
        self.latest: tuple[Response, Any] | None = None
        self._warned: set[str] = set()
        self.blocked: Blocked | None = None
        self.extra_http_headers: dict[str, str] = {}
        self.viewport_size: dict[str, int] | None = {"width": 1280, "height": 720}

    def __repr__(self) -> str:
        return f"<Page url={self.url!r}>"

    @property
    def context(self) -> Any:
        """The browser context that the page belongs to."""
        return self._context

    @property
    def request(self) -> APIRequestContext:
        """Requests to an API, with the page's cookies."""
        request: APIRequestContext = self._context.request
        return request

    @property
    def document(self) -> Document:
        """What the page shows now."""
        self._check_open()
        return self.history.current.document

    @property
    def response(self) -> Response | None:
        """The response that the page came with; ``None`` before the first navigation."""
        return self.history.current.response

    @property
    def url(self) -> str:
        """The page's URL with its fragment."""
        return str(self.history.current.url)

    @property
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        return str(self._context.test_id_attribute)

    def title(self) -> str:
        """Return the page's title."""
        return title_of(self.document)

    def content(self) -> str:
        """Return the page's HTML with its doctype."""
        return str(self.document.tree.html)

    def goto(
        self,
        url: str,
        *,
        referer: str | None = None,
        timeout: float | None = None,
        wait_until: str | None = None,
    ) -> Response | None:
        """Open a URL.

        Args:
            url: Absolute, or relative to the context's base URL.
            referer: The ``Referer`` to send.
            timeout: Accepted; nothing is waited for.
            wait_until: Accepted; the page is complete when this returns.

        Returns:
            The last response, redirects followed; ``None`` where only the fragment changed.

        Raises:
            TooManyRedirects: The redirects have no end.
            Error: It is not a URL, or it answers with a download or with nothing.
            Exception: What the view raised, unless the context does not raise server errors.
        """
        self._check_open()
        if wait_until is not None and wait_until not in STATES:
            raise Error(
                f"wait_until: expected one of (load|domcontentloaded|networkidle|commit), got {wait_until}"
            )
        target = self._resolved(url)
        with step("goto", str(target), actor=self._context.actor, look=self.look):
            if str(target) == _BLANK:
                self.show(open_blank())
                return None
            if not target.is_http:
                raise Error(Explanation(f"Page.goto: net::ERR_UNKNOWN_URL_SCHEME at {target}"))
            self.blocked = None
            if self.moves_within(target):
                self.move_within(target)
                return None
            order = Order(target, referer=referer or "")
            # The address that is shown already is loaded in place, unless that came by POST, as in Chromium.
            came_by = self.history.current.order
            again = came_by is not None and came_by.method == "GET" and str(target) == self.url
            fate = arrive(self, order, replace=again)
            if fate == "nothing":
                raise Error(
                    Explanation(f"Page.goto: net::ERR_ABORTED at {target}: the site answered with nothing")
                )
            if fate == "save":
                raise Error(
                    Explanation(
                        f"Page.goto: Download is starting: {target}",
                        instead="with page.expect_download() as download: ... and click the link to it",
                    )
                )
            response = self.response
            follow_refreshes(self)
            return response

    def _resolved(self, url: str) -> Url:
        try:
            resolved: Url = self._context.resolved(url)
        except ValueError as error:
            raise Error(
                Explanation(f"Page.goto: Cannot navigate to invalid URL: {error}", where=f"url={url!r}")
            ) from error
        return resolved

    def reload(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Ask for the page again; a page that came by POST is posted again."""
        entry = self.history.current
        with step("reload", self.url, actor=self._context.actor, look=self.look):
            if entry.order is None:
                return None
            arrive(self, replace(entry.order, again=True), replace=True)
            response = self.response
            follow_refreshes(self)
            return response

    def go_back(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go back in the history: to the page as it was left, unless it may not be kept.

        As in Chromium, a page is asked for again only where it forbade to be stored, or where it varies by cookies
        that have changed since.

        Returns:
            The response, or ``None`` where there is nothing to go back to, or only the fragment changes.
        """
        return self._travel("go_back", -1)

    def go_forward(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go forward in the history; see ``go_back``."""
        return self._travel("go_forward", 1)

    def _travel(self, verb: str, delta: int) -> Response | None:
        entry = self.history.peek(delta)
        with step(verb, actor=self._context.actor, look=self.look):
            if entry is None and not self.document.frames:
                return None
            if any(frame.history.peek(delta) is not None for frame in self.document.frames.values()):
                raise NeedsBrowser(f"{verb}()", "a frame of the page has been elsewhere", where=self.url)
            if entry is None:
                return None
            shown_before = self.document
            self.history.move(delta)
            if entry.document is not shown_before:
                entry.document.hover(None)
                entry.document.focus = autofocused(entry.document)
            entry.document.moved_to(str(entry.url))
            if (
                entry.document is not shown_before
                and entry.order is not None
                and not self._may_be_kept(entry)
            ):
                arrive(self, entry.order, replace=True)
                return self.response
            self.events.emit("framenavigated", self)
            return None if entry.document is shown_before else entry.response

    def _may_be_kept(self, entry: Entry) -> bool:
        if entry.response is None:
            return True
        if "no-store" in (entry.response.header_value("Cache-Control") or "").lower():
            return False
        varies = (entry.response.header_value("Vary") or "").lower()
        if "cookie" not in varies and "*" not in varies:
            return True
        sent = entry.response.request.header_value("Cookie") or ""
        return "*" not in varies and sent == self._context.cookie_header(entry.url)

    def set_content(self, html: str, *, timeout: float | None = None, wait_until: str | None = None) -> None:
        """Show this HTML in place of the page; the URL stays."""
        entry = self.history.current
        document = self._prepared(Document(html, url=self.url))
        self.history.replace(Entry(entry.url, document, entry.response, entry.order, entry.policy))

    def opener(self) -> Page | None:
        """Return the page that opened this one, if it is still open."""
        return None if self._opener is None or self._opener.is_closed() else self._opener

    def is_closed(self) -> bool:
        """Tell whether the page was closed."""
        return self._closed

    def close(self, *, run_before_unload: bool | None = None, reason: str | None = None) -> None:
        """Close the page."""
        if not self._closed:
            self._closed = True
            if self in self._context._pages:
                self._context._pages.remove(self)
            self.events.emit("close", self)

    def bring_to_front(self) -> None:
        """Do nothing: no page hides another."""

    def set_viewport_size(self, viewport_size: Mapping[str, int]) -> None:
        """Set the width and height (pixels) that media queries of style sheets are answered by."""
        self.viewport_size = dict(viewport_size)
        self.document.changed()

    def set_default_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""

    def set_default_navigation_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""

    def set_extra_http_headers(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every navigation of this page, before those of the context."""
        self.extra_http_headers = checked_headers(headers)

    def look(self) -> recorder.Page:
        """Return the page as it looks now, to be stored with a step."""
        return look_of(self)

    _look = look

    def toggle_popover(self, popover: Any, action: str, call: str) -> None:
        """Show or hide a popover, as its button asks for.

        Raises:
            NeedsBrowser: A script waits for it.
        """
        check_event(self, popover, "toggle", call)
        open_now = has(popover, OPEN_POPOVER)
        if action not in ("show", "hide"):  # any other word means to toggle
            action = "hide" if open_now else "show"
        if action == "show" and not open_now:
            popover.attrs[OPEN_POPOVER] = ""
        elif action == "hide" and open_now:
            del popover.attrs[OPEN_POPOVER]
        self.document.changed()

    def locator(
        self,
        selector: str | Locator,
        *,
        has: Locator | None = None,
        has_not: Locator | None = None,
        has_text: TextPattern | None = None,
        has_not_text: TextPattern | None = None,
    ) -> Locator:
        """Return a locator of what a selector finds on the page; see ``Locator.locator`` for the arguments."""
        return super().locator(
            selector, has=has, has_not=has_not, has_text=has_text, has_not_text=has_not_text
        )

    def _narrowed(self, *parts: Part) -> Locator:
        return Locator(self, Query(parts))

    def _query_of(self, locator: Any, option: str) -> Query:
        if not isinstance(locator, Locator) or locator._root is not self:
            raise other_page(option)
        return locator._query

    @property
    def _test_id_attribute(self) -> str:
        return self.test_id_attribute

    def _check_open(self) -> None:
        if self._closed:
            raise Error("Target page, context or browser has been closed")

    def _prepared(self, document: Document) -> Document:
        document.load_stylesheet = self._context.files.style_sheet
        return document

    def show(self, entry: Entry, *, replace: bool = False) -> None:
        """Show a new entry of the history."""
        self._prepared(entry.document)
        if replace or self.history.is_blank:
            self.history.replace(entry)
        else:
            self.history.push(entry)
        if entry.document.mentions("autofocus"):
            entry.document.focus = autofocused(entry.document)
        self.events.emit("framenavigated", self)

    def moves_within(self, target: Url) -> bool:
        current = self.history.current.url
        return target.fragment is not None and target.with_fragment(None) == current.with_fragment(None)

    def move_within(self, target: Url) -> None:
        entry = self.history.current
        if str(target) != str(entry.url):
            self.history.push(Entry(target, entry.document, entry.response, entry.order, entry.policy))
            entry.document.moved_to(str(target))
        self.events.emit("framenavigated", self)

    def go(self, where: Destination) -> None:
        """Go where a link or a form leads, in this page or in another."""
        go(self, where)

    def heard_by_scripts(self, call: str, el: Any) -> None:
        """Say what a script of the page might do at an element that does nothing of its own."""
        if self._context.scripts != "ignore" and (script := listening_script(self.document)) is not None:
            self.left_to_scripts(call, f"{shown(el)} may be listened to by the script {script}", script)

    def left_to_scripts(self, call: str, reason: str, script: str) -> None:
        """Ignore, warn of (once for a script) or refuse what a script would do, as the setting says."""
        if self._context.scripts == "refuse":
            raise NeedsBrowser(call, reason, where=self.url)
        if self._context.scripts == "warn" and script not in self._warned:
            self._warned.add(script)
            warnings.warn(f"{call}: {reason}, and no script is run ({self.url})", stacklevel=4)
