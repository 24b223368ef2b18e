"""What happens on a page, for those who listen: popups, downloads, responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["Events", "Waiting"]

_T = TypeVar("_T")
_LOADING = ("domcontentloaded", "framenavigated", "load", "navigated")
_KNOWN = frozenset((*_LOADING, "close", "download", "popup", "request", "requestfinished", "response"))
#: Events that never happen without scripts: whoever listens to them hears nothing, rightly.
_SILENT = frozenset(("console", "crash", "pageerror", "requestfailed"))


class Events:
    """The listeners of one page."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[tuple[Callable[[Any], Any], bool]]] = {}

    def on(self, event: str, listener: Callable[[Any], Any], *, once: bool = False) -> None:
        """Add a listener.

        Raises:
            NeedsBrowser: The event is one that only a browser has.
        """
        if event not in _KNOWN and event not in _SILENT:
            raise NeedsBrowser(f"page.on({event!r})", "only scripts or a browser's own windows cause it")
        self._listeners.setdefault(event, []).append((listener, once))

    def remove(self, event: str, listener: Callable[[Any], Any]) -> None:
        """Remove a listener, if it is there."""
        kept = [item for item in self._listeners.get(event, ()) if item[0] != listener]
        self._listeners[event] = kept

    def any_listener(self, *events: str) -> bool:
        """Tell whether somebody listens to one of the events."""
        return any(self._listeners.get(event) for event in events)

    def emit(self, event: str, value: Any) -> None:
        """Tell the listeners."""
        listeners = self._listeners.get(event)
        if listeners:
            self._listeners[event] = [item for item in listeners if not item[1]]
            for listener, _ in listeners:
                listener(value)
        if event == "framenavigated" and self._listeners:
            self.emit("domcontentloaded", value)
            self.emit("load", value)


class Waiting(Generic[_T]):
    """What has to happen within a ``with`` block; ``value`` is what did, as Playwright's ``EventContextManager``."""

    def __init__(
        self, events: Events, event: str, fits: Callable[[_T], Any] | None, missing: str, page: Any
    ) -> None:
        self._events = events
        self._event = event
        self._fits = fits
        self._missing = missing
        self._page = page
        self._value: _T | None = None
        self._happened = False

    def __enter__(self) -> Waiting[_T]:
        self._events.on(self._event, self._hear)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._events.remove(self._event, self._hear)
        if kind is None and not self._happened:
            blocked = self._page.blocked
            raise NotInTime(
                Explanation(
                    self._missing,
                    where=self._page.url,
                    nearest=(str(blocked),) if blocked is not None else (),
                )
            )

    def _hear(self, value: _T) -> None:
        if not self._happened and (self._fits is None or self._fits(value)):
            self._happened, self._value = True, value

    def is_done(self) -> bool:
        """Tell whether it happened."""
        return self._happened

    @property
    def value(self) -> _T:
        """What happened.

        Raises:
            Error: The block has not ended, and it has not happened yet.
        """
        if not self._happened:
            raise Error("the value is there when the with block has ended")
        return self._value  # type: ignore[return-value]  # set together with _happened
