"""A request under way: what shows that it is, when its answer comes, and what follows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.walk import ancestors, has
from django_journey._pages.behaviours.htmx.answer import HtmxRequest, NoTarget, handle, tell_dependents
from django_journey._pages.behaviours.htmx.attributes import (
    add_class,
    has_own,
    holder,
    inherited,
    remove_class,
)
from django_journey._pages.behaviours.htmx.engine_protocol import Flight, Htmx, State
from django_journey._pages.behaviours.htmx.queueing import release
from django_journey._pages.behaviours.htmx.selectors import find_all, is_within
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.http.fetch import FetchRequest, NavigationResult
from django_journey._pages.navigation.load import record
from django_journey._trace.record.recorder import current, note
from django_journey.errors import NeedsBrowser

__all__ = ["fly", "hide_indicators", "named"]

_WORDS = ("closest ", "find ", "next", "previous")
_INHERITS = re.compile(r"(?:^|,)\s*inherit\s*(?:$|,)")


def named(htmx: Htmx, el: Any, name: str) -> list[Any]:
    """Return the elements that an attribute names, e.g. ``hx-include``."""
    stated = inherited(htmx.config, el, name)
    if stated is None:
        return []
    if stated == "this":
        found = holder(htmx.config, el, name)
        return [found] if found is not None else []
    found_there = [
        each
        for each in find_all(htmx.document, el, stated, whole=htmx.config.is_1)
        if not isinstance(each, str)
    ]
    if htmx.config.is_1:
        if not found_there and stated.startswith(_WORDS):
            reason = f"{show(el)} has {name}={stated!r}, which finds nothing, at which htmx stops"
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        return found_there
    if _INHERITS.search(stated):
        outer = next((node for node in ancestors(el) if has_own(node, name)), None)
        found_there += named(htmx, outer, name) if outer is not None else []
    return found_there


def hide_indicators(htmx: Any, markup: str) -> bool:
    """Add htmx's style sheet for indicators where markup has any; tell whether it needs no more looking for them."""
    config = htmx.config
    if config.flag("includeIndicatorStyles") and (shown := config.text("indicatorClass")) in markup:
        asking = config.text("requestClass")
        style = f".{shown}{{visibility:hidden}}.{asking} .{shown},.{asking}.{shown}{{visibility:visible}}"
        htmx.document.tree.select_one("head").insert_adjacent_html("beforeend", f"<style>{style}</style>")
        htmx.document.tree_changed()
        return True
    return not config.flag("includeIndicatorStyles")


def fly(htmx: Htmx, order: FetchRequest, asked: HtmxRequest, keeper: Any, event: PageEvent | None) -> None:
    """Send the request; its answer comes when what the user does now is done."""
    page, el = htmx.page, asked.el
    if current() is not None:
        note(
            "htmx",
            f"{order.method} {order.url.target} from {show(el)}",
            trigger=event.kind if event is not None else "load",
            target=show(asked.target),
            swap=inherited(htmx.config, el, "hx-swap") or "",
        )
    waiting = _mark_waiting(htmx, el)
    arrival = page.context.fetcher.follow(order, page.extra_http_headers)
    flight = Flight(lambda: None)
    state = htmx.state(keeper)
    state.flight = flight

    def done() -> None:
        waiting()
        release(htmx, keeper)

    def land() -> None:
        if not flight.is_aborted:
            _land(htmx, asked, arrival, order, waiting)
            release(htmx, keeper)

    flight.abandon = done
    htmx.trigger(el, "htmx:beforeRequest")
    htmx.trigger(el, "htmx:beforeSend")
    htmx.behaviours.time.after(0, land)


def _land(
    htmx: Htmx,
    asked: HtmxRequest,
    arrival: NavigationResult,
    order: FetchRequest,
    waiting: Callable[[], None],
) -> None:
    el = asked.el
    record(htmx.page, arrival)
    if arrival.raised is not None:
        raise arrival.raised
    if arrival.url.origin != order.url.origin:
        reason = f"htmx is led to another site, {arrival.url.origin}"
        raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
    htmx.trigger(el, "htmx:beforeOnLoad")
    tell_dependents(htmx, asked)
    around = [el, *ancestors(el)]
    try:
        handle(htmx, asked, arrival)
    except NoTarget:
        return  # what shows that the request is under way goes on showing it
    waiting()
    shown = next((node for node in around if is_within(htmx.document, node)), None)
    if shown is not None:
        facts = {"successful": asked.successful, "failed": asked.failed, "elt": el, "target": asked.target}
        htmx.trigger(shown, "htmx:afterRequest", **facts)
        htmx.trigger(shown, "htmx:afterOnLoad", **facts)


def _mark_waiting(htmx: Htmx, el: Any) -> Callable[[], None]:
    """Mark the indicators and disable elements during the request; return a function that undoes it."""
    name, is_1 = htmx.config.text("requestClass"), htmx.config.is_1
    is_stated = inherited(htmx.config, el, "hx-indicator") is not None
    indicators = named(htmx, el, "hx-indicator") if is_stated else [el]
    disabled = named(htmx, el, "hx-disabled-elt")
    counter = "requests" if is_1 else "disabled_by"  # htmx 1.9 counts both in one place
    for each in indicators:
        _counted(htmx.state(each), "requests", 1)
        add_class(each, name)
    for each in disabled:
        _counted(htmx.state(each), counter, 1)
        if is_1:
            each.attrs["disabled"] = ""
        elif not has(each, "disabled"):
            each.attrs["disabled"] = each.attrs["data-disabled-by-htmx"] = ""
    htmx.document.tree_changed()
    is_marked = [True]

    def undo() -> None:
        if not is_marked[0]:
            return
        is_marked[0] = False
        for each in indicators:
            left = _counted(htmx.state(each), "requests", -1)
            if left == 0 or (left < 0 and not is_1):
                remove_class(each, name, leaves_attribute=is_1)
        for each in disabled:
            left = _counted(htmx.state(each), counter, -1)
            if left == 0 if is_1 else left <= 0 and has(each, "data-disabled-by-htmx"):
                for attribute in ("disabled", "data-disabled-by-htmx"):
                    each.attrs.pop(attribute, None)
        htmx.document.tree_changed()

    return undo


def _counted(state: State, counter: str, change: int) -> int:
    """Change a count of requests, and return it."""
    count: int = getattr(state, counter) + change
    setattr(state, counter, count)
    return count
