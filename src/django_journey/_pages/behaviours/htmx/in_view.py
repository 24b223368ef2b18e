"""``revealed`` and ``intersect``: what is certain of them without a layout, and what is left undone."""

from __future__ import annotations

from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.walk import ancestors
from django_journey._pages.behaviours.htmx.answer import swap_style
from django_journey._pages.behaviours.htmx.attributes import own
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx
from django_journey._pages.behaviours.htmx.issue import target_of
from django_journey._pages.behaviours.htmx.selectors import is_within

__all__ = ["concerns", "left_undone", "reveal"]

#: The styles of ``hx-swap`` that leave what is there.
_ADDING = ("beforebegin", "afterbegin", "beforeend", "afterend", "none")


def reveal(htmx: Htmx, el: Any, kind: str) -> str:
    """Fire ``revealed`` if that is certain; return why it is not known whether the element acts, if it is not."""
    seen = visibility_of(htmx.document)
    if kind == "revealed" and own(el, "hx-revealed") is not None:
        return ""
    if kind == "revealed" and not seen.is_open(el) and not seen.is_skipped(el):
        # The box of what is not rendered is empty, at the window's corner: htmx takes that for revealed.
        el.attrs["data-hx-revealed"] = "true"
        htmx.document.tree_changed()
        htmx.trigger(el, "revealed")
        return ""
    stated = own(el, "hx-trigger")
    return f"{show(el)} has hx-trigger={stated!r}: it acts when it is in view, which only a layout tells"


def left_undone(htmx: Htmx, unseen: dict[Any, tuple[str, str]], el: Any, *, whole: bool) -> str:
    """Return why an element may be another in a browser; see ``Interpreter.left_undone``.

    Args:
        htmx: The interpreter.
        unseen: The elements that may have acted: the kind of their trigger, and the reason.
        el: The element, or ``None``.
        whole: Whether all that is in it matters.
    """
    for each, (kind, reason) in unseen.items():
        if not is_within(htmx.document, each) or own(each, "hx-revealed") is not None:
            continue
        if kind == "intersect" and not visibility_of(htmx.document).is_open(each):
            continue  # what is not rendered intersects nothing
        target = target_of(htmx, each)
        if el is None or concerns(target, el, adds=swap_style(htmx, each).style in _ADDING, whole=whole):
            return reason
    return ""


def concerns(target: Any, el: Any, *, adds: bool, whole: bool) -> bool:
    """Tell whether a response that may have come to a target makes an element another.

    Args:
        target: Where it goes; ``None`` where that is not there.
        el: The element.
        adds: Whether it leaves what is there.
        whole: Whether all that is in the element matters.
    """
    if target is None:
        return False
    if whole and el in (target, *ancestors(target)):
        return True
    return not adds and target in (el, *ancestors(el))
