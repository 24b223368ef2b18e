"""What the modules of htmx 4 need of the engine that they are parts of, and what it remembers of an element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey._dom.tree.document import Document
from django_journey._pages.behaviours.behaviours import Behaviours
from django_journey._pages.behaviours.htmx.config import Config
from django_journey._pages.behaviours.htmx.scripts import Loaded
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.behaviours.virtual_time import Timer
from django_journey._pages.navigation.page_protocol import PageProtocol

__all__ = ["Htmx4", "Known", "Queue", "Spec", "Stopped"]


class Stopped(Exception):
    """What htmx does ends with an error of its script, which is told by ``htmx:error``."""


@dataclass(eq=False, slots=True)
class Spec:
    """A trigger at work: what it states, its listeners and timers."""

    said: dict[str, Any]
    removers: list[Callable[[], None]] = field(default_factory=list)
    timer: Timer | None = None
    poll: Timer | None = None
    throttled: bool = False
    #: What came while it was throttled.
    held_back: PageEvent | None = None
    is_over: bool = False


@dataclass(eq=False, slots=True)
class Queue:
    """Which request of an element runs, and which wait."""

    running: tuple[str, Callable[[], None]] | None = None
    waiting: list[Callable[[], None]] = field(default_factory=list)

    def admit(self, strategy: str, run: Callable[[], None], abort: Callable[[], None]) -> bool:
        """Tell whether a request runs at once; else it waits or is dropped."""
        if self.running is not None:
            mine = self.running[0]
            if strategy != "replace" and (strategy == "abort" or mine != "abort"):
                if strategy == "queue all":
                    self.waiting.append(run)
                elif strategy == "queue last":
                    self.waiting[:] = [run]
                elif strategy not in ("abort", "drop") and not self.waiting:
                    self.waiting.append(run)
                return False
            self.waiting.clear()
            stop = self.running[1]
            self.running = (strategy, abort)
            stop()
            return True
        self.running = (strategy, abort)
        return True

    def go_on(self, abort: Callable[[], None]) -> None:
        """Let the next request run, after that which ``abort`` ends."""
        if self.running is not None and self.running[1] is abort:
            self.running = None
            if self.waiting:
                self.waiting.pop(0)()


@dataclass(eq=False, slots=True)
class Known:
    """What is remembered of an element."""

    specs: list[Spec] = field(default_factory=list)
    removers: list[Callable[[], None]] = field(default_factory=list)
    is_taken_up: bool = False
    boosted: str | None = None
    hears_abort: bool = False
    handles: bool = False
    # What stays when it is taken up anew:
    queue: Queue = field(default_factory=Queue)
    requests: int = 0
    disabled_by: int = 0
    changed: dict[Any, str | None] = field(default_factory=dict)


class Htmx4(Protocol):
    """htmx 4 at work on one document; see ``engine.Htmx4Engine``."""

    behaviours: Behaviours
    page: PageProtocol
    document: Document
    config: Config
    loaded: Loaded
    call: str
    address: str

    @property
    def body(self) -> Any:
        """The document's body."""

    def known(self, el: Any) -> Known:
        """Return what is remembered of an element."""

    def power(self, el: Any) -> Known:
        """Mark an element as one that htmx has taken up, and return what is remembered of it."""

    def trigger(self, el: Any, name: str, *, bubbles: bool = True, **detail: Any) -> PageEvent:
        """Fire an event."""

    def leave(self, el: Any, reason: str) -> None:
        """Note that an element acts when it is in view, or refuse it."""

    def focus(self, el: Any) -> None:
        """Put the focus on an element."""

    def process(self, root: Any) -> None:
        """Take up an element and all that is in it."""

    def clean_up(self, root: Any, *, forget: bool = False) -> None:
        """Take away what listens at an element and in it; with ``forget`` it can be taken up anew."""
