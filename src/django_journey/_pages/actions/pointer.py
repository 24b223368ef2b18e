"""Moving the pointer and the focus: hover, focus, blur."""

from __future__ import annotations

from collections.abc import Mapping

from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import ancestors, has
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["blur", "focus", "hover", "move_to"]


def move_to(
    page: PageProtocol,
    el: Element,
    call: str,
    *,
    position: Mapping[str, float] | None = None,
    force: bool = False,
) -> None:
    """Move the pointer over an element, and emit its events.

    Args:
        page: The page.
        el: The element.
        call: The call, for errors.
        position: The point in the element, in pixels; its middle if it is not given.
        force: Whether it is not checked that the pointer reaches it.

    Raises:
        TimeoutError: A script has laid something over it.
    """
    acting = page.document.behaviours
    cover = None if acting is None or force else acting.cover_of(el, position)
    if cover is not None:
        raise NotInTime(
            Explanation(
                f"Locator.{call.removesuffix('()')}: {show(cover)} intercepts pointer events",
                where=page.url,
                nearest=(show(el),),
                instead="close first what covers it, as a user would",
            )
        )
    page.document.hover(el)
    if acting is not None:
        acting.pointer_moved(el, call)


def hover(page: PageProtocol, el: Element) -> None:
    """Move the pointer over an element.

    Raises:
        NeedsBrowser: A script handles the event.
    """
    for node in (el, *ancestors(el)):
        for name in ("onmouseover", "onmouseenter", "onpointerenter", "onpointerover", "onmousemove"):
            if has(node, name):
                raise NeedsBrowser("hover()", f"{show(node)} has {name}", where=page.url)


def focus(page: PageProtocol, el: Element) -> None:
    """Focus an element, if it is focusable."""
    if has(el, "onfocus"):
        raise NeedsBrowser("focus()", f"{show(el)} has onfocus", where=page.url)
    if is_focusable(el):
        page.document.focus = el
        page.document.input_changed()


def blur(page: PageProtocol, el: Element) -> None:
    """Remove the focus from an element."""
    if has(el, "onblur"):
        raise NeedsBrowser("blur()", f"{show(el)} has onblur", where=page.url)
    if page.document.focus is el:
        page.document.focus = None
        page.document.input_changed()
