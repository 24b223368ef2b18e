"""What lies over the page: a modal or an offcanvas, its backdrop, the focus that it keeps, and the body's scrollbar."""

from __future__ import annotations

from typing import Any

from django_journey._dom.rendering.visibility import is_visible
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    is_switched_off,
    remove_class,
    set_attribute,
    set_style,
    style,
)
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Overlay", "focusables", "free_body", "hold_body"]

_FOCUSABLE = (
    "a",
    "button",
    "input",
    "textarea",
    "select",
    "details",
    "[tabindex]",
    '[contenteditable="true"]',
)


class Overlay:
    """Something that lies over the page while it is open.

    Args:
        engine: The interpreter.
        el: Its element.
        backdrop: Whether it has a backdrop; ``static`` for one that does not close it.
    """

    #: Whether it leaves a part of its backdrop free.
    is_beside = False

    def __init__(self, engine: BootstrapPage, el: Any, backdrop: Any) -> None:
        self.engine = engine
        self.el = el
        self.has_backdrop = backdrop
        self.backdrop: Any = None
        self.is_shown = False
        self._keeps_focus = False
        #: The toggles that get the focus back.
        self.toggles: list[Any] = []

    @property
    def covers(self) -> bool:
        """Whether the pointer reaches nothing but it."""
        return True

    def toggle(self) -> None:
        """Show or hide it."""
        self.hide() if self.is_shown else self.show()

    def show(self) -> None:
        """Show it."""
        raise NotImplementedError

    def hide(self) -> None:
        """Hide it."""
        raise NotImplementedError

    def escape(self, event: PageEvent) -> None:
        """Answer the Escape key."""

    def mark_dialog(self, is_one: bool) -> None:
        """Let its element be a dialog, or no longer."""
        set_attribute(self.el, "aria-modal", True if is_one else None)
        set_attribute(self.el, "role", "dialog" if is_one else None)

    def closed(self, event: str) -> None:
        """Announce that it is closed, and give its toggles the focus back."""
        engine = self.engine
        if self in engine.overlays:
            engine.overlays.remove(self)
        engine.announce(self.el, event)
        toggles, self.toggles = self.toggles, []
        for toggle in toggles:
            engine.restore_focus(toggle)

    def lay_backdrop(self, parent: Any, *classes: str) -> None:
        """Put the backdrop at the end of an element."""
        markup = f'<div class="{" ".join(classes)} {self.engine.shown}"></div>'
        parent.insert_adjacent_html("beforeend", markup)
        self.backdrop = parent.children[-1]
        self.engine.document.tree_changed()

    def fade_backdrop(self) -> None:
        """Let the backdrop begin to disappear."""
        if self.backdrop is not None:
            remove_class(self.backdrop, self.engine.shown)

    def remove_backdrop(self) -> None:
        """Take the backdrop away."""
        if self.backdrop is not None:
            self.engine.remove(self.backdrop)
            self.backdrop = None

    def keep_focus(self) -> None:
        """Keep the focus in it from now on."""
        if not self._keeps_focus or self.engine.major < 5:
            self._keeps_focus, self.engine.trap = True, self

    def release_focus(self) -> None:
        """Let the focus go elsewhere; Bootstrap 5 then lets it go from any other overlay, too."""
        if self._keeps_focus or self.engine.major < 5:
            self._keeps_focus, self.engine.trap = False, None


def focusables(engine: BootstrapPage, el: Any) -> list[Any]:
    """Return what in an element may get the focus by the Tab key, as Bootstrap 5 looks for it."""
    css = ",".join(f'{each}:not([tabindex^="-"])' for each in _FOCUSABLE)
    engine.document.tree_changed()
    return [
        each
        for each in engine.select(css, el)
        if not is_switched_off(each) and is_visible(engine.document, each)
    ]


def hold_body(engine: BootstrapPage) -> None:
    """Keep the body from scrolling, as Bootstrap 5 does it, on a screen whose scrollbars take no room."""
    body = engine.first("body")
    for name, value in (("overflow", "hidden"), ("padding-right", style(body, "padding-right") or "0px")):
        if before := style(body, name):
            set_attribute(body, f"data-bs-{name}", before)
        set_style(body, name, value)


def free_body(engine: BootstrapPage) -> None:
    """Let the body scroll again."""
    body = engine.first("body")
    for name in ("overflow", "padding-right"):
        set_style(body, name, body.attr(f"data-bs-{name}") or "")
        set_attribute(body, f"data-bs-{name}", None)
