"""Which element an action is meant for, and whether a user could act on it: Playwright's strictness and checks.

A browserless page does not change by itself, so what does not fit now never will: nothing is waited for, and
the errors that Playwright raises after its timeout are raised at once, with what came nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django_journey.dom import controls, near_miss, roles
from django_journey.dom.aria import CHECKABLE, READONLY
from django_journey.dom.document import Document
from django_journey.dom.find import find_all
from django_journey.dom.focus import is_inert
from django_journey.dom.pseudo_classes import is_content_editable
from django_journey.dom.queries import Query
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, Explanation, NeedsBrowser, StrictModeError
from django_journey.errors import TimeoutError as NotInTime
from django_journey.pages.meant_for import meant_for
from django_journey.trace import recorder

__all__ = ["PageLike", "check_actionable", "is_editable", "is_enabled", "look_at", "resolve", "retarget"]

_CONTROLS = "a,input,textarea,button,select,[role=link],[role=button],[role=checkbox],[role=radio]"
_PRESSED = "button,[role=button],a,[role=link]"
_WRITABLE = "input,textarea,select"


class PageLike(Protocol):
    """What a locator needs of a page."""

    @property
    def document(self) -> Document:
        """The page that is shown now."""

    @property
    def url(self) -> str:
        """Its address."""


def look_at(page: Any) -> Callable[[], recorder.Page | None]:
    """Return what gives a step the page as it looks when the step ends; nothing where the page was closed."""

    def look() -> recorder.Page | None:
        try:
            seen: recorder.Page = page.look()
        except Error:
            return None
        return seen

    return look


def resolve(page: PageLike, query: Query, call: str) -> Any:
    """Return the one element that a query finds.

    Args:
        page: The page to look on.
        query: What is sought.
        call: The call that needs it, e.g. ``"Locator.click"``.

    Raises:
        TimeoutError: Nothing fits; the error tells what came nearest.
        StrictModeError: Several elements fit; the error tells how to tell them apart.
    """
    doc = page.document
    found = find_all(doc, query)
    if len(found) == 1:
        return found[0]
    if found:
        raise StrictModeError(near_miss.ambiguous(doc, query, found, call=call, where=page.url))
    raise NotInTime(near_miss.missing(doc, query, call=call, where=page.url))


def retarget(doc: Document, el: Any) -> Any:
    """Return the control that an element stands for: itself, the button it is in, or its label's control."""
    if is_content_editable(el):
        return el
    if not el.matches(_WRITABLE):
        el = el.closest("button,[role=button],[role=checkbox],[role=radio]") or el
    if not el.matches(_CONTROLS):
        label = el.closest("label")
        control = controls.labelled_control(doc, label) if label is not None else None
        return control if control is not None else el
    return el


def check_actionable(page: PageLike, query: Query, el: Any, call: str, *, states: tuple[str, ...]) -> None:
    """Check that a user could act on an element.

    Args:
        page: Its page.
        query: How it was found.
        el: The element.
        call: The call, for the error.
        states: Those of ``visible``, ``enabled``, ``editable`` and ``hit`` (the pointer meets it) that are needed.

    Raises:
        TimeoutError: It is in another state, or inert, and will stay so.
        Error: It is nothing that could be edited.
    """
    doc = page.document
    target = retarget(doc, el)
    for state in states:
        if state == "visible" and not is_visible(doc, el):
            raise NotInTime(near_miss.not_ready(doc, query, el, "visible", call=call, where=page.url))
        if state == "enabled" and not is_enabled(doc, target):
            raise NotInTime(near_miss.not_ready(doc, query, target, "enabled", call=call, where=page.url))
        if state == "editable" and not is_editable(doc, target, call=call):
            raise NotInTime(near_miss.not_ready(doc, query, target, "editable", call=call, where=page.url))
    for meant in (target, el.closest(_PRESSED) or el) if {"enabled", "hit"} & set(states) else ():
        if is_inert(meant):
            raise NotInTime(near_miss.not_ready(doc, query, meant, "inert", call=call, where=page.url))


def is_enabled(doc: Document, el: Any) -> bool:
    """Tell whether a control is neither disabled by HTML nor by ``aria-disabled``."""
    return not roles.disabled(doc, el)


def is_editable(doc: Document, el: Any, *, call: str = "") -> bool:
    """Tell whether a control can be written into: enabled and not read-only.

    Raises:
        Error: It is no control that could be written into.
    """
    if not is_enabled(doc, el):
        return False
    if el.matches("input,textarea,select"):
        return el.attr("readonly") is None
    if is_content_editable(el):
        return True
    if roles.role_of(doc, el) in READONLY:
        return (el.attr("aria-readonly") or "").lower() != "true"
    raise Error(
        Explanation(
            f"{call}: Element is not an <input>, <textarea>, <select> or [contenteditable] and does not have a "
            "role allowing [aria-readonly]",
            where=near_miss.show(el),
            instead=meant_for(el),
        )
    )


def checked(doc: Document, el: Any, *, call: str) -> bool | str:
    """Tell whether a checkbox, radio button or switch is checked (``"mixed"`` for neither).

    Raises:
        Error: It is none of them.
    """
    target = retarget(doc, el)
    if target.tag == "input" and (target.attr("type") or "").lower() in ("checkbox", "radio"):
        return controls.is_checked(doc, target)
    if roles.role_of(doc, target) not in CHECKABLE:
        raise Error(
            Explanation(
                f"{call}: Not a checkbox or radio button",
                where=near_miss.show(target),
                instead=meant_for(target),
            )
        )
    state = roles.checked(doc, target)
    return "mixed" if state == "mixed" else bool(state)


def needs(call: str, reason: str) -> NeedsBrowser:
    """Return the error for what only a browser can do."""
    return NeedsBrowser(f"locator.{call}", reason)


show = near_miss.show
