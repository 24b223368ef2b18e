"""What acts on one document instead of its scripts: the interpreters that know them, their listeners and their time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.owner import keep_parser_owners
from django_journey._dom.tree.walk import ancestors
from django_journey._pages.behaviours.page_event import CAPTURE, DOCUMENT, WINDOW, PageEvent
from django_journey._pages.behaviours.virtual_time import VirtualTime
from django_journey._pages.navigation.page_protocol import PageProtocol

__all__ = ["Behaviours", "Interpreter"]

Listener = Callable[[PageEvent], None]
#: Milliseconds that pass after each act of a test: a swap and the settling after it fit into them.
ACT = 20.0


class Interpreter:
    """Does on a document what one script library does there; a subclass overrides what it needs.

    Attributes:
        framework: The name under which errors speak of the library; its attributes are not refused while it is there.
        name: What errors call it instead.
    """

    framework = ""
    name = ""

    def start(self) -> None:
        """Take up the document: called once, when it is shown."""

    def travelled(self) -> bool:
        """Show what the history entry that was gone to stands for; tell whether it is one of this library's."""
        return False

    def knows(self, el: Any, name: str) -> bool:
        """Tell whether this interpreter does what an attribute of its library asks for; else it needs a browser."""
        return True

    def cover_of(self, el: Any, position: Mapping[str, float] | None) -> Any:
        """Return what it has laid over a point of an element, where the pointer can't reach it; ``None`` if nothing."""
        return None

    def left_undone(self, el: Any, *, whole: bool) -> str:
        """Return why an element may be another in a browser, because of what can't be done here; empty if it can't.

        Args:
            el: The element; ``None`` for one that is not there.
            whole: Whether all that is in it matters.
        """
        return ""


class Behaviours:
    """The interpreters of one document.

    Args:
        page: The page that shows it.
    """

    def __init__(self, page: PageProtocol) -> None:
        self.page = page
        self.document = page.document
        keep_parser_owners(self.document)
        self.time = VirtualTime()
        self.interpreters: list[Interpreter] = []
        #: The script elements whose code the interpreters stand for.
        self.known_scripts: frozenset[Any] = frozenset()
        self._listeners: dict[Any, dict[str, list[tuple[Listener, bool]]]] = {}
        #: How many listeners there are to each type of event.
        self._heard: Counter[str] = Counter()
        self._focused = self.document.focus
        self._hovered: Any = None
        #: What text fields held before the user began to change them.
        self._before: dict[Any, str] = {}

    @property
    def is_shown(self) -> bool:
        """Whether the page still shows the document."""
        return self.page.document is self.document

    def interprets(self, framework: str, el: Any, name: str) -> bool:
        """Tell whether what an attribute of a library asks for is carried out here."""
        return any(each.framework == framework and each.knows(el, name) for each in self.interpreters)

    def name_of(self, framework: str) -> str:
        """Return what errors call a library."""
        return next(
            (each.name for each in self.interpreters if each.framework == framework and each.name), framework
        )

    def cover_of(self, el: Any, position: Mapping[str, float] | None = None) -> Any:
        """Return what was laid over a point of an element (its middle, if none is given); ``None`` if nothing."""
        covers = (each.cover_of(el, position) for each in self.interpreters)
        return next((found for found in covers if found is not None), None)

    def left_undone(self, el: Any, *, whole: bool = False) -> str:
        """Return why an element may be another in a browser, or one that is missing may be there; empty if not."""
        reasons = (each.left_undone(el, whole=whole) for each in self.interpreters)
        return next((reason for reason in reasons if reason), "")

    def travelled(self) -> None:
        """Let the interpreters show what the history entry stands for that was gone to within the document."""
        any(each.travelled() for each in self.interpreters)

    def listen(
        self, where: Any, kind: str, listener: Listener, *, quietly: bool = False
    ) -> Callable[[], None]:
        """Call a function at each event of a type.

        Args:
            where: An element, ``DOCUMENT``, ``WINDOW``, or ``CAPTURE`` for what comes before the event's target.
            kind: The type, e.g. ``click``.
            listener: The function.
            quietly: Whether it listens to more than it acts on, and sets ``event.heard`` itself where it acts. What
                nobody hears is refused where a script that is not known may be meant.

        Returns:
            What takes the listener away again.
        """
        listeners = self._listeners.setdefault(where, {}).setdefault(kind, [])
        entry = (listener, quietly)
        listeners.append(entry)
        self._heard[kind] += 1

        def remove() -> None:
            if entry in listeners:
                listeners.remove(entry)
                self._heard[kind] -= 1

        return remove

    def hears(self, kind: str) -> bool:
        """Tell whether anything listens to a type of event."""
        return self._heard[kind] > 0

    def fire(self, event: PageEvent) -> PageEvent:
        """Tell the listeners of an event, from its target outwards."""
        if not self.hears(event.kind):
            return event
        path: list[Any] = [CAPTURE, event.target]
        if event.target not in (DOCUMENT, WINDOW) and event.bubbles:
            path += [*ancestors(event.target), DOCUMENT, WINDOW]
        for node in path:
            outer = getattr(node, "tag", "") == "form" and node is not event.target
            if outer and event.kind in ("submit", "reset"):
                break  # browsers end these events at a form around the form
            for listener, quietly in tuple(self._listeners.get(node, {}).get(event.kind, ())):
                event.heard = event.heard or not quietly
                listener(event)
            if event.stopped:
                break
        return event

    def edited(self, el: Any) -> None:
        """Store a field's text before the user changes it; `change` fires when the field loses the focus."""
        self._before.setdefault(el, controls.value(self.document, el))

    def committed(self, el: Any, call: str) -> None:
        """Fire ``change`` where a field's text is another than the user found."""
        before = self._before.pop(el, None)
        if before is not None and before != controls.value(self.document, el):
            self.fire(PageEvent("change", el, call))

    def focus_moved(self, call: str) -> None:
        """Fire what a move of the focus since the last event means."""
        old, new = self._focused, self.document.focus
        if old is new:
            return
        self._focused = new
        if old is not None:
            self.committed(old, call)
            self.fire(PageEvent("blur", old, call, bubbles=False))
            self.fire(PageEvent("focusout", old, call))
        if new is not None:
            self.fire(PageEvent("focus", new, call, bubbles=False))
            self.fire(PageEvent("focusin", new, call))

    def pointer_moved(self, el: Any, call: str) -> None:
        """Fire what a move of the pointer onto an element means."""
        old, self._hovered = self._hovered, el
        if old is el:
            return
        before = [] if old is None else [old, *ancestors(old)]
        now = [el, *ancestors(el)]
        if old is not None:
            self.fire(PageEvent("mouseout", old, call))
            for node in before:
                if node not in now:
                    self.fire(PageEvent("mouseleave", node, call, bubbles=False))
        for kind in ("pointerover", "mouseover"):
            self.fire(PageEvent(kind, el, call))
        for node in reversed(now):
            if node not in before:
                self.fire(PageEvent("mouseenter", node, call, bubbles=False))
        self.fire(PageEvent("mousemove", el, call))

    def settle(self, call: str = "") -> None:
        """Do what falls due right after an act of the test: answers come, swaps settle."""
        self.focus_moved(call)
        self.pass_time(ACT)

    def pass_time(self, milliseconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass for the page, until something is true."""
        end = self.time.now + milliseconds
        while not until() and self.is_shown and (due := self.time.next_due()) is not None and due <= end:
            self.time.run_next()
        if not until():
            self.time.now = max(self.time.now, end)
