"""Where a page goes: into itself, into another page, or into a download."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from django_journey.dom.document import Document
from django_journey.dom.tree import select
from django_journey.dom.urls import Url
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages.body import decoded_body, media_type
from django_journey.pages.downloads import Download, suggested_name
from django_journey.pages.exchange import Arrival, Order
from django_journey.pages.history import Entry
from django_journey.pages.referrer import POLICIES, policy_of
from django_journey.pages.refresh import follow_refreshes
from django_journey.pages.scripts import shown
from django_journey.pages.showing import Fate, document_of, fate_of
from django_journey.pages.shown import Destination, ShownPage
from django_journey.trace.recorder import note

__all__ = ["arrive", "go", "open_blank", "referrer_policy"]


def open_blank() -> Entry:
    """Return the history entry of a page on which nothing was opened yet."""
    return Entry(Url("about", path="blank"), Document("<html><head></head><body></body></html>"))


def arrive(
    page: ShownPage,
    order: Order,
    *,
    replace: bool = False,
    saved_as: str | None = None,
    opener: ShownPage | None = None,
) -> Fate:
    """Send a navigation and do with its answer what a browser does.

    Args:
        page: The page that navigates.
        order: The request.
        replace: Whether the answer takes the place of the current history entry.
        saved_as: The name to save it under, where the link asks for that.
        opener: The page that opened this one for the answer; it is told of a download.

    Returns:
        ``show`` if the page shows it now, ``save`` if it was downloaded, ``nothing`` if it has no content.

    Raises:
        Exception: What the view raised; the page shows what the site answered then.
    """
    arrival = page.context._exchange.follow(order, page.extra_http_headers)
    _tell(page, arrival)
    received = arrival.response._received
    if arrival.raised is not None:
        with suppress(Exception):  # a page that can't be shown hides no error of the view's
            _show(page, arrival, replace)
        raise arrival.raised
    fate = "save" if saved_as is not None else fate_of(received)
    if fate == "save":
        _save(opener or page, arrival, saved_as)
    elif fate == "show":
        _show(page, arrival, replace)
        page.events.emit("navigated", arrival.response)
    return fate


def _show(page: ShownPage, arrival: Arrival, replace: bool) -> None:
    received = arrival.response._received
    document = document_of(received, str(arrival.url))
    policy = policy_of(received.header("Referrer-Policy"))
    page.show(Entry(arrival.url, document, arrival.response, arrival.order, policy), replace=replace)


def _tell(page: ShownPage, arrival: Arrival) -> None:
    requests = [arrival.response.request]
    while requests[0].redirected_from is not None:
        requests.insert(0, requests[0].redirected_from)
    page.sent.extend(requests)
    given = None
    for request in requests:
        request.frame = page
        if (response := request.response()) is not None:
            given = response._received.facts.pop("given", None)  # no response of the history holds on to it
    page.latest = arrival.response, given
    if not page.events.any_listener("request", "response", "requestfinished"):
        return
    for request in requests:
        page.events.emit("request", request)
        page.events.emit("response", request.response())
        page.events.emit("requestfinished", request)


def _save(page: ShownPage, arrival: Arrival, saved_as: str | None) -> None:
    received = arrival.response._received
    name = suggested_name(
        received.header("Content-Disposition") or "", arrival.url, media_type(received), wanted=saved_as
    )
    note("download", name, url=str(arrival.url), size=len(received.body))
    page.events.emit("download", Download(page, str(arrival.url), name, decoded_body(received)))


def go(page: ShownPage, where: Destination) -> None:
    """Go where a link or a form leads.

    Args:
        page: The page that holds the link or form.
        where: Where it leads.

    Raises:
        Error: The URL is of a kind that a page can't be fetched from.
        NeedsBrowser: It leads into a frame.

    Source: HTML Living Standard, 7.3.1.7 Navigable target names.
    """
    url = where.url
    source = page.history.current.url
    saved_as = where.saved_as if source.origin == url.origin else None
    if where.is_saved:
        saved_as = saved_as or ""
    shown_in = page if saved_as is not None else _page_for(page, where)
    if str(url) == "about:blank":
        shown_in.show(open_blank())
        return
    if not url.is_http:
        raise Error(
            Explanation(
                f"{url} can't be opened from a page", where=page.url, instead="link to http and https"
            )
        )
    if (
        where.method == "GET"
        and saved_as is None
        and where.saved_as is None
        and shown_in is page
        and page.moves_within(url)
    ):
        page.move_within(url)
        return
    order = Order(
        url,
        where.method,
        where.body,
        where.content_type,
        source=source if source.is_http else None,
        policy="no-referrer" if "noreferrer" in where.rel else referrer_policy(page, where.policy),
        by_user=True,
        framed=shown_in.framed,
        again=where.method == "POST",
    )
    # The same address again takes the place of the entry, as when a link leads to where one is.
    again = shown_in is page and where.method == "GET" and str(url) == page.url
    arrive(shown_in, order, replace=again, saved_as=saved_as, opener=page)
    follow_refreshes(shown_in)


def referrer_policy(page: ShownPage, stated: str = "") -> str:
    """Return the referrer policy of what a page leads to: what the link states, else the page's own."""
    if stated in POLICIES:
        return stated
    for el in select(page.document, "meta[name][content]"):
        if (el.attr("name") or "").lower() == "referrer":
            named = (el.attr("content") or "").strip().lower()
            if named in POLICIES:
                return named
    return page.history.current.policy or policy_of(None)


def _page_for(page: ShownPage, where: Destination) -> ShownPage:
    """Return the page that a target names, opening it if need be."""
    target = where.target
    word = target.lower()
    if word in ("", "_self"):
        return page
    if word in ("_parent", "_top"):
        return cast(ShownPage, page.page if word == "_top" else page.parent_frame or page)
    for el in select(page.document, "object[name]"):
        if el.attr("name") == target:
            raise NeedsBrowser("click()", f"it leads into {shown(el)}, which is not loaded", where=page.url)
    if word != "_blank":
        if page.name == target:
            return page
        if (frame := _frame_named(page.page, target)) is not None:
            return frame
        for other in page.context.pages:
            if other.name == target:
                return cast(ShownPage, other)
    alone = bool({"noopener", "noreferrer"} & set(where.rel)) or (
        word == "_blank" and "opener" not in where.rel
    )
    popup = page.context.open_popup(None if alone else page.page, "" if word == "_blank" else target)
    page.events.emit("popup", popup)
    return cast(ShownPage, popup)


def _frame_named(page: ShownPage, name: str) -> ShownPage | None:
    """Return the frame of that name in a page; only such a one is loaded for it."""
    from django_journey.pages.frames import frame_of

    for el in select(page.document, "iframe[name],frame[name]"):
        if el.attr("name") == name:
            return cast(ShownPage, frame_of(cast(Any, page), el))
    return None
