"""Offcanvas of Bootstrap 5: a panel that slides in at an edge of the page."""

from __future__ import annotations

from typing import Any

from django_journey._pages.behaviours.bootstrap.core import BootstrapPage
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    is_switched_off,
    remove_class,
)
from django_journey._pages.behaviours.bootstrap.overlay import Overlay, free_body, hold_body
from django_journey._pages.behaviours.page_event import PageEvent

__all__ = ["Offcanvas", "Offcanvases"]

_SLIDE, _FADE = 305, 155


class Offcanvas(Overlay):
    """One offcanvas.

    Args:
        engine: The interpreter.
        el: Its element.
    """

    is_beside = True

    def __init__(self, engine: BootstrapPage, el: Any) -> None:
        super().__init__(engine, el, engine.option(el, "backdrop", True))
        self._keyboard = engine.option(el, "keyboard", True)
        self._scrolls = engine.option(el, "scroll", False)

    @property
    def covers(self) -> bool:
        """Whether the pointer reaches nothing but it."""
        return bool(self.has_backdrop)

    def show(self) -> None:
        """Show it."""
        engine, el = self.engine, self.el
        if self.is_shown:
            return
        engine.announce(el, "show.bs.offcanvas")
        self.is_shown = True
        engine.overlays.append(self)
        if self.has_backdrop:
            self.remove_backdrop()
            self.lay_backdrop(el.parent, "offcanvas-backdrop", "fade")
        if not self._scrolls:
            hold_body(engine)
        self.mark_dialog(True)
        add_class(el, "showing")
        engine.after(_SLIDE, self._shown)

    def _shown(self) -> None:
        engine, el = self.engine, self.el
        if not self._scrolls or self.has_backdrop:
            engine.focus(el)  # while what kept it before still does
            self.keep_focus()
        add_class(el, "show")
        remove_class(el, "showing")
        engine.announce(el, "shown.bs.offcanvas")

    def hide(self) -> None:
        """Hide it."""
        engine, el = self.engine, self.el
        if not self.is_shown:
            return
        engine.announce(el, "hide.bs.offcanvas")
        self.release_focus()
        engine.blur(el)
        self.is_shown = False
        add_class(el, "hiding")
        if self.backdrop is not None:
            self.fade_backdrop()
            engine.after(_FADE, self.remove_backdrop)
        engine.after(_SLIDE, self._hidden)

    def _hidden(self) -> None:
        engine, el = self.engine, self.el
        remove_class(el, "show", "hiding")
        self.mark_dialog(False)
        if not self._scrolls:
            free_body(engine)
        self.closed("hidden.bs.offcanvas")

    def escape(self, event: PageEvent) -> None:
        """Answer the Escape key."""
        if self._keyboard:
            self.hide()
        else:
            self.engine.announce(self.el, "hidePrevented.bs.offcanvas")


class Offcanvases:
    """The offcanvases of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        self._made: dict[Any, Offcanvas] = {}
        self.delegated = (
            [('[data-bs-toggle="offcanvas"]', self._toggle), ('[data-bs-dismiss="offcanvas"]', self._dismiss)]
            if engine.major == 5
            else []
        )

    def start(self) -> None:
        """Show those that the page has open."""
        for el in self._engine.select(".offcanvas.show") if self._engine.major == 5 else ():
            self._get(el).show()

    def _toggle(self, toggle: Any, event: PageEvent) -> None:
        if toggle.tag in ("a", "area"):
            event.prevented = True
        target = self._engine.target_of(toggle)
        if is_switched_off(toggle) or target is None:
            return
        self._get(target).toggles.append(toggle)
        opened = self._engine.first(".offcanvas.show")
        if opened is not None and opened is not target:
            self._get(opened).hide()
        self._get(target).toggle()

    def _dismiss(self, button: Any, event: PageEvent) -> None:
        if (target := self._engine.dismissed(button, event, ".offcanvas")) is not None:
            self._get(target).hide()

    def mousedown(self, event: PageEvent) -> None:
        """Answer a press on a backdrop."""
        for each in self._made.values():
            if each.backdrop is not None and each.backdrop is event.target:
                event.heard = True
                if each.has_backdrop == "static":
                    self._engine.announce(each.el, "hidePrevented.bs.offcanvas")
                else:
                    each.hide()

    def _get(self, el: Any) -> Offcanvas:
        if el not in self._made:
            self._made[el] = Offcanvas(self._engine, el)
        return self._made[el]
