"""Modals: opened by a toggle, closed by a button in them, by Escape, or by a click beside their dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage, Handler
from django_journey._pages.behaviours.bootstrap.elements import (
    add_class,
    has_class,
    is_within,
    remove_class,
    set_attribute,
    set_style,
)
from django_journey._pages.behaviours.bootstrap.overlay import Overlay, free_body, hold_body
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["Modal", "Modals"]

#: Milliseconds of the transitions: of the modal itself, its dialog and its backdrop.
_MODAL, _DIALOG, _BACKDROP = {3: 300, 4: 150, 5: 155}, {3: 300, 4: 300, 5: 305}, {3: 150, 4: 150, 5: 155}


class Modal(Overlay):
    """One modal.

    Args:
        engine: The interpreter.
        el: Its element.
        option: Returns an option by its name and default.
    """

    def __init__(self, engine: BootstrapPage, el: Any, option: Callable[[str, Any], Any]) -> None:
        super().__init__(engine, el, option("backdrop", True))
        self.keyboard = option("keyboard", True)
        self.takes_focus = option("focus", True) if engine.major > 3 else True
        self._is_moving = False
        #: The toggles that get the focus back after the next time that it is shown.
        self.next_toggles: list[Any] = []

    @property
    def _is_animated(self) -> bool:
        return has_class(self.el, "fade")

    def show(self) -> None:
        """Show it, after its backdrop."""
        engine = self.engine
        if self.is_shown or self._is_moving:
            return
        engine.announce(self.el, "show.bs.modal")
        self.toggles += self.next_toggles
        self.next_toggles = []
        self.is_shown = True
        self._is_moving = engine.major == 5 or (engine.major == 4 and self._is_animated)
        if engine.major == 5:
            hold_body(engine)
        body = engine.first("body")
        add_class(body, "modal-open")
        engine.overlays.append(self)
        if not self.has_backdrop:
            self._show_element()
            return
        self.lay_backdrop(body, "modal-backdrop", *(["fade"] if self._is_animated else []))
        engine.after(_BACKDROP[engine.major] if self._is_animated else 0, self._show_element)

    def _show_element(self) -> None:
        engine, el = self.engine, self.el
        set_style(el, "display", "block")
        if engine.major > 3:
            set_attribute(el, "aria-hidden", None)
            self.mark_dialog(True)
        add_class(el, engine.shown)
        if engine.major < 5 and self.takes_focus:
            self.keep_focus()
        engine.after(_DIALOG[engine.major] if self._is_animated else 0, self._shown)

    def _shown(self) -> None:
        if self.takes_focus:
            self.engine.focus(self.el)  # while what kept it before still does
            self.keep_focus()
        self._is_moving = False
        self.engine.announce(self.el, "shown.bs.modal")

    def hide(self) -> None:
        """Hide it, and then its backdrop."""
        engine = self.engine
        if not self.is_shown or self._is_moving:
            return
        engine.announce(self.el, "hide.bs.modal")
        self.is_shown = False
        self._is_moving = engine.major == 5 or (engine.major == 4 and self._is_animated)
        self.release_focus()
        remove_class(self.el, engine.shown)
        engine.after(_MODAL[engine.major] if self._is_animated else 0, self._hide_element)

    def _hide_element(self) -> None:
        engine, el = self.engine, self.el
        set_style(el, "display", "none")
        if engine.major > 3:
            set_attribute(el, "aria-hidden", True)
            self.mark_dialog(False)
        self._is_moving = False
        self.fade_backdrop()
        fades = self._is_animated and self.backdrop is not None
        engine.after(_BACKDROP[engine.major] if fades else 0, self._hidden)

    def _hidden(self) -> None:
        engine = self.engine
        self.remove_backdrop()
        remove_class(engine.first("body"), "modal-open")
        if engine.major == 5:
            free_body(engine)
        self.closed("hidden.bs.modal")

    def escape(self, event: PageEvent) -> None:
        """Answer the Escape key."""
        if not self.is_shown:
            return
        if self.keyboard:
            event.prevented = event.prevented or self.engine.major == 4
            self.hide()
        elif self.engine.major > 3:
            self.stay()

    def stay(self) -> None:
        """Do what a modal does that is not to be closed in that way."""
        self.engine.announce(self.el, "hidePrevented.bs.modal")
        self.engine.focus(self.el)


class Modals:
    """The modals of a document.

    Args:
        engine: The interpreter.
    """

    def __init__(self, engine: BootstrapPage) -> None:
        self._engine = engine
        self._made: dict[Any, Modal] = {}
        self.delegated: list[tuple[str, Handler]] = [(f'[{engine.prefix}toggle="modal"]', self._toggle)]
        if engine.major == 5:
            self.delegated.append(('[data-bs-dismiss="modal"]', self._dismiss))

    def _toggle(self, toggle: Any, event: PageEvent) -> None:
        engine = self._engine
        if toggle.tag in ("a", "area"):
            event.prevented = True
        if engine.major == 3:
            href = toggle.attr("href") or ""
            if href and "#" not in href:
                raise NeedsBrowser(
                    event.call, f"{show(toggle)} loads {href} into a modal", where=engine.page.url
                )
        target = engine.target_of(toggle)
        if target is None:
            return
        if engine.major == 5:
            modal = self._get(target)
            modal.next_toggles.append(toggle)
            opened = engine.first(".modal.show")
            if opened is not None:
                if opened not in self._made:
                    return  # it was not opened by Bootstrap, whose script fails here
                self._made[opened].hide()
            modal.toggle()
            return
        is_new = target not in self._made
        modal = self._get(target, toggle)
        modal.next_toggles.append(toggle)
        if not is_new or engine.option(toggle, "show", engine.option(target, "show", True)):
            modal.toggle()

    def _dismiss(self, button: Any, event: PageEvent) -> None:
        if (target := self._engine.dismissed(button, event, ".modal")) is not None:
            self._get(target).hide()

    def own_click(self, node: Any, event: PageEvent) -> None:
        """Answer a click that has bubbled to an element, if that is an open modal."""
        modal = self._made.get(node)
        if modal is None or not modal.is_shown:
            return
        if self._engine.major < 5:
            button = event.target.closest('[data-dismiss="modal"]')
            if button is not None and is_within(button, node):
                event.heard = event.prevented = True
                modal.hide()
                return
        if event.target is node and modal.has_backdrop:
            event.heard = True
            if modal.has_backdrop == "static":
                modal.stay()
            else:
                modal.hide()

    def _get(self, el: Any, toggle: Any = None) -> Modal:
        engine = self._engine

        def option(name: str, default: Any) -> Any:
            stated = engine.option(el, name, default)
            return stated if toggle is None else engine.option(toggle, name, stated)

        if el not in self._made:
            self._made[el] = Modal(engine, el, option)
        return self._made[el]
