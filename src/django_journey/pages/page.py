"""A page without a browser: the twin of ``playwright.sync_api.Page``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django_journey.dom.document import Document
from django_journey.dom.focus import autofocused
from django_journey.dom.queries import Part, Query
from django_journey.dom.tree import has
from django_journey.dom.urls import Url, join, parse_url
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from django_journey.pages.events import Events, Waiting
from django_journey.pages.exchange import Order
from django_journey.pages.history import Entry, History
from django_journey.pages.locator import Locator
from django_journey.pages.looks import look_of, title_of
from django_journey.pages.matching import UrlPattern, url_matches
from django_journey.pages.narrowing import Narrowing, other_page
from django_journey.pages.navigation import arrive, open_blank
from django_journey.pages.refresh import follow_refreshes, pending_refresh
from django_journey.pages.refusals import RefusedPageCalls
from django_journey.pages.scripts import check_event, listening_script, shown
from django_journey.pages.selector_calls import SelectorCalls
from django_journey.pages.submitting import Blocked
from django_journey.pages.traffic import Response
from django_journey.trace import recorder
from django_journey.trace.recorder import step

if TYPE_CHECKING:
    from django_journey.pages.api import APIRequestContext
    from django_journey.pages.context import BrowserContext
    from django_journey.pages.downloads import Download

__all__ = ["Page"]

_BLANK = "about:blank"
_STATES = ("commit", "domcontentloaded", "load", "networkidle")


class Page(Narrowing, SelectorCalls, RefusedPageCalls):
    """One page of a browser context; made by ``context.new_page()``.

    ``document`` is what it shows, ``blocked`` tells why the last form was not sent. The arguments ``timeout`` and
    ``wait_until`` are accepted as Playwright names them and change nothing: a page is complete when it is there.
    """

    def __init__(self, context: BrowserContext, *, opener: Page | None = None, name: str = "") -> None:
        self._context = context
        self._opener = opener
        self._name = name
        self._closed = False
        self._history = History(open_blank())
        self._events = Events()
        self._warned: set[str] = set()
        self.blocked: Blocked | None = None
        #: What was typed into number fields so far, which may not be a number yet.
        self.typed: dict[Any, str] = {}
        self.viewport_size: dict[str, int] | None = {"width": 1280, "height": 720}

    def __repr__(self) -> str:
        return f"<Page url={self.url!r}>"

    @property
    def context(self) -> BrowserContext:
        """The browser context that the page belongs to."""
        return self._context

    @property
    def request(self) -> APIRequestContext:
        """Requests to an API, with the page's cookies."""
        return self._context.request

    @property
    def document(self) -> Document:
        """What the page shows now."""
        self._check_open()
        return self._history.current.document

    @property
    def response(self) -> Response | None:
        """The response that the page came with; ``None`` before the first navigation."""
        return self._history.current.response

    @property
    def url(self) -> str:
        """The page's URL with its fragment."""
        return str(self._history.current.url)

    @property
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        return self._context.test_id_attribute

    @property
    def main_frame(self) -> Page:
        """The page itself, which is its only frame."""
        return self

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
        if wait_until is not None and wait_until not in _STATES:
            raise Error(
                f"wait_until: expected one of (load|domcontentloaded|networkidle|commit), got {wait_until}"
            )
        target = self._resolved(url)
        with step("goto", str(target), look=self.look):
            if str(target) == _BLANK:
                self._show(open_blank())
                return None
            if not target.is_http:
                raise Error(Explanation(f"Page.goto: net::ERR_UNKNOWN_URL_SCHEME at {target}"))
            self.blocked = None
            if self._is_same_document(target):
                self._move_within(target)
                return None
            order = Order(target, referer=referer or "")
            fate = arrive(self, order)
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
            return follow_refreshes(self)

    def _resolved(self, url: str) -> Url:
        try:
            return parse_url(join(self._context.base_url, url) if url != _BLANK else url)
        except ValueError as error:
            raise Error(
                Explanation(f"Page.goto: Cannot navigate to invalid URL: {error}", where=f"url={url!r}")
            ) from error

    def reload(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Ask for the page again; a page that came by POST is posted again."""
        entry = self._history.current
        with step("reload", self.url, look=self.look):
            if entry.order is None:
                return None
            arrive(self, entry.order, replace=True)
            return follow_refreshes(self)

    def go_back(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go back in the history.

        Returns:
            The response, or ``None`` where there is nothing to go back to, or only the fragment changes.
        """
        return self._travel("go_back", -1)

    def go_forward(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go forward in the history; see ``go_back``."""
        return self._travel("go_forward", 1)

    def _travel(self, verb: str, delta: int) -> Response | None:
        entry = self._history.peek(delta)
        with step(verb, look=self.look):
            if entry is None:
                return None
            shown_before = self.document
            self._history.move(delta)
            if entry.document is shown_before or entry.order is None:
                self._events.emit("framenavigated", self)
                return None
            arrive(self, entry.order, replace=True)
            return self._history.current.response

    def set_content(self, html: str, *, timeout: float | None = None, wait_until: str | None = None) -> None:
        """Show this HTML in place of the page; the URL stays."""
        entry = self._history.current
        document = self._prepared(Document(html, url=self.url))
        self._history.replace(Entry(entry.url, document, entry.response, entry.order, entry.policy))

    def wait_for_url(
        self, url: UrlPattern, *, timeout: float | None = None, wait_until: str | None = None
    ) -> None:
        """Check that the page is at a URL; a refresh that it announces within the timeout is followed first.

        Args:
            url: A URL, glob, pattern or function.
            timeout: Milliseconds, 30,000 if it is not given.
            wait_until: Accepted; the page is complete when it is there.

        Raises:
            TimeoutError: It is at another one.
        """
        if not url_matches(self.url, url, self._context.base_url) and pending_refresh(self):
            self.wait_for_timeout(30_000 if timeout is None else timeout)
        if not url_matches(self.url, url, self._context.base_url):
            raise NotInTime(
                Explanation(
                    f"Page.wait_for_url: the page is not at {url!r}",
                    where=self.url,
                    nearest=(str(self.blocked),) if self.blocked else (),
                    instead="nothing moves without a click: check what led here",
                )
            )

    def wait_for_load_state(self, state: str | None = None, *, timeout: float | None = None) -> None:
        """Return at once: a page is loaded when it is there."""
        if state is not None and state not in _STATES:
            raise Error(f"state: expected one of (load|domcontentloaded|networkidle|commit), got {state}")

    def wait_for_timeout(self, timeout: float) -> None:
        """Let time pass for the page, without waiting: a refresh that falls due (milliseconds) is followed."""
        follow_refreshes(self, within=timeout / 1000)

    def wait_for_selector(self, selector: str, **options: Any) -> Any:
        """Check that an element is there and visible, or in another state; see ``Locator.wait_for``."""
        options.pop("strict", None)
        locator = self.locator(selector)
        locator.first.wait_for(**options)
        return locator.first

    def expect_navigation(
        self, *, url: UrlPattern | None = None, timeout: float | None = None, wait_until: str | None = None
    ) -> Waiting[Response]:
        """Return a context manager; what is done in it has to lead to another page, and ``value`` is its response."""

        def fits(response: Response) -> bool:
            return url is None or url_matches(self.url, url, self._context.base_url)

        return Waiting(self._events, "navigated", fits, "Page.expect_navigation: no page was opened", self)

    def expect_download(self, predicate: Any = None, *, timeout: float | None = None) -> Waiting[Download]:
        """Return a context manager; what is done in it has to start a download, and ``value`` is it."""
        return Waiting(
            self._events, "download", predicate, "Page.expect_download: nothing was downloaded", self
        )

    def expect_popup(self, predicate: Any = None, *, timeout: float | None = None) -> Waiting[Page]:
        """Return a context manager; what is done in it has to open another page, and ``value`` is it."""
        return Waiting(self._events, "popup", predicate, "Page.expect_popup: no page was opened", self)

    def expect_response(
        self, url_or_predicate: UrlPattern, *, timeout: float | None = None
    ) -> Waiting[Response]:
        """Return a context manager; one of the page's own navigations in it has to be answered from that URL."""

        def fits(response: Response) -> bool:
            if callable(url_or_predicate):
                return bool(url_or_predicate(response))  # type: ignore[arg-type]  # Playwright gives the response
            return url_matches(response.url, url_or_predicate, self._context.base_url)

        return Waiting(self._events, "response", fits, "Page.expect_response: no such response", self)

    def on(self, event: str, f: Any) -> None:
        """Call a function at each ``popup``, ``download``, ``response``, ``request``, ``framenavigated``, ``close``.

        Raises:
            NeedsBrowser: The event is one that only scripts or the browser's own windows cause.
        """
        self._events.on(event, f)

    def once(self, event: str, f: Any) -> None:
        """Call a function at the next such event; see ``on``."""
        self._events.on(event, f, once=True)

    def remove_listener(self, event: str, f: Any) -> None:
        """Call the function no more."""
        self._events.remove(event, f)

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
            self._events.emit("close", self)

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
        """Send these headers with every request of the context."""
        self._context.set_extra_http_headers(headers)

    def look(self) -> recorder.Page:
        """Return the page as it looks now, to be stored with a step."""
        return look_of(self)

    def toggle_popover(self, popover: Any, action: str, call: str) -> None:
        """Show or hide a popover, as its button asks for.

        Raises:
            NeedsBrowser: A script waits for it.
        """
        check_event(popover, "toggle", call, url=self.url)
        open_now = has(popover, "data-popover-open")
        if action == "toggle":
            action = "hide" if open_now else "show"
        if action == "show" and not open_now:
            popover.attrs["data-popover-open"] = ""
        elif action == "hide" and open_now:
            del popover.attrs["data-popover-open"]
        self.document.changed()

    def _narrowed(self, *parts: Part) -> Locator:
        return Locator(self, Query(parts))

    def _query_of(self, locator: Any, option: str) -> Query:
        if not isinstance(locator, Locator) or locator.page is not self:
            raise other_page(option)
        return locator._query

    @property
    def _test_id_attribute(self) -> str:
        return self.test_id_attribute

    def _check_open(self) -> None:
        if self._closed:
            raise Error("Target page, context or browser has been closed")

    def _prepared(self, document: Document) -> Document:
        document.load_stylesheet = self._context._style_sheets
        return document

    def _show(self, entry: Entry, *, replace: bool = False) -> None:
        """Show a new entry of the history."""
        self._prepared(entry.document)
        self.typed.clear()
        if replace or self._history.is_blank:
            self._history.replace(entry)
        else:
            self._history.push(entry)
        if "autofocus" in entry.document.source_hint():
            entry.document.focus = autofocused(entry.document)
        self._events.emit("framenavigated", self)

    def _is_same_document(self, target: Url) -> bool:
        current = self._history.current.url
        return target.fragment is not None and target.with_fragment(None) == current.with_fragment(None)

    def _move_within(self, target: Url) -> None:
        entry = self._history.current
        if str(target) != str(entry.url):
            self._history.push(Entry(target, entry.document, entry.response, entry.order, entry.policy))
        self._events.emit("framenavigated", self)

    def _go(
        self,
        url: Url,
        *,
        method: str = "GET",
        body: bytes = b"",
        content_type: str | None = None,
        target: str = "",
        rel: str = "",
        policy: str = "",
        saved_as: str | None = None,
    ) -> None:
        """Go where a link or a form leads, in this page or in another."""
        from django_journey.pages.navigation import go

        go(self, url, method, body, content_type, target, rel, policy, saved_as)

    def _listening(self, call: str, el: Any) -> None:
        """Say what a script of the page might do at an element that does nothing of its own."""
        if self._context.scripts == "ignore":
            return
        script = listening_script(self.document)
        if script is None:
            return
        if self._context.scripts == "refuse":
            raise NeedsBrowser(call, f"{shown(el)} may be listened to by the script {script}", where=self.url)
        if script not in self._warned:
            self._warned.add(script)
            warnings.warn(
                f"{call} on {shown(el)}: the page's script {script} is not run ({self.url})", stacklevel=4
            )
