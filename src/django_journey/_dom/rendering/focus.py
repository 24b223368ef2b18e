"""Focusable elements and the tab order."""

from __future__ import annotations

from django_journey._dom.forms.controls import is_checked, is_disabled, radio_group
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, parent_element
from django_journey._dom.tree.walk import child_of, has, select

__all__ = ["autofocused", "is_focusable", "is_inert", "next_in_tab_order"]

_CSS = (
    "a[href],area[href],button,input,select,textarea,summary,iframe,[tabindex],[contenteditable],audio,video"
)


def is_focusable(el: Element) -> bool:
    """Return whether a click or a script can focus an element.

    Source: HTML Living Standard, 6.6.2 and 6.6.3.
    """
    if is_inert(el):
        return False
    if _tabindex(el) is not None:
        return not is_disabled(el)
    if el.tag in ("button", "select", "textarea"):
        return not is_disabled(el)
    if el.tag == "input":
        return input_type(el) != "hidden" and not is_disabled(el)
    if el.tag in ("a", "area"):
        return has(el, "href")
    if el.tag == "summary":
        return is_summary_of_its_details(el)
    return el.tag == "iframe" or (el.attr("contenteditable") or "x").lower() in ("", "true", "plaintext-only")


def is_inert(el: Element) -> bool:
    """Return whether an element is inert; it may be visible nevertheless."""
    return el.closest("[inert]") is not None


def is_summary_of_its_details(el: Element) -> bool:
    """Return whether an element is the summary of its parent details."""
    parent = parent_element(el)
    return parent is not None and parent.tag == "details" and child_of(parent, "summary") is el


def next_in_tab_order(doc: Document, el: Element, *, backwards: bool = False) -> Element | None:
    """Return the element that Tab (or Shift+Tab) focuses, or ``None`` at the end of the page.

    Args:
        doc: The document.
        el: The focused element, or the one from which to go on; ``None`` for the page's beginning or end.
        backwards: Whether Shift is held.

    Source: HTML Living Standard, 6.6.3 ``tabindex``: positive values first, in their order.
    """
    from django_journey._dom.rendering.visibility import is_visible

    reachable = [
        each
        for each in select(doc, _CSS)
        if is_focusable(each)
        and (_tabindex(each) or 0) >= 0
        and _is_group_stop(doc, each, el)
        and is_visible(doc, each)
    ]
    ordered = sorted((each for each in reachable if _tabindex(each)), key=lambda each: _tabindex(each) or 0)
    ordered += [each for each in reachable if not _tabindex(each)]
    if el is None or el.tag in ("html", "body"):
        return (ordered[-1] if backwards else ordered[0]) if ordered else None
    if el not in ordered:
        order = {each: place for place, each in enumerate(select(doc, "*"))}
        reachable = [each for each in reachable if (order[each] < order[el]) == backwards]
        return (reachable[-1] if backwards else reachable[0]) if reachable else None
    place = ordered.index(el) + (-1 if backwards else 1)
    return ordered[place] if 0 <= place < len(ordered) else None


def _is_group_stop(doc: Document, el: Element, current: Element | None) -> bool:
    """Return whether Tab stops at an element; in a radio group, only at the checked or the focused button."""
    if el is current or el.tag != "input" or input_type(el) != "radio":
        return True
    group = radio_group(doc, el)
    if current in group:
        return False
    return is_checked(doc, el) or not any(is_checked(doc, other) for other in group)


def _tabindex(el: Element) -> int | None:
    try:
        return int(el.attr("tabindex") or "")
    except ValueError:
        return None


def autofocused(doc: Document) -> Element | None:
    """Return the element focused by ``autofocus`` on load, or ``None``."""
    return next((el for el in select(doc, "[autofocus]") if is_focusable(el)), None)
