"""The addresses that htmx pushes and replaces, and the pages that it restores when the user goes back to one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django_journey._dom.tree.parser import copied, is_element
from django_journey._dom.tree.urls import parse_url
from django_journey._pages.behaviours.htmx.attributes import remove_class
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx
from django_journey._pages.behaviours.htmx.selectors import queried
from django_journey._pages.behaviours.htmx.swap import SwapStyle, swap
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.http.response_body import decoded_text
from django_journey._pages.navigation.history import HistoryEntry
from django_journey._pages.navigation.load import record, referrer_policy
from django_journey.errors import NeedsBrowser

__all__ = ["Saved", "restore", "save", "update"]

_CLASSES = ("addedClass", "requestClass", "settlingClass", "swappingClass")


@dataclass(slots=True)
class Saved:
    """The pages that a context's ``sessionStorage`` holds, by address; the oldest go first."""

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)


def _saved(htmx: Htmx) -> Saved:
    store: dict[Any, Saved] = htmx.page.context.htmx_history
    return store.setdefault(htmx.page, Saved())


def _element(htmx: Htmx) -> Any:
    return htmx.document.tree.select_one("[hx-history-elt], [data-hx-history-elt]") or htmx.body


def _address(htmx: Htmx) -> str:
    url = htmx.page.history.current.url
    return url.target + (f"#{url.fragment}" if url.fragment is not None else "")


def save(htmx: Htmx) -> None:
    """Store the page as it is, under its address."""
    if not htmx.config.flag("historyEnabled"):
        return
    htmx.page.history.current.state = "htmx"
    pages = _saved(htmx).pages
    address = htmx.address or _address(htmx)
    pages.pop(address, None)
    if htmx.document.tree.select_one('[hx-history="false"], [data-hx-history="false"]') is not None:
        return
    clone = copied(_element(htmx))
    for el in (clone, *queried(clone, "*")):
        for name in _CLASSES:
            if htmx.config.text(name) in (el.attr("class") or "").split():
                remove_class(el, htmx.config.text(name))
        if el.attr("data-disabled-by-htmx") is not None:
            del el.attrs["disabled"]
    title = htmx.document.tree.select_one("title")
    pages[address] = (clone.inner_html, title.text if title is not None else "")
    while len(pages) > htmx.config.number("historyCacheSize"):
        del pages[next(iter(pages))]


def update(htmx: Any, kind: str, path: str) -> None:
    """Push an address into the history, or replace the current one."""
    if not htmx.config.flag("historyEnabled"):
        return
    page = htmx.page
    current = page.history.current
    target = parse_url(path, current.url)
    if target.origin != current.url.origin:
        raise NeedsBrowser(
            htmx.call, f"the history takes no address of another site, {target}", where=page.url
        )
    entry = HistoryEntry(
        target, current.document, current.response, current.navigation, current.policy, "htmx"
    )
    if kind == "push":
        page.history.push(entry)
    else:
        page.history.replace(entry)
    current.document.set_url(str(target))
    htmx.address = _address(htmx)
    page.events.emit("framenavigated", page)


def restore(htmx: Htmx) -> bool:
    """Show what the current entry stands for, from what was stored or from the site; tell whether it is htmx's."""
    page = htmx.page
    entry = page.history.current
    if entry.state != "htmx":
        return False
    htmx.call = "go_back()"
    if htmx.config.is_1:
        raise NeedsBrowser(htmx.call, "htmx 1.9 restores a page in a way of its own", where=page.url)
    save(htmx)
    address = htmx.address = _address(htmx)
    known = _saved(htmx).pages.get(address)
    if known is not None:
        content, title = known
        _show(htmx, content, title)
        return True
    if htmx.config.flag("refreshOnHistoryMiss"):
        raise NeedsBrowser(htmx.call, "htmx loads the page anew (refreshOnHistoryMiss)", where=page.url)
    headers = [("HX-History-Restore-Request", "true"), ("HX-Current-URL", page.url)]
    if htmx.config.flag("historyRestoreAsHxRequest"):
        headers.insert(0, ("HX-Request", "true"))
    order = FetchRequest(
        entry.url.with_fragment(None),
        source=entry.url,
        policy=referrer_policy(page),
        script_headers=tuple(headers),
    )
    arrival = page.context.fetcher.follow(order, page.extra_http_headers)
    record(page, arrival)
    if arrival.raised is not None:
        raise arrival.raised
    if 200 <= arrival.response.status < 400:
        _show(htmx, decoded_text(arrival.response.raw), None)
    return True


def _show(htmx: Htmx, content: str, title: str | None) -> None:
    target = _element(htmx)
    if not is_element(target):
        return
    if title is not None:
        el = htmx.document.tree.select_one("title")
        if el is not None:
            el.set_text(title)
    style = SwapStyle("innerHTML", 0, htmx.config.number("defaultSettleDelay"))
    swap(htmx, target, content, style, around=target)
