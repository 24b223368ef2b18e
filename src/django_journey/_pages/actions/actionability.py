"""The element that an action needs, and whether a user can act on it: Playwright's strictness and actionability.

A page without a browser does not change by itself, so nothing is waited for: the errors that Playwright raises after
its timeout are raised at once, with the nearest candidates.
"""

from __future__ import annotations

from django_journey._dom.aria import roles
from django_journey._dom.aria.tables import CHECKABLE, READONLY
from django_journey._dom.css.pseudo_classes import is_content_editable
from django_journey._dom.forms import controls
from django_journey._dom.query import query_errors
from django_journey._dom.query.element_line import show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Query
from django_journey._dom.rendering.focus import is_inert
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._pages.actions.verb_hints import suitable_call
from django_journey._pages.behaviours.fire import Patience, check_done, may_be_there
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, Explanation, NeedsBrowser, StrictModeError
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["PATIENCE", "check_actionable", "is_editable", "is_enabled", "resolve", "retarget"]

#: Milliseconds of a page's own time in which an element has to be ready, as in Playwright.
PATIENCE = 30_000.0
_CONTROLS = "a,input,textarea,button,select,[role=link],[role=button],[role=checkbox],[role=radio]"
_PRESSED = "button,[role=button],a,[role=link]"
_WRITABLE = "input,textarea,select"


def resolve(page: PageProtocol, query: Query, call: str) -> Element:
    """Return the one element that a query finds.

    Args:
        page: The page to search.
        query: What to find.
        call: The call that needs the element, e.g. ``"Locator.click"``.

    Raises:
        TimeoutError: No element is found; the error names the nearest ones.
        StrictModeError: Several elements are found; the error names a locator for each.
        NeedsBrowser: Only a browser can tell whether it is still there.
    """
    patience = Patience(page, PATIENCE)
    while not (found := find_all(page.document, query)) and patience.more():
        pass
    if patience.end():
        found = find_all(page.document, query)
    doc = page.document
    if len(found) == 1:
        check_done(page, found[0], call)
        return found[0]
    if found:
        raise StrictModeError(query_errors.ambiguous(doc, query, found, call=call, where=page.url))
    explanation = query_errors.missing(doc, query, call=call, where=page.url)
    raise NotInTime(may_be_there(page, None, explanation))


def retarget(doc: Document, el: Element) -> Element:
    """Return the control that an action on an element uses: itself, the button it is in, or its label's control."""
    if is_content_editable(el):
        return el
    if not el.matches(_WRITABLE):
        el = el.closest("button,[role=button],[role=checkbox],[role=radio]") or el
    if not el.matches(_CONTROLS):
        label = el.closest("label")
        control = controls.labelled_control(doc, label) if label is not None else None
        return control if control is not None else el
    return el


def check_actionable(
    page: PageProtocol, query: Query, el: Element, call: str, *, states: tuple[str, ...]
) -> None:
    """Check that a user can act on an element.

    Args:
        page: Its page.
        query: The query that found it.
        el: The element.
        call: The call, for the error.
        states: The required ones of ``visible``, ``enabled``, ``editable`` and ``hit`` (the pointer reaches it).

    Raises:
        TimeoutError: It is in another state, or inert.
        Error: It is not an editable kind of element.
    """
    doc = page.document
    target = retarget(doc, el)
    for state in states:
        if state == "visible" and not is_visible(doc, el):
            raise NotInTime(query_errors.not_ready(doc, query, el, "visible", call=call, where=page.url))
        if state == "enabled" and not is_enabled(doc, target):
            raise NotInTime(query_errors.not_ready(doc, query, target, "enabled", call=call, where=page.url))
        if state == "editable" and not is_editable(doc, target, call=call):
            raise NotInTime(query_errors.not_ready(doc, query, target, "editable", call=call, where=page.url))
    for reached in (target, el.closest(_PRESSED) or el) if {"enabled", "hit"} & set(states) else ():
        if is_inert(reached):
            raise NotInTime(query_errors.not_ready(doc, query, reached, "inert", call=call, where=page.url))


def is_enabled(doc: Document, el: Element) -> bool:
    """Tell whether a control is not disabled, by HTML or by ``aria-disabled``."""
    return not roles.disabled(doc, el)


def is_editable(doc: Document, el: Element, *, call: str = "") -> bool:
    """Tell whether a control is enabled and not read-only.

    Raises:
        Error: It is not an editable kind of element.
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
            where=show(el),
            instead=suitable_call(el),
        )
    )


def checked(doc: Document, el: Element, *, call: str) -> bool | str:
    """Tell whether a checkbox, radio button or switch is checked (``"mixed"`` for indeterminate).

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
                where=show(target),
                instead=suitable_call(target),
            )
        )
    state = roles.checked(doc, target)
    return "mixed" if state == "mixed" else bool(state)


def needs(call: str, reason: str) -> NeedsBrowser:
    """Return the error for a call that only a browser supports."""
    return NeedsBrowser(f"locator.{call}", reason)
