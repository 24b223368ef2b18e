"""Contexts, pages and frames without a browser: the twins of Playwright's ``BrowserContext``, ``Page`` and ``Frame``.

They are one module, since each names the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from django_journey._dom.forms.submission import base_url
from django_journey._dom.query.parts import Part, Query, TextPattern
from django_journey._dom.rendering.focus import autofocused
from django_journey._dom.rendering.visibility import is_frame_shown
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import select
from django_journey._pages.actions.keyboard import Keyboard
from django_journey._pages.behaviours.fire import acting_step, settle
from django_journey._pages.context_calls import ContextCalls
from django_journey._pages.document_calls import DocumentCalls
from django_journey._pages.http.api import APIRequestContext
from django_journey._pages.http.fetch import FetchRequest, checked_headers
from django_journey._pages.http.request_response import Request, Response
from django_journey._pages.interpreters import start_behaviours
from django_journey._pages.locator.locator import FrameLocator, Locator, query_of
from django_journey._pages.locator.queries import LocatorQueries
from django_journey._pages.locator.selector_calls import SelectorCalls
from django_journey._pages.navigation.events import ON_PAGES, Events, Waiting
from django_journey._pages.navigation.frame_loading import forbids_framing, frame_url
from django_journey._pages.navigation.history import History, HistoryEntry
from django_journey._pages.navigation.load import blank_entry, load, referrer_policy
from django_journey._pages.navigation.navigate import open_url
from django_journey._pages.navigation.page_protocol import UnsentForm
from django_journey._pages.navigation.refresh import follow_refreshes
from django_journey._pages.navigation.snapshot import snapshot_of
from django_journey._pages.navigation.traversal import traverse
from django_journey._pages.navigation.url_matching import UrlPattern, url_matches
from django_journey._pages.unsupported import UnsupportedPageCalls
from django_journey._pages.waiting import STATES, Predicate, WaitingCalls
from django_journey._trace.record import recorder
from django_journey.errors import Error, Explanation

__all__ = ["BrowserContext", "Frame", "Page"]

#: The events of a frame that its page emits too.
_PASSED_ON = ON_PAGES - {"close", "domcontentloaded", "load", "navigated"}


class Page(
    LocatorQueries[Locator["Page"], FrameLocator["Page"]],
    SelectorCalls["Page"],
    DocumentCalls,
    WaitingCalls,
    UnsupportedPageCalls,
):
    """One page of a browser context; made by ``context.new_page()``.

    ``document`` is what it shows, ``blocked`` says why the last form was not sent. The arguments ``timeout`` and
    ``wait_until`` are accepted as in Playwright and change nothing: a page is complete when a call returns.
    """

    #: Whether it is a frame of another page.
    framed = False

    def __init__(self, context: BrowserContext, *, opener: Page | None = None, name: str = "") -> None:
        self._context = context
        self._opener = opener
        self.name = name
        self._closed = False
        self.history = History(blank_entry())
        self.events = Events(ON_PAGES, context.events)
        self.keyboard = Keyboard(self)
        #: The last requests of its navigations.
        self.sent: deque[Request] = deque(maxlen=100)
        #: The last response, with what its templates were given.
        self.latest: tuple[Response, Any] | None = None
        #: The scripts that a warning was given of.
        self.warned_scripts: set[str] = set()
        self.blocked: UnsentForm | None = None
        self.extra_http_headers: dict[str, str] = {}
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
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        return self._context.test_id_attribute

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
            Error: It is not a URL, or the response is a download or empty.
            Exception: What the view raised, unless the context does not raise server errors.
        """
        self._check_open()
        if wait_until is not None and wait_until not in STATES:
            raise Error(
                f"wait_until: expected one of (load|domcontentloaded|networkidle|commit), got {wait_until}"
            )
        try:
            target = self._context.resolved(url)
        except ValueError as error:
            raise Error(
                Explanation(f"Page.goto: Cannot navigate to invalid URL: {error}", where=f"url={url!r}")
            ) from error
        with acting_step(self, "goto", str(target)):
            return open_url(self, target, referer=referer or "")

    def reload(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Load the page again; a page that came by POST is posted again."""
        request = self.history.current.navigation
        with acting_step(self, "reload", self.url):
            if request is None:
                return None
            load(self, replace(request, again=True), replace=True)
            response = self.response
            follow_refreshes(self)
            return response

    def go_back(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go back in the history, to the page as it was left.

        As in Chromium, a page is loaded again only where it forbids to be stored, or varies by cookies that have
        changed since.

        Returns:
            The response; ``None`` where there is nothing to go back to, or only the fragment changes.
        """
        with acting_step(self, "go_back"):
            return traverse(self, -1, "go_back()")

    def go_forward(self, *, timeout: float | None = None, wait_until: str | None = None) -> Response | None:
        """Go forward in the history; see ``go_back``."""
        with acting_step(self, "go_forward"):
            return traverse(self, 1, "go_forward()")

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
            self._context.forget(self)
            self.events.emit("close", self)

    def set_extra_http_headers(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every navigation of this page; the context's headers override them."""
        self.extra_http_headers = checked_headers(headers)

    def take_snapshot(self) -> recorder.PageSnapshot:
        """Return a snapshot of the whole page for the trace."""
        return snapshot_of(self)

    def expect_popup(
        self, predicate: Predicate[Page] | None = None, *, timeout: float | None = None
    ) -> Waiting[Page]:
        """Return a context manager whose block has to open another page, its ``value``."""
        return Waiting(self, "Page.expect_popup", "popup", predicate, timeout)

    def locator(
        self,
        selector: str | Locator[Page],
        *,
        has: Locator[Page] | None = None,
        has_not: Locator[Page] | None = None,
        has_text: TextPattern | None = None,
        has_not_text: TextPattern | None = None,
    ) -> Locator[Page]:
        """Return a locator of what a selector finds on the page; see ``Locator.locator`` for the arguments."""
        return super().locator(
            selector, has=has, has_not=has_not, has_text=has_text, has_not_text=has_not_text
        )

    @property
    def main_frame(self) -> Page:
        """The page itself."""
        return self

    @property
    def page(self) -> Page:
        """The page itself; the page that a frame is in."""
        return self

    @property
    def parent_frame(self) -> Page | None:
        """The page or frame that contains a frame; ``None`` for a page."""
        return None

    @property
    def child_frames(self) -> list[Frame]:
        """The frames of the page's own elements; those of other sites can't be loaded."""
        return [self.frame_of(el) for el in select(self.document, "iframe,frame")]

    @property
    def frames(self) -> list[Page]:
        """The page itself and all its frames."""
        return [self, *(inner for frame in self.child_frames for inner in frame.frames)]

    def frame(self, name: str | None = None, *, url: UrlPattern | None = None) -> Page | None:
        """Return the first frame of that name or URL, or ``None``."""
        for frame in self.frames:
            if (name is not None and frame.name == name) or (
                url is not None and url_matches(frame.url, url, self._context.base_url)
            ):
                return frame
        return None

    def is_detached(self) -> bool:
        """Tell whether a frame's page shows another document by now; a page is never detached."""
        return False

    def frame_of(self, el: Element) -> Frame:
        """Return the frame of an ``iframe`` or ``frame`` element, loading it when it is first used.

        Raises:
            NeedsBrowser: It is of another site, sandboxed, or a script.
        """
        frame: Frame | None = self.document.frames.get(el)
        if frame is None:
            frame = Frame(self, el)
            frame.load()
            self.document.frames[el] = frame
        return frame

    def missing_frame(self, sought: str) -> Frame:
        """Return an empty frame, for an element that was not found."""
        return Frame(self, None, address=f"{self.url} (no frame there is {sought})")

    def open_popup(self, name: str, *, has_opener: bool) -> Page:
        """Open a blank page in the same context."""
        return self._context.add_page(Page(self._context, opener=self if has_opener else None, name=name))

    def show(self, entry: HistoryEntry, *, replace: bool = False) -> None:
        """Show a new entry of the history."""
        entry.document.load_stylesheet = self._context.files.style_sheet
        if replace or self.history.is_blank:
            self.history.replace(entry)
        else:
            self.history.push(entry)
        if entry.document.mentions("autofocus"):
            entry.document.focus = autofocused(entry.document)
        start_behaviours(self)
        self.events.emit("framenavigated", self)

    def _document_replaced(self) -> None:
        start_behaviours(self)
        settle(self, "set_content()")

    def _locate(self, *parts: Part) -> Locator[Page]:
        return Locator(self, Query(parts))

    def _enter_frame(self, part: Part) -> FrameLocator[Page]:
        return FrameLocator(self, Query((part,)))

    def _query_of(self, locator: Locator[Page], option: str) -> Query:
        return query_of(locator, self, option)

    @property
    def _test_id_attribute(self) -> str:
        return self.test_id_attribute


class Frame(Page):
    """What an ``iframe`` shows, as ``playwright.sync_api.Frame``; it is loaded when it is first used.

    Args:
        parent: The page or frame that contains it.
        el: The ``iframe`` or ``frame`` element; ``None`` where none was found.
        address: The value of ``url`` in place of the document's URL.
    """

    framed = True

    def __init__(self, parent: Page, el: Element | None, *, address: str = "") -> None:
        name = "" if el is None else el.attr("name") or el.attr("id") or ""
        super().__init__(parent.context, name=name)
        self._parent = parent
        self._el: Any = el  # `None` only in a missing frame, which is never loaded
        self._address = address
        self.events = Events(ON_PAGES, parent.events, _PASSED_ON)
        self.sent = parent.sent
        self.keyboard = parent.keyboard
        self.viewport_size = None

    def __repr__(self) -> str:
        return f"<Frame name={self.name!r} url={self.url!r}>"

    @property
    def url(self) -> str:
        """The frame's URL."""
        return self._address or super().url

    @property
    def parent_frame(self) -> Page:
        """The page or frame that contains it."""
        return self._parent

    @property
    def page(self) -> Page:
        """The page that it is in."""
        return self._parent.page

    def is_detached(self) -> bool:
        """Tell whether its page shows another document by now."""
        return self._parent.document.frames.get(self._el) is not self

    def take_snapshot(self) -> recorder.PageSnapshot:
        """Return a snapshot of the whole page for the trace."""
        return self.page.take_snapshot()

    def load(self) -> None:
        """Load what the element names.

        Raises:
            NeedsBrowser: It is of another site, sandboxed, or a script.
        """
        source = self._parent.history.current
        markup = self._el.attr("srcdoc")
        if markup is not None:
            # The URL is about:srcdoc; relative URLs are resolved against the page around it.
            document = Document(markup, url=base_url(source.document))
            self.show(HistoryEntry(source.url, document, policy=source.policy))
            self._address = "about:srcdoc"
            return
        target = frame_url(self._parent, self._el)
        if target is None:
            return
        policy = referrer_policy(self._parent, (self._el.attr("referrerpolicy") or "").lower())
        load(self, FetchRequest(target, source=source.url, policy=policy, framed=True), replace=True)
        follow_refreshes(self)

    def show(self, entry: HistoryEntry, *, replace: bool = False) -> None:
        """Show a new entry of the history, or an empty one where the response forbids framing."""
        self._address = ""
        if entry.response is not None and forbids_framing(entry.response):
            entry, self._address = blank_entry(), "chrome-error://chromewebdata/"
        parent, el = self._parent, self._el
        entry.document.frame_is_shown = lambda: is_frame_shown(parent.document, el)
        super().show(entry, replace=replace)


class BrowserContext(ContextCalls[Page]):
    """The twin of ``playwright.sync_api.BrowserContext`` over a driver.

    Args:
        driver: Sends the requests.
        base_url: The URL that relative ones are resolved against; the driver's own if it is not given.
        actor: Whose browser it is, for the trace.
        scripts: What to do where a script may listen to an event, but the markup does not show it: ``ignore``,
            ``warn`` or ``refuse``.
        max_redirects: How many redirects a chain may have.
        raise_server_errors: Whether a page raises again what a view raised.
        extra_http_headers: Headers that go with every request.
        locale: The language, e.g. ``de-DE``; it is sent as ``Accept-Language``.
        user_agent: The ``User-Agent``.
        storage_state: The first cookies: a path, or a result of ``storage_state()``.
        http_credentials: ``username`` and ``password`` for basic authentication.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def new_page(self) -> Page:
        """Open a blank page."""
        return self.add_page(Page(self))
