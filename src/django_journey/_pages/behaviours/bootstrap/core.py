"""What Bootstrap's components share on one document: options, targets, transitions, events, focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable
from django_journey._dom.rendering.visibility import is_visible, visibility_of
from django_journey._dom.tree.walk import select
from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.behaviours.bootstrap.elements import find, is_switched_off, is_within, up, value_of
from django_journey._pages.behaviours.bootstrap.scripts import BootstrapScripts
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.behaviours.virtual_time import VirtualTime
from django_journey.errors import NeedsBrowser

__all__ = ["BootstrapPage", "Handler"]

#: What a component does at a click on an element that it listens to.
Handler = Callable[[Any, PageEvent], None]


class BootstrapPage(Interpreter):
    """What the components share.

    Transitions take no time: what they do at their end is done, in their order, when the act that began them ends.

    Args:
        behaviours: The document's behaviours.
        loaded: What the page loads.
    """

    framework = "Bootstrap"

    def __init__(self, behaviours: Behaviours, loaded: BootstrapScripts) -> None:
        self.behaviours = behaviours
        self.page = behaviours.page
        self.document = behaviours.document
        self.loaded = loaded
        self.major = loaded.version[0]
        self.prefix = "data-bs-" if self.major == 5 else "data-"
        #: The class of what is shown.
        self.shown = "in" if self.major == 3 else "show"
        self.call = "loading the page"
        #: What is open, the last one on top.
        self.overlays: list[Any] = []
        #: What keeps the focus in itself.
        self.trap: Any = None
        #: Whether the last Tab went backwards.
        self.backwards = False
        self._time = VirtualTime()
        self._ends_later = False

    def after(self, milliseconds: float, task: Callable[[], object]) -> None:
        """Do something at the end of a transition."""
        if not milliseconds:
            task()
            return
        self._time.after(milliseconds, task)
        if not self._ends_later:
            self._ends_later = True
            self.behaviours.time.after(0, self.end_transitions)

    def end_transitions(self) -> None:
        """Do what the ends of all transitions do, in their order."""
        self._ends_later = False
        while self._time.next_due() is not None:
            self._time.run_next()
        self.changed()

    def changed(self) -> None:
        """Take note that the page has changed."""
        doc = self.document
        doc.tree_changed()
        if doc.focus is not None and not visibility_of(doc).is_style_visible(doc.focus):
            doc.focus = None  # what is hidden loses the focus
            doc.input_changed()

    def announce(self, el: Any, event: str) -> None:
        """Tell of an event of Bootstrap's own, e.g. ``show.bs.modal``.

        Raises:
            NeedsBrowser: A script of the site names it, and may listen.
        """
        for place, css in self.loaded.listened.get(event, ()):
            if css and not _hears(css, el):
                continue
            raise NeedsBrowser(self.call, f"{place} listens to {event} at {show(el)}", where=self.page.url)
        if self.major == 5:  # those of jQuery are heard by jQuery alone
            self.behaviours.fire(PageEvent(event, el, self.call))

    def select(self, css: str, scope: Any = None) -> list[Any]:
        """Return the elements that match a selector, in the document or below an element."""
        return select(self.document, css, scope)

    def first(self, css: str, scope: Any = None) -> Any:
        """Return the first element that matches a selector, or ``None``."""
        return next(iter(self.select(css, scope)), None)

    def option(self, el: Any, name: str, default: Any) -> Any:
        """Return an option that an element states in its attributes."""
        stated = el.attr(self.prefix + name)
        if stated is None and self.major == 5:
            config = value_of(el.attr("data-bs-config"), None)
            return config.get(name, default) if isinstance(config, dict) else default
        return value_of(stated, default)

    def selector_of(self, el: Any) -> str | None:
        """Return the selector of what a toggle acts on."""
        stated = el.attr(f"{self.prefix}target")
        if stated and (stated != "#" or self.major == 3):
            return str(stated)
        href: str = (el.attr("href") or "").strip()
        if self.major == 3:
            return f"#{href.partition('#')[2]}" if "#" in href else href or None
        if self.major == 5 and not href.startswith("."):
            href = f"#{href.split('#')[1]}" if "#" in href else ""
        return href if href not in ("", "#") else None

    def targets_of(self, el: Any) -> list[Any]:
        """Return what a toggle acts on."""
        return find(self.document, self.selector_of(el))

    def target_of(self, el: Any) -> Any:
        """Return the first element that a toggle acts on, or ``None``."""
        return next(iter(self.targets_of(el)), None)

    def dismissed(self, button: Any, event: PageEvent, css: str) -> Any:
        """Return what a button of Bootstrap 5 closes: its target, or what is around it; ``None`` if it is disabled."""
        event.prevented = event.prevented or button.tag in ("a", "area")
        return None if is_switched_off(button) else self.target_of(button) or button.closest(css)

    def is_visible(self, el: Any) -> bool:
        """Tell whether an element is shown by now."""
        self.document.tree_changed()
        return is_visible(self.document, el)

    def focus(self, el: Any) -> None:
        """Put the focus on an element, if it takes it."""
        self.document.tree_changed()
        if is_focusable(el) and visibility_of(self.document).is_style_visible(el):
            self.document.focus = el
            self.behaviours.focus_moved(self.call)

    def restore_focus(self, el: Any) -> None:
        """Put the focus back on the toggle of what was closed, if it is shown."""
        if self.is_visible(el):
            self.focus(el)

    def blur(self, el: Any) -> None:
        """Take the focus from an element."""
        if self.document.focus is el:
            self.document.focus = None
            self.behaviours.focus_moved(self.call)

    def remove(self, el: Any) -> None:
        """Take an element off the page."""
        doc = self.document
        if doc.focus is not None and is_within(doc.focus, el):
            doc.focus = None
        if doc.hovered is not None and is_within(doc.hovered, el):
            doc.hovered = None
        el.extract()
        doc.tree_changed()


def _hears(css: str, el: Any) -> bool:
    """Tell whether what a selector finds hears an event at an element; it may where the selector is not CSS."""
    try:
        return any(node.matches(css) for node in up(el))
    except ValueError:
        return True
