"""Sends the request of a navigation and shows, saves or ignores the response as a browser does."""

from __future__ import annotations

from contextlib import suppress

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import Url
from django_journey._dom.tree.walk import select
from django_journey._pages.http.downloads import Download, suggested_name
from django_journey._pages.http.fetch import FetchRequest, NavigationResult
from django_journey._pages.http.referrer import POLICIES, policy_of
from django_journey._pages.http.response_body import decoded_body, media_type
from django_journey._pages.http.response_document import Disposition, disposition_of, document_of
from django_journey._pages.navigation.history import HistoryEntry
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._trace.record.recorder import note

__all__ = ["blank_entry", "load", "record", "referrer_policy"]


def blank_entry() -> HistoryEntry:
    """Return the history entry of ``about:blank``."""
    return HistoryEntry(Url("about", path="blank"), Document("<html><head></head><body></body></html>"))


def load(
    page: PageProtocol,
    navigation: FetchRequest,
    *,
    replace: bool = False,
    saved_as: str | None = None,
    opener: PageProtocol | None = None,
) -> Disposition:
    """Send the request of a navigation, and show, save or ignore the response.

    Args:
        page: The page that navigates.
        navigation: The request.
        replace: Whether the response replaces the current history entry.
        saved_as: The name to save it under, where the link asks for a download.
        opener: The page that opened this one for the response; it gets the event of a download.

    Returns:
        ``show`` if the page shows it now, ``save`` if it was downloaded, ``nothing`` if it has no content.

    Raises:
        Exception: What the view raised; the page shows the error response then.
    """
    result = page.context.fetcher.follow(navigation, page.extra_http_headers)
    record(page, result)
    raw = result.response.raw
    if result.raised is not None:
        with suppress(Exception):  # a response that can't be shown must not hide the view's own error
            _show(page, result, replace)
        raise result.raised
    disposition = "save" if saved_as is not None else disposition_of(raw)
    if disposition == "save":
        _save(opener or page, result, saved_as)
    elif disposition == "show":
        _show(page, result, replace)
        page.events.emit("navigated", result.response)
    return disposition


def _show(page: PageProtocol, result: NavigationResult, replace: bool) -> None:
    raw = result.response.raw
    document = document_of(raw, str(result.url))
    policy = policy_of(raw.header("Referrer-Policy"))
    page.show(HistoryEntry(result.url, document, result.response, result.request, policy), replace=replace)


def record(page: PageProtocol, result: NavigationResult) -> None:
    """Remember the requests of a navigation or a script, and emit their events."""
    requests = [result.response.request]
    while requests[0].redirected_from is not None:
        requests.insert(0, requests[0].redirected_from)
    page.sent.extend(requests)
    given = None
    for request in requests:
        request.frame = page
        if (response := request.response()) is not None:
            given = response.raw.facts.pop(
                "given", None
            )  # the responses in the history must not keep it alive
    page.latest = result.response, given
    if not page.events.any_listener("request", "response", "requestfinished"):
        return
    for request in requests:
        page.events.emit("request", request)
        page.events.emit("response", request.response())
        page.events.emit("requestfinished", request)


def _save(page: PageProtocol, result: NavigationResult, saved_as: str | None) -> None:
    raw = result.response.raw
    name = suggested_name(
        raw.header("Content-Disposition") or "", result.url, media_type(raw), wanted=saved_as
    )
    note("download", name, url=str(result.url), size=len(raw.body))
    page.events.emit("download", Download(page, str(result.url), name, decoded_body(raw)))


def referrer_policy(page: PageProtocol, stated: str = "") -> str:
    """Return the referrer policy of a navigation: the one that the link states, else the page's."""
    if stated in POLICIES:
        return stated
    for el in select(page.document, "meta[name][content]"):
        if (el.attr("name") or "").lower() == "referrer":
            named = (el.attr("content") or "").strip().lower()
            if named in POLICIES:
                return named
    return page.history.current.policy or policy_of(None)
