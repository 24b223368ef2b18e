"""What a user's acts tell the interpreters of a page; nothing where the page has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.snapshot import page_step
from django_journey.errors import Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = [
    "Patience",
    "acting_step",
    "check_done",
    "commit",
    "edited",
    "fire",
    "fire_changed",
    "may_be_there",
    "pass_time",
    "patiently",
    "settle",
]

_T = TypeVar("_T")

_UNHEARD = PageEvent("", None)


@contextmanager
def acting_step(page: PageProtocol, verb: str, title: str = "") -> Iterator[None]:
    """Open a step of the trace in which a test acts on a page; what falls due right after it belongs to it."""
    with page_step(page, verb, title):
        yield
        if not page.is_closed():
            settle(page, f"{verb}()")


def fire(page: PageProtocol, el: Any, kind: str, call: str, **facts: Any) -> PageEvent:
    """Tell of an event.

    Args:
        page: The page.
        el: Where it happens.
        kind: Its type.
        call: The call that causes it.
        facts: More of it; see ``PageEvent``.

    Returns:
        The event: ``prevented`` where the element's own action is not to happen.
    """
    acting = page.document.behaviours
    if acting is None:
        return _UNHEARD
    acting.focus_moved(call)
    event: PageEvent = acting.fire(PageEvent(kind, el, call, **facts))
    return event


def fire_changed(page: PageProtocol, el: Any, call: str) -> None:
    """Tell that the user has chosen something: ``input``, then ``change``."""
    if page.document.behaviours is not None:
        fire(page, el, "input", call)
        fire(page, el, "change", call)


def edited(page: PageProtocol, el: Any) -> None:
    """Tell that the user is about to change the text of a field."""
    if page.document.behaviours is not None:
        page.document.behaviours.edited(el)


def commit(page: PageProtocol, el: Any, call: str) -> None:
    """Tell that the user is done with the text of a field without leaving it, as Enter means."""
    if page.document.behaviours is not None:
        page.document.behaviours.focus_moved(call)
        page.document.behaviours.committed(el, call)


def settle(page: PageProtocol, call: str = "") -> None:
    """Do what falls due right after an act, on the document that the page shows by then."""
    acting = page.document.behaviours
    while acting is not None:
        acting.settle(call)
        shown = page.document.behaviours
        if shown is acting:
            break
        acting = shown


def pass_time(page: PageProtocol, milliseconds: float) -> None:
    """Let time pass for the page."""
    if page.document.behaviours is not None:
        page.document.behaviours.pass_time(milliseconds)


def check_done(page: PageProtocol, el: Any, call: str, *, whole: bool = False) -> None:
    """Refuse an answer that may be another in a browser; see ``Interpreter.left_undone``.

    Raises:
        NeedsBrowser: It may.
    """
    acting = page.document.behaviours
    if acting is not None and (reason := acting.left_undone(el, whole=whole)):
        raise NeedsBrowser(call, reason, where=page.url)


def may_be_there(page: PageProtocol, el: Any, explanation: Explanation) -> Explanation:
    """Add to the explanation of a failure what may be otherwise in a browser."""
    acting = None if page.is_closed() else page.document.behaviours
    reason = "" if acting is None else acting.left_undone(el, whole=True)
    if not reason:
        return explanation
    way = "if that brings it, run this story with --journey-driver=browser"
    return replace(
        explanation,
        nearest=(*explanation.nearest, reason),
        instead="\n".join(filter(None, (explanation.instead, way))),
    )


class Patience:
    """How long a test waits for what the scripts of a page may still do.

    Args:
        page: The page.
        milliseconds: How long, of the page's own time.
    """

    def __init__(self, page: PageProtocol, milliseconds: float) -> None:
        self._page = page
        self._left = milliseconds
        self._waited = False

    def more(self) -> bool:
        """Let time pass until something happens; tell whether anything did within the time that is left."""
        acting = None if self._page.is_closed() else self._page.document.behaviours
        if acting is None:
            return False
        due = acting.time.next_due()
        if due is None or due - acting.time.now > self._left:
            acting.time.now += self._left
            self._left = 0.0
            return False
        self._left -= max(0.0, due - acting.time.now)
        acting.time.run_next()
        acting.focus_moved("waiting")
        self._waited = True
        return True

    def end(self) -> bool:
        """Do what falls due right after what was waited for, such as the settling of a swap; tell whether it was."""
        if self._waited and not self._page.is_closed():
            settle(self._page, "waiting")
        return self._waited


def patiently(page: PageProtocol, milliseconds: float, attempt: Callable[[], _T]) -> _T:
    """Return what an attempt gives, made anew whenever something happens on the page while it fails.

    Raises:
        TimeoutError: It failed until the end.
    """
    patience = Patience(page, milliseconds)
    while True:
        try:
            found = attempt()
            return attempt() if patience.end() else found
        except NotInTime:
            if not patience.more():
                raise
