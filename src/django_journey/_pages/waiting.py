"""The waiting calls of a page: nothing is waited for, but announced refreshes are followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django_journey._pages.actions.file_chooser import FileChooser
from django_journey._pages.behaviours.fire import Patience, pass_time
from django_journey._pages.http.downloads import Download
from django_journey._pages.http.request_response import Request, Response
from django_journey._pages.navigation.events import Emitter, EventCalls, Waiting
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.refresh import follow_refreshes, pending_refresh
from django_journey._pages.navigation.url_matching import UrlPattern, url_matches
from django_journey._trace.record.recorder import note
from django_journey.errors import Error, Explanation
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["STATES", "Predicate", "WaitingCalls", "wait_for_event"]

_T = TypeVar("_T")
Predicate = Callable[[_T], Any]
STATES = ("commit", "domcontentloaded", "load", "networkidle")


class WaitingCalls(EventCalls):
    """The calls of a page that wait or listen."""

    def wait_for_url(
        self: PageProtocol, url: UrlPattern, *, timeout: float | None = None, wait_until: str | None = None
    ) -> None:
        """Check that the page is at a URL; a refresh that it announces within the timeout is followed first.

        Args:
            url: A URL, glob, pattern or function.
            timeout: Milliseconds, 30,000 if it is not given.
            wait_until: Accepted; the page is complete when this returns.

        Raises:
            TimeoutError: It is at another one.
        """
        base_url = self.context.base_url
        if not url_matches(self.url, url, base_url) and pending_refresh(self):
            follow_refreshes(self, within=(30_000 if timeout is None else timeout) / 1000)
        patience = Patience(self, 30_000 if timeout is None else timeout)
        while not url_matches(self.url, url, base_url) and patience.more():
            pass
        if not url_matches(self.url, url, base_url):
            raise NotInTime(
                Explanation(
                    f"Page.wait_for_url: the page is not at {url!r}",
                    where=self.url,
                    nearest=(str(self.blocked),) if self.blocked else (),
                    instead="nothing moves without a click: check what led here",
                )
            )

    def wait_for_load_state(self, state: str | None = None, *, timeout: float | None = None) -> None:
        """Check the argument: a page is loaded when a call returns."""
        if state is not None and state not in STATES:
            raise Error(f"state: expected one of (load|domcontentloaded|networkidle|commit), got {state}")

    def wait_for_timeout(self: PageProtocol, timeout: float) -> None:
        """Let time (milliseconds) pass for the page, without waiting: scripts run and refreshes are followed."""
        pass_time(self, timeout)
        follow_refreshes(self, within=timeout / 1000)

    def expect_navigation(
        self: PageProtocol,
        *,
        url: UrlPattern | None = None,
        timeout: float | None = None,
        wait_until: str | None = None,
    ) -> Waiting[Response]:
        """Return a context manager whose block has to lead to another page; its ``value`` is the response."""

        def predicate(response: Response) -> bool:
            return url is None or url_matches(self.url, url, self.context.base_url)

        return Waiting(self, "Page.expect_navigation", "navigated", predicate, timeout)

    def expect_download(
        self, predicate: Predicate[Download] | None = None, *, timeout: float | None = None
    ) -> Waiting[Download]:
        """Return a context manager whose block has to start a download, its ``value``."""
        return Waiting(self, "Page.expect_download", "download", predicate, timeout)

    def expect_file_chooser(
        self, predicate: Predicate[FileChooser] | None = None, *, timeout: float | None = None
    ) -> Waiting[FileChooser]:
        """Return a context manager whose block has to click a file input; its ``value`` sets the files."""
        return Waiting(self, "Page.expect_file_chooser", "filechooser", predicate, timeout)

    def expect_request(
        self: PageProtocol, url_or_predicate: UrlPattern | Predicate[Request], *, timeout: float | None = None
    ) -> Waiting[Request]:
        """Return a context manager in whose block a navigation of the page has to request that URL."""
        return Waiting(
            self, "Page.expect_request", "request", _of_url(self, url_or_predicate), timeout, url_or_predicate
        )

    def expect_request_finished(
        self, predicate: Predicate[Request] | None = None, *, timeout: float | None = None
    ) -> Waiting[Request]:
        """Return a context manager; one of the page's own navigations has to get a response."""
        return Waiting(self, "Page.expect_request_finished", "requestfinished", predicate, timeout)

    def expect_response(
        self: PageProtocol,
        url_or_predicate: UrlPattern | Predicate[Response],
        *,
        timeout: float | None = None,
    ) -> Waiting[Response]:
        """Return a context manager in whose block a navigation of the page has to get a response from that URL."""
        return Waiting(
            self,
            "Page.expect_response",
            "response",
            _of_url(self, url_or_predicate),
            timeout,
            url_or_predicate,
        )

    def expect_event(
        self, event: str, predicate: Predicate[Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Any]:
        """Return a context manager whose block has to emit the event; its ``value`` is the event's; see ``on``."""
        return Waiting(self, "Page.expect_event", event, predicate, timeout)

    def wait_for_event(
        self: PageProtocol,
        event: str,
        predicate: Predicate[Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Any:
        """Return the value of an event that an announced refresh emits; no other event happens by itself."""
        return wait_for_event(self, (self,), "Page.wait_for_event", event, predicate, timeout)

    def pause(self: PageProtocol) -> None:
        """Open a prompt at this step, as ``journey.pause()``; without a terminal go on, as a headless browser does."""
        note("pause", "page.pause()")
        if self.context.on_pause is not None:
            self.context.on_pause(self)

    def requests(self: PageProtocol) -> list[Request]:
        """Return the last requests of the page's navigations."""
        return list(self.sent)


def _of_url(page: PageProtocol, wanted: UrlPattern | Predicate[Any]) -> Callable[[Any], bool]:
    """Return a predicate: whether a request or response has that URL, or matches the function."""
    if isinstance(wanted, (str, re.Pattern)):
        return lambda it: url_matches(it.url, wanted, page.context.base_url)
    return lambda it: bool(wanted(it))


def wait_for_event(
    owner: Emitter,
    pages: Iterable[PageProtocol],
    call: str,
    event: str,
    predicate: Predicate[Any] | None,
    timeout: float | None,
) -> Any:
    """Follow the refreshes of some pages that are due within a time (milliseconds), and return an event's value.

    Raises:
        TimeoutError: None of them emits the event.
    """
    with Waiting[Any](owner, call, event, predicate, timeout) as waiting:
        for page in pages:
            follow_refreshes(page, within=(30_000 if timeout is None else timeout) / 1000)
    return waiting.value
