"""Waiting on a page, which never waits: what is awaited is there, falls due by itself, or never comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django_journey.errors import Error, Explanation
from django_journey.errors import TimeoutError as NotInTime
from django_journey.pages.choosing import FileChooser
from django_journey.pages.downloads import Download
from django_journey.pages.events import Events, Waiting, awaited
from django_journey.pages.matching import UrlPattern, url_matches
from django_journey.pages.refresh import follow_refreshes, pending_refresh
from django_journey.pages.shown import Blocked, ShownPage
from django_journey.pages.traffic import Request, Response
from django_journey.trace.recorder import note

__all__ = ["STATES", "WaitingCalls"]

_T = TypeVar("_T")
Predicate = Callable[[_T], Any]
STATES = ("commit", "domcontentloaded", "load", "networkidle")


class WaitingCalls:
    """The calls of a page that wait or listen."""

    _context: Any
    blocked: Blocked | None
    events: Events
    sent: deque[Request]

    @property
    def url(self) -> str:
        """The page's URL."""
        raise NotImplementedError

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
        if not url_matches(self.url, url, self._context.base_url) and pending_refresh(cast(ShownPage, self)):
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
        if state is not None and state not in STATES:
            raise Error(f"state: expected one of (load|domcontentloaded|networkidle|commit), got {state}")

    def wait_for_timeout(self, timeout: float) -> None:
        """Let time pass for the page, without waiting: a refresh that falls due (milliseconds) is followed."""
        follow_refreshes(cast(ShownPage, self), within=timeout / 1000)

    def wait_for_selector(self, selector: str, **options: Any) -> Any:
        """Check that an element is there and visible, or in another state; see ``Locator.wait_for``.

        Returns:
            A locator of the element, or ``None`` where the state is ``"hidden"`` or ``"detached"``.
        """
        found = self.locator(selector)  # type: ignore[attr-defined]  # the page has it from Narrowing
        locator = found if options.pop("strict", None) else found.first
        locator.wait_for(**options)
        return None if options.get("state") in ("hidden", "detached") else locator

    def expect_navigation(
        self, *, url: UrlPattern | None = None, timeout: float | None = None, wait_until: str | None = None
    ) -> Waiting[Response]:
        """Return a context manager; what is done in it has to lead to another page, and ``value`` is its response."""

        def fits(response: Response) -> bool:
            return url is None or url_matches(self.url, url, self._context.base_url)

        return Waiting(self, "Page.expect_navigation", "navigated", fits, timeout)

    def expect_download(
        self, predicate: Predicate[Download] | None = None, *, timeout: float | None = None
    ) -> Waiting[Download]:
        """Return a context manager; what is done in it has to start a download, and ``value`` is it."""
        return Waiting(self, "Page.expect_download", "download", predicate, timeout)

    def expect_popup(
        self, predicate: Predicate[Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Any]:
        """Return a context manager; what is done in it has to open another page, and ``value`` is it."""
        return Waiting(self, "Page.expect_popup", "popup", predicate, timeout)

    def expect_file_chooser(
        self, predicate: Predicate[FileChooser] | None = None, *, timeout: float | None = None
    ) -> Waiting[FileChooser]:
        """Return a context manager; a file field has to be clicked in it, and ``value`` takes its files."""
        return Waiting(self, "Page.expect_file_chooser", "filechooser", predicate, timeout)

    def expect_request(
        self, url_or_predicate: UrlPattern | Predicate[Request], *, timeout: float | None = None
    ) -> Waiting[Request]:
        """Return a context manager; one of the page's own navigations in it has to ask for that URL."""
        return Waiting(
            self, "Page.expect_request", "request", self._of_url(url_or_predicate), timeout, url_or_predicate
        )

    def expect_request_finished(
        self, predicate: Predicate[Request] | None = None, *, timeout: float | None = None
    ) -> Waiting[Request]:
        """Return a context manager; one of the page's own navigations has to be answered in it."""
        return Waiting(self, "Page.expect_request_finished", "requestfinished", predicate, timeout)

    def expect_response(
        self, url_or_predicate: UrlPattern | Predicate[Response], *, timeout: float | None = None
    ) -> Waiting[Response]:
        """Return a context manager; one of the page's own navigations in it has to be answered from that URL."""
        return Waiting(
            self,
            "Page.expect_response",
            "response",
            self._of_url(url_or_predicate),
            timeout,
            url_or_predicate,
        )

    def expect_event(
        self, event: str, predicate: Predicate[Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Any]:
        """Return a context manager; the event has to happen in it, and ``value`` is what it tells; see ``on``."""
        return Waiting(self, "Page.expect_event", event, predicate, timeout)

    def wait_for_event(
        self, event: str, predicate: Predicate[Any] | None = None, *, timeout: float | None = None
    ) -> Any:
        """Return what an event tells that the page announced; none other happens by itself."""
        return awaited(self, "Page.wait_for_event", event, predicate, timeout)

    def pause(self) -> None:
        """Go on at once, as a browser without a window does; the report says that the test paused here."""
        note("pause", "page.pause(): nothing to look at without a window")

    def requests(self) -> list[Request]:
        """Return the last requests of the page's own navigations."""
        return list(self.sent)

    def _of_url(self, wanted: Any) -> Callable[[Any], bool]:
        """Return what tells whether a request or response is of that URL, or fits the function."""
        if callable(wanted):
            return lambda it: bool(wanted(it))
        return lambda it: url_matches(it.url, wanted, self._context.base_url)

    def on(self, event: str, f: Any) -> None:
        """Call a function at each ``popup``, ``download``, ``response``, ``request``, ``framenavigated``, ``close``.

        Raises:
            NeedsBrowser: The event is one that only scripts or the browser's own windows cause.
        """
        self.events.on(event, f)

    def once(self, event: str, f: Any) -> None:
        """Call a function at the next such event; see ``on``."""
        self.events.on(event, f, once=True)

    def remove_listener(self, event: str, f: Any) -> None:
        """Call the function no more."""
        self.events.remove(event, f)
