"""What the modules of htmx need of the engine that they are parts of, and what it remembers of an element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django_journey._dom.tree.document import Document
from django_journey._pages.behaviours.behaviours import Behaviours
from django_journey._pages.behaviours.htmx.config import Config
from django_journey._pages.behaviours.htmx.scripts import Listeners
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.behaviours.virtual_time import Timer
from django_journey._pages.navigation.page_protocol import PageProtocol

__all__ = ["Flight", "Htmx", "State", "Wanted"]


@dataclass(eq=False, slots=True)
class Flight:
    """A request that is under way; ``land`` is what happens with its answer."""

    abandon: Callable[[], None]
    is_aborted: bool = False


@dataclass(eq=False, slots=True)
class State:
    """What is remembered of an element, as long as it is in the page."""

    known_as: str = ""
    removers: list[Callable[[], None]] = field(default_factory=list)
    boosted: bool = False
    is_initial: bool = True
    is_loaded: bool = False
    flight: Flight | None = None
    abortable: bool = False
    queue: list[Callable[[], None]] = field(default_factory=list)
    #: The submit button of the form that was pressed or has the focus.
    button: Any = None
    throttled: bool = False
    delayed: Timer | None = None
    fired_once: set[int] = field(default_factory=set)
    last_values: dict[tuple[int, Any], str] = field(default_factory=dict)
    #: The attributes of handlers that are listened for.
    handlers: set[str] = field(default_factory=set)
    poll: Timer | None = None
    polls_ended: bool = False
    #: How many requests an indicator shows, or a disabled element waits for.
    requests: int = 0
    disabled_by: int = 0


@dataclass(slots=True)
class Wanted:
    """What a response asks of a request that it causes (``HX-Location``).

    Args:
        target: The selector of its target.
        swap: Its ``hx-swap``.
        select: Its ``hx-select``.
        values: What it sends.
        headers: Its headers.
        pushes: The address that the page gets.
    """

    target: Any = None
    swap: str | None = None
    select: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    pushes: str | None = None


class Htmx(Protocol):
    """htmx at work on one document; see ``engine.HtmxEngine``."""

    behaviours: Behaviours
    page: PageProtocol
    document: Document
    config: Config
    listeners: Listeners
    version: tuple[int, ...]
    extensions: frozenset[str]
    call: str
    address: str

    @property
    def body(self) -> Any:
        """The document's body."""

    def state(self, el: Any) -> State:
        """Return what is remembered of an element."""

    def trigger(self, el: Any, name: str, **detail: Any) -> PageEvent:
        """Fire an event of htmx's own."""

    def issue(self, verb: str, path: str, el: Any, wanted: Wanted) -> None:
        """Send a request that a response asks for."""

    def focus(self, el: Any) -> None:
        """Put the focus on an element."""

    def process(self, root: Any) -> None:
        """Take up an element and all that is in it."""

    def clean_up(self, root: Any) -> None:
        """Forget an element that leaves the page."""
