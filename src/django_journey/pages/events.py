"""What happens on a page, for those who listen: popups, downloads, responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["IN_CONTEXTS", "ON_PAGES", "Events", "Waiting", "awaited"]

_T = TypeVar("_T")
_TRAFFIC = frozenset(("request", "requestfinished", "response"))
_LOADING = frozenset(("domcontentloaded", "framenavigated", "load", "navigated"))
#: What happens on a page, and what in a context, which hears of its pages' requests too.
ON_PAGES = _TRAFFIC | _LOADING | {"close", "download", "filechooser", "popup"}
IN_CONTEXTS = _TRAFFIC | {"close", "page"}
#: Events that never happen without scripts: whoever listens to them hears nothing, rightly.
_SILENT = frozenset(("console", "crash", "dialog", "pageerror", "requestfailed", "weberror"))


class Events:
    """The listeners of one page or context.

    Args:
        known: What happens there.
        heard_by: The listeners around it, which hear of some of it too.
        passed_on: What they hear of.
    """

    def __init__(
        self,
        known: frozenset[str],
        heard_by: Events | None = None,
        passed_on: frozenset[str] = _TRAFFIC,
    ) -> None:
        self._known = known
        self._heard_by = heard_by
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
        kept = [item for item in self._listeners.get(event, ()) if item[0] != listener]
        self._listeners[event] = kept

    def any_listener(self, *events: str) -> bool:
        """Tell whether somebody listens to one of the events."""
        around = self._heard_by is not None and self._heard_by.any_listener(*self._passed_on & {*events})
        return around or any(self._listeners.get(event) for event in events)

    def emit(self, event: str, value: Any) -> None:
        """Tell the listeners."""
        listeners = self._listeners.get(event)
        if listeners:
            self._listeners[event] = [item for item in listeners if not item[1]]
            for listener, _ in listeners:
                listener(value)
        if self._heard_by is not None and event in self._passed_on:
            self._heard_by.emit(event, value)
        if event == "framenavigated" and self._listeners:
            self.emit("domcontentloaded", value)
            self.emit("load", value)


class Waiting(Generic[_T]):
    """What has to happen within a ``with`` block; ``value`` is what did, as Playwright's ``EventContextManager``."""

    def __init__(
        self,
        owner: Any,
        call: str,
        event: str,
        fits: Callable[[_T], Any] | None,
        timeout: float | None = None,
        sought: Any = None,
    ) -> None:
        self._events: Events = owner.events
        self._event = event
        self._fits = fits
        self._call = call
        self._owner = owner
        self._sought = f"{sought[:50]}…" if isinstance(sought, str) and len(sought) > 50 else sought
        self._timeout = 30_000 if timeout is None else timeout
        self._value: _T | None = None
        self._happened = False

    def __enter__(self) -> Waiting[_T]:
        self._events.on(self._event, self._hear)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._events.remove(self._event, self._hear)
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


def awaited(
    owner: Any, call: str, event: str, fits: Callable[[Any], Any] | None, timeout: float | None
) -> Any:
    """Return what happens within a time, which is what the page announced: nothing else happens by itself."""
    with Waiting[Any](owner, call, event, fits, timeout) as waiting:
        for page in getattr(owner, "pages", (owner,)):
            page.wait_for_timeout(30_000 if timeout is None else timeout)
    return waiting.value
