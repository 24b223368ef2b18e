"""Which requests may go at once, which wait, and which are dropped: ``hx-sync`` and the queue of an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._pages.behaviours.htmx.attributes import holder, inherited
from django_journey._pages.behaviours.htmx.engine_protocol import Flight, Htmx, State
from django_journey._pages.behaviours.htmx.selectors import find_one
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["abort", "admitted", "release"]


def admitted(htmx: Htmx, el: Any, event: PageEvent | None, again: Callable[[], None]) -> Any:
    """Return the element that requests are counted at, or ``None`` where this one waits or is dropped."""
    keeper, strategy, abortable = el, "", False
    stated = inherited(htmx.config, el, "hx-sync")
    if stated is not None:
        selector, _, strategy = (part.strip() for part in stated.partition(":"))
        strategy = strategy or "drop"
        keeper = (
            holder(htmx.config, el, "hx-sync")
            if selector == "this"
            else find_one(htmx.document, el, selector, whole=htmx.config.is_1)
        )
        if keeper is None:
            if event is None:
                reason = (
                    f"{show(el)} has hx-sync={stated!r}, which finds nothing, at which htmx stops starting"
                )
                raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
            return None  # an error in htmx ends what the event set going
        busy = htmx.state(keeper)
        if strategy == "drop" and busy.flight is not None and not busy.abortable:
            return None
        if strategy == "abort":
            if busy.flight is not None:
                return None
            abortable = True
        elif strategy == "replace":
            abort(htmx, keeper)
        queue = strategy.partition(" ")[2].strip() or "last" if strategy.startswith("queue") else ""
    else:
        queue = ""
    state = htmx.state(keeper)
    if state.flight is not None:
        if state.abortable:
            abort(htmx, keeper)
        else:
            _wait(htmx, state, el, event, queue, again)
            return None
    state.abortable = abortable
    state.flight = Flight(lambda: None)
    return keeper


def _wait(
    htmx: Htmx, state: State, el: Any, event: PageEvent | None, queue: str, again: Callable[[], None]
) -> None:
    queue = queue or (event.queue if event is not None else "") or "last"
    if queue == "first":
        if not state.queue:
            state.queue.append(again)
    elif queue == "all":
        state.queue.append(again)
    elif queue == "last":
        state.queue[:] = [again]


def abort(htmx: Htmx, keeper: Any) -> None:
    state = htmx.state(keeper)
    if state.flight is not None:
        flight = state.flight
        flight.is_aborted = True
        flight.abandon()


def release(htmx: Htmx, keeper: Any) -> None:
    state = htmx.state(keeper)
    state.flight, state.abortable = None, False
    if state.queue:
        state.queue.pop(0)()
