"""Bootstrap on one document: its delegated listeners, the order of its transitions, focus and what covers the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django_journey._dom.query.element_line import show
from django_journey._pages.behaviours.behaviours import Behaviours
from django_journey._pages.behaviours.bootstrap.alert import Alerts, Toasts
from django_journey._pages.behaviours.bootstrap.button import Buttons
from django_journey._pages.behaviours.bootstrap.collapse import Collapses
from django_journey._pages.behaviours.bootstrap.core import BootstrapPage, Handler
from django_journey._pages.behaviours.bootstrap.dropdown import Dropdowns
from django_journey._pages.behaviours.bootstrap.elements import is_within, up
from django_journey._pages.behaviours.bootstrap.modal import Modals
from django_journey._pages.behaviours.bootstrap.offcanvas import Offcanvases
from django_journey._pages.behaviours.bootstrap.overlay import focusables
from django_journey._pages.behaviours.bootstrap.scripts import BootstrapScripts
from django_journey._pages.behaviours.bootstrap.scrollspy import Scrollspies
from django_journey._pages.behaviours.bootstrap.tab import Tabs
from django_journey._pages.behaviours.page_event import CAPTURE, DOCUMENT, PageEvent
from django_journey._pages.navigation.scripts import listening_script
from django_journey.errors import NeedsBrowser

__all__ = ["BootstrapEngine"]

#: The components that attributes name, by the major version of Bootstrap.
_TOGGLES = {
    3: {"modal", "collapse", "dropdown", "tab", "pill", "button", "buttons", "tooltip", "popover"},
    4: {"modal", "collapse", "dropdown", "tab", "pill", "list", "button", "buttons", "tooltip", "popover"},
    5: {"modal", "collapse", "dropdown", "tab", "pill", "list", "button", "offcanvas", "tooltip", "popover"},
}
_DISMISSED = {3: {"modal", "alert"}, 4: {"modal", "alert"}, 5: {"modal", "alert", "offcanvas", "toast"}}
#: What lies above a modal.
_ABOVE = ".toast-container, .toast, .tooltip, .popover"
#: A point nearer to the corner than this is in the margin around a modal's dialog.
_MARGIN = 8


class _Kind(Protocol):
    """The components of one kind: what its listeners on the document do."""

    @property
    def delegated(self) -> list[tuple[str, Handler]]:
        """The selectors of what it listens to for clicks, each with what it does."""


class BootstrapEngine(BootstrapPage):
    """Bootstrap at work on one document.

    Args:
        behaviours: The document's behaviours.
        loaded: What the page loads.
    """

    def __init__(self, behaviours: Behaviours, loaded: BootstrapScripts) -> None:
        super().__init__(behaviours, loaded)
        self.modals, self.dropdowns, self.tabs = Modals(self), Dropdowns(self), Tabs(self)
        self.offcanvases, self._buttons, self._spies = Offcanvases(self), Buttons(self), Scrollspies(self)
        # In the order in which Bootstrap's own script listens.
        self._kinds: list[_Kind] = [Alerts(self), self._buttons, Collapses(self), self.dropdowns, self.modals]
        self._kinds += [self.offcanvases, self.tabs, Toasts(self), self._spies]

    def start(self) -> None:
        """Listen, and do what Bootstrap does when the page has loaded."""
        # Bootstrap 5 listens while events are captured, jQuery where they have bubbled to.
        first = CAPTURE if self.major == 5 else DOCUMENT
        self._listen(first, "click", self._clicked)
        self._listen(first, "keydown", self.dropdowns.keydown)
        self._listen(DOCUMENT, "keydown", self._keydown)
        if self.major == 5:
            self._listen(DOCUMENT, "click", self._click_bubbled)
        if self.major > 3:
            self._listen(DOCUMENT, "keyup", self.dropdowns.clear)
        self._listen(DOCUMENT, "mousedown", self.offcanvases.mousedown)
        self._listen(DOCUMENT, "focusin", self._focusin)
        self._listen(DOCUMENT, "focusout", self._buttons.focus_moved)
        self._buttons.start()
        self.tabs.start()
        self.offcanvases.start()
        self._spies.start()
        self.end_transitions()

    def knows(self, el: Any, name: str) -> bool:
        """Tell whether this version does something for the attribute, or nothing where no other script is there."""
        known = {f"{self.prefix}toggle": _TOGGLES, f"{self.prefix}dismiss": _DISMISSED}.get(name)
        if known is not None and el.attr(name) in known[self.major]:
            return True
        return "slide" not in name and listening_script(self.document) is None

    def cover_of(self, el: Any, position: Mapping[str, float] | None) -> Any:
        """Return the open modal or backdrop that lies over an element."""
        top = next((each for each in reversed(self.overlays) if each.covers), None)
        if top is None or (el is not top.el and is_within(el, top.el)) or el.closest(_ABOVE) is not None:
            return None
        corner = position is not None and position["x"] < _MARGIN and position["y"] < _MARGIN
        if el is top.backdrop and top.is_beside:
            return None
        if is_within(top.el, el) and not (corner and el is top.el) and not top.is_beside:
            reason = (
                f"where in {show(el)} a click hits depends on the layout; click(position={{'x': 2, 'y': 2}}) on the "
                "modal hits beside its dialog"
            )
            raise NeedsBrowser("click()", reason, where=self.page.url)
        return None if el is top.el else top.backdrop if top.is_beside else top.el

    def _listen(self, where: str, kind: str, listener: Callable[[PageEvent], None]) -> None:
        def hear(event: PageEvent) -> None:
            before, event.heard = event.heard, False
            self.call = event.call
            listener(event)
            if event.heard:
                self.changed()
            event.heard = event.heard or before

        self.behaviours.listen(where, kind, hear, quietly=True)

    def _clicked(self, event: PageEvent) -> None:
        path = list(up(event.target))
        handlers = [each for kind in self._kinds for each in kind.delegated]
        if self.major == 5:
            for selector, act in handlers:
                node = next((each for each in path if each.matches(selector)), None)
                if node is not None:
                    event.heard = True
                    act(node, event)
            return
        for node in path:
            self.modals.own_click(node, event)
            self.dropdowns.own_click(node, event)
            if event.stopped:
                return
        for node in path:
            for selector, act in handlers:
                if node.matches(selector):
                    event.heard = True
                    act(node, event)
            if event.stopped:
                return
        self.dropdowns.clear(event)

    def _click_bubbled(self, event: PageEvent) -> None:
        for node in up(event.target):
            self.modals.own_click(node, event)
        self.dropdowns.clear(event)

    def _keydown(self, event: PageEvent) -> None:
        if event.key == "Tab":
            self.backwards = "Shift" in event.held
        for node in up(event.target):
            if not event.stopped:
                self.tabs.keydown(node, event)
            if not event.stopped and event.key == "Escape":
                for overlay in tuple(self.overlays):
                    if overlay.el is node:
                        event.heard = True
                        overlay.escape(event)

    def _focusin(self, event: PageEvent) -> None:
        self._buttons.focus_moved(event)
        trap = self.trap
        if trap is None or is_within(event.target, trap.el):
            return
        inside = focusables(self, trap.el) if self.major == 5 else []
        self.focus(trap.el if not inside else inside[-1] if self.backwards else inside[0])
