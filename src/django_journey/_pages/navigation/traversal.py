"""Going back and forward in the history of a page."""

from __future__ import annotations

from django_journey._dom.rendering.focus import autofocused
from django_journey._pages.http.request_response import Response
from django_journey._pages.navigation.history import HistoryEntry
from django_journey._pages.navigation.load import load
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["traverse"]


def traverse(page: PageProtocol, delta: int, call: str) -> Response | None:
    """Show the history entry that is ``delta`` places away, as it was left or loaded again.

    Returns:
        Its response; ``None`` where there is no such entry, or only the fragment changes.

    Raises:
        NeedsBrowser: A frame of the page has navigated: its history is part of the page's.
        Error: The page's scripts have acted in a checkpoint, and are not there any more.
    """
    entry = page.history.peek(delta)
    frames = page.document.frames.values()
    if any(frame.history.peek(delta) is not None for frame in frames):
        raise NeedsBrowser(call, "a frame of the page has navigated, too", where=page.url)
    if entry is None:
        return None
    if entry.document.left_behind and _is_reusable(page, entry):
        raise Error(
            Explanation(
                f"{call} leads to a page on which scripts have acted before the checkpoint of this story",
                where=str(entry.url),
                instead="visit its URL; or go back within the checkpoint;"
                " or leave out @checkpoint, so that the beginning runs in each story",
            )
        )
    before = page.document
    page.history.move(delta)
    document = entry.document
    if document is not before:
        document.hover(None)
        document.focus = autofocused(document)
    document.set_url(str(entry.url))
    if document is before:
        if document.behaviours is not None:
            document.behaviours.travelled()
        page.events.emit("framenavigated", page)
        return None
    if entry.navigation is not None and not _is_reusable(page, entry):
        load(page, entry.navigation, replace=True)
        return page.response
    page.events.emit("framenavigated", page)
    return entry.response


def _is_reusable(page: PageProtocol, entry: HistoryEntry) -> bool:
    """Tell whether an entry may be shown without a new request."""
    if entry.response is None:
        return True
    if "no-store" in (entry.response.header_value("Cache-Control") or "").lower():
        return False
    varies = (entry.response.header_value("Vary") or "").lower()
    if "cookie" not in varies and "*" not in varies:
        return True
    sent = entry.response.request.header_value("Cookie") or ""
    return "*" not in varies and sent == page.context.cookie_header(entry.url)
