"""Which elements take the focus, and in which order the Tab key visits them."""

from __future__ import annotations

from typing import Any

from django_journey.dom.controls import is_checked, is_disabled, radio_group
from django_journey.dom.document import Document
from django_journey.dom.sanitize import input_type
from django_journey.dom.tree import has, select

__all__ = ["autofocused", "is_focusable", "is_inert", "next_in_tab_order"]

_CSS = (
    "a[href],area[href],button,input,select,textarea,summary,iframe,[tabindex],[contenteditable],audio,video"
)


def is_focusable(el: Any) -> bool:
    """Tell whether a click or a script can put the focus on the element.

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


def is_inert(el: Any) -> bool:
    """Tell whether ``inert`` keeps a user from an element; it still counts as visible."""
    return el.closest("[inert]") is not None


def is_summary_of_its_details(el: Any) -> bool:
    """Tell whether a summary is the one that opens its details."""
    parent = el.parent
    if getattr(parent, "tag", "") != "details":
        return False
    return next((child for child in parent.children if getattr(child, "tag", "") == "summary"), None) is el


def next_in_tab_order(doc: Document, el: Any, *, backwards: bool = False) -> Any:
    """Return the element that Tab (or Shift and Tab) goes to, or ``None`` at the page's end.

    Args:
        doc: The document.
        el: The element that has the focus, or ``None``.
        backwards: Whether Shift is held.

    Source: HTML Living Standard, 6.6.3 ``tabindex``: positive values first, in their order.
    """
    from django_journey.dom.visibility import is_visible

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
    if el is None or el not in ordered:
        return (ordered[-1] if backwards else ordered[0]) if ordered else None
    place = ordered.index(el) + (-1 if backwards else 1)
    return ordered[place] if 0 <= place < len(ordered) else None


def _is_group_stop(doc: Document, el: Any, current: Any) -> bool:
    """Tell whether Tab stops here: of a radio group only at the checked button, or where it already is."""
    if el is current or el.tag != "input" or input_type(el) != "radio":
        return True
    group = radio_group(doc, el)
    if current in group:
        return False
    return is_checked(doc, el) or not any(is_checked(doc, other) for other in group)


def _tabindex(el: Any) -> int | None:
    try:
        return int(el.attr("tabindex") or "")
    except ValueError:
        return None


def autofocused(doc: Document) -> Any:
    """Return the element that takes the focus when the page is loaded, or ``None``."""
    return next((el for el in select(doc, "[autofocus]") if is_focusable(el)), None)
