"""Navigations: a URL that is opened, or a link or form that is followed, in the page, frame or popup it names."""

from __future__ import annotations

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.urls import Url
from django_journey._dom.tree.walk import select
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.http.request_response import Response
from django_journey._pages.navigation.load import blank_entry, load, referrer_policy
from django_journey._pages.navigation.page_protocol import Destination, PageProtocol
from django_journey._pages.navigation.refresh import follow_refreshes
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["follow", "open_url"]

_BLANK = "about:blank"


def open_url(page: PageProtocol, target: Url, *, referer: str = "") -> Response | None:
    """Open a URL in a page, as its address bar does.

    Returns:
        The last response; ``None`` where there is none, or only the fragment changed.

    Raises:
        Error: The URL has no page, or its response is a download or empty.
    """
    if str(target) == _BLANK:
        page.show(blank_entry())
        return None
    if not target.is_http:
        raise Error(Explanation(f"Page.goto: net::ERR_UNKNOWN_URL_SCHEME at {target}"))
    page.blocked = None
    if page.moves_within(target):
        page.move_within(target)
        return None
    # The URL that is shown already replaces its history entry, unless that came by POST, as in Chromium.
    shown_by = page.history.current.navigation
    again = shown_by is not None and shown_by.method == "GET" and str(target) == page.url
    disposition = load(page, FetchRequest(target, referer=referer), replace=again)
    if disposition == "nothing":
        raise Error(Explanation(f"Page.goto: net::ERR_ABORTED at {target}: the response is empty"))
    if disposition == "save":
        raise Error(
            Explanation(
                f"Page.goto: Download is starting: {target}",
                instead="with page.expect_download() as download: ... and click the link to it",
            )
        )
    response = page.response
    follow_refreshes(page)
    return response


def follow(page: PageProtocol, destination: Destination) -> None:
    """Navigate to where a link or a form leads.

    Args:
        page: The page that contains the link or form.
        destination: Where it leads.

    Raises:
        Error: Pages can't be loaded from a URL of that scheme.
        NeedsBrowser: It leads into an ``object``.

    Source: HTML Living Standard, 7.3.1.7 Navigable target names.
    """
    url = destination.url
    source = page.history.current.url
    saved_as = destination.saved_as if source.origin == url.origin else None
    if destination.is_saved:
        saved_as = saved_as or ""
    shown_in = page if saved_as is not None else _page_for(page, destination)
    if str(url) == _BLANK:
        shown_in.show(blank_entry())
        return
    if not url.is_http:
        raise Error(
            Explanation(f"{url} can't be opened in a page", where=page.url, instead="link to http and https")
        )
    is_get = destination.method == "GET"
    is_download = saved_as is not None or destination.saved_as is not None
    if is_get and not is_download and shown_in is page and page.moves_within(url):
        page.move_within(url)
        return
    navigation = FetchRequest(
        url,
        destination.method,
        destination.body,
        destination.content_type,
        source=source if source.is_http else None,
        policy="no-referrer"
        if "noreferrer" in destination.rel
        else referrer_policy(page, destination.policy),
        by_user=True,
        framed=shown_in.framed,
        again=destination.method == "POST",
    )
    # A link to the page's own URL replaces the history entry.
    again = shown_in is page and is_get and str(url) == page.url
    load(shown_in, navigation, replace=again, saved_as=saved_as, opener=page)
    follow_refreshes(shown_in)


def _page_for(page: PageProtocol, destination: Destination) -> PageProtocol:
    """Return the page or frame that a target names; a new page where there is none of that name."""
    target = destination.target
    keyword = target.lower()
    if keyword in ("", "_self"):
        return page
    if keyword in ("_parent", "_top"):
        return page.page if keyword == "_top" else page.parent_frame or page
    for el in select(page.document, "object[name]"):
        if el.attr("name") == target:
            raise NeedsBrowser("click()", f"it leads into {show(el)}, which is not loaded", where=page.url)
    if keyword != "_blank":
        if page.name == target:
            return page
        if (frame := _frame_named(page.page, target)) is not None:
            return frame
        for other in page.context.pages:
            if other.name == target:
                return other
    no_opener = bool({"noopener", "noreferrer"} & set(destination.rel)) or (
        keyword == "_blank" and "opener" not in destination.rel
    )
    popup = page.page.open_popup("" if keyword == "_blank" else target, has_opener=not no_opener)
    page.events.emit("popup", popup)
    return popup


def _frame_named(page: PageProtocol, name: str) -> PageProtocol | None:
    """Return the frame of that name in a page; no other frame is loaded."""
    for el in select(page.document, "iframe[name],frame[name]"):
        if el.attr("name") == name:
            return page.frame_of(el)
    return None
