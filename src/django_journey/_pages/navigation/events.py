"""The events of pages and contexts: listeners, and context managers that expect an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["IN_CONTEXTS", "ON_PAGES", "Emitter", "EventCalls", "Events", "Waiting"]

_T = TypeVar("_T")
_TRAFFIC = frozenset(("request", "requestfinished", "response"))
_LOADING = frozenset(("domcontentloaded", "framenavigated", "load", "navigated"))
#: The events of a page; and of a context, which emits those of its pages' requests too.
ON_PAGES = _TRAFFIC | _LOADING | {"close", "dialog", "download", "filechooser", "popup"}
IN_CONTEXTS = _TRAFFIC | {"close", "dialog", "page"}
#: Events that only scripts cause: a listener for them is accepted and never called.
_SILENT = frozenset(("console", "crash", "pageerror", "requestfailed", "weberror"))


class Events:
    """The listeners of one page or context.

    Args:
        known: The events it emits.
        parent: The listeners of the context, or of the page around a frame.
        passed_on: The events that the parent emits too.
    """

    def __init__(
        self,
        known: frozenset[str],
        parent: Events | None = None,
        passed_on: frozenset[str] = _TRAFFIC | {"dialog"},
    ) -> None:
        self._known = known
        self._parent = parent
        self._passed_on = passed_on
        self._listeners: dict[str, list[tuple[Callable[[Any], Any], bool]]] = {}

    def on(self, event: str, listener: Callable[[Any], Any], *, once: bool = False) -> None:
        """Add a listener.

        Raises:
            NeedsBrowser: The event is one that only a browser has.
        """
        if event not in self._known and event not in _SILENT:
            raise NeedsBrowser(f"on({event!r})", "only scripts or a browser's own windows cause it")
        self._listeners.setdefault(event, []).append((listener, once))

    def remove(self, event: str, listener: Callable[[Any], Any]) -> None:
        """Remove a listener, if it is there."""
        listeners = self._listeners.get(event, ())
        self._listeners[event] = [item for item in listeners if item[0] != listener]

    def any_listener(self, *events: str) -> bool:
        """Tell whether one of the events has a listener."""
        above = self._parent is not None and self._parent.any_listener(*self._passed_on & {*events})
        return above or any(self._listeners.get(event) for event in events)

    def emit(self, event: str, value: Any) -> None:
        """Call the listeners of an event."""
        listeners = self._listeners.get(event)
        if listeners:
            self._listeners[event] = [item for item in listeners if not item[1]]
            for listener, _ in listeners:
                listener(value)
        if self._parent is not None and event in self._passed_on:
            self._parent.emit(event, value)
        if event == "framenavigated" and self._listeners:
            self.emit("domcontentloaded", value)
            self.emit("load", value)


class EventCalls:
    """The calls of a page and of a context about their listeners and timeouts."""

    events: Events

    def on(self, event: str, f: Callable[..., Any]) -> None:
        """Call a function at each event of that name.

        Raises:
            NeedsBrowser: Only scripts or a browser's own windows cause the event.
        """
        self.events.on(event, f)

    def once(self, event: str, f: Callable[..., Any]) -> None:
        """Call a function at the next event of that name; see ``on``."""
        self.events.on(event, f, once=True)

    def remove_listener(self, event: str, f: Callable[..., Any]) -> None:
        """Stop calling the function."""
        self.events.remove(event, f)

    def set_default_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""

    def set_default_navigation_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""


class Emitter(Protocol):
    """A page or a context."""

    @property
    def events(self) -> Events: ...


class Waiting(Generic[_T]):
    """Expects an event within a ``with`` block; ``value`` is the event's value, as in ``EventContextManager``."""

    def __init__(
        self,
        owner: Emitter,
        call: str,
        event: str,
        predicate: Callable[[_T], Any] | None,
        timeout: float | None = None,
        sought: Any = None,
    ) -> None:
        self._events = owner.events
        self._event = event
        self._predicate = predicate
        self._call = call
        self._owner = owner
        self._sought = f"{sought[:50]}…" if isinstance(sought, str) and len(sought) > 50 else sought
        self._timeout = 30_000 if timeout is None else timeout
        self._value: _T | None = None
        self._happened = False

    def __enter__(self) -> Waiting[_T]:
        self._events.on(self._event, self._receive)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and not self._happened:
            self._pass_time()
        self._events.remove(self._event, self._receive)
        if kind is None and not self._happened:
            blocked = getattr(self._owner, "blocked", None)
            nearest = [f'waiting for {self._event} "{self._sought}"'] if isinstance(self._sought, str) else []
            nearest += [str(blocked)] if blocked is not None else []
            what = "navigation" if self._event == "navigated" else f'event "{self._event}"'
            raise NotInTime(
                Explanation(
                    f"{self._call}: Timeout {self._timeout:g}ms exceeded while waiting for {what}",
                    where=getattr(self._owner, "url", ""),
                    nearest=tuple(nearest),
                    instead="nothing happens by itself here; what only scripts or a page's own pictures and style "
                    "sheets ask for is no request: run this test in a browser for those"
                    if self._event in _TRAFFIC
                    else "",
                )
            )

    def _pass_time(self) -> None:
        """Let time pass for the pages, whose scripts may still cause the event."""
        owner: Any = self._owner
        for page in getattr(owner, "pages", (owner,)):
            behaviours = None if page.is_closed() else page.document.behaviours
            if behaviours is not None:
                behaviours.pass_time(self._timeout, until=self.is_done)

    def _receive(self, value: _T) -> None:
        if not self._happened and (self._predicate is None or self._predicate(value)):
            self._happened, self._value = True, value

    def is_done(self) -> bool:
        """Tell whether the event happened."""
        return self._happened

    @property
    def value(self) -> _T:
        """The value of the event.

        Raises:
            Error: The block has not ended, and it has not happened yet.
        """
        if not self._happened:
            raise Error("the value is there when the with block has ended")
        return self._value  # type: ignore[return-value]  # set together with _happened
