"""Playwright's sync API from inside: its event loop, its objects' implementations, and how it wraps handlers."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from django_journey._adapters.check import private, private_module

__all__ = [
    "as_async",
    "has_ended",
    "loop_of",
    "public_calls",
    "run",
    "selector_of",
    "target_of",
    "wrapping_handlers",
]

_LIBRARY = "playwright"


def loop_of(thing: Any) -> AbstractEventLoop:
    """Return the event loop of an object of the sync API; a process may have started Playwright more than once."""
    event = getattr(thing, "_event", thing)  # of what ``with page.expect_…():`` gives
    base = getattr(event, "_sync_base", event)
    loop: AbstractEventLoop = private(_LIBRARY, base, "_loop")
    return loop


def run(thing: Any, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in the event loop of an object of the sync API, and return its result."""
    return private(_LIBRARY, thing, "_sync")(coroutine)


def has_ended(playwright: Any) -> bool:
    """Tell whether the greenlet that runs a started Playwright's event loop has ended."""
    return bool(private(_LIBRARY, playwright, "_dispatcher_fiber").dead)


def as_async(kind: type[Any], thing: Any) -> Any:
    """Return an object of the sync API as the same object of the async API.

    Args:
        kind: The class of the async API, e.g. ``playwright.async_api.Page``.
        thing: The object of the sync API.
    """
    return kind(private(_LIBRARY, thing, "_impl_obj"))


def target_of(thing: Any) -> Any:
    """Return the locator or the page that an expectation is about; anything else is returned as it is."""
    implementation = getattr(thing, "_impl_obj", None)
    for name in ("_actual_page", "_actual_locator"):
        actual = getattr(implementation, name, None)
        if actual is not None:
            return private(_LIBRARY, _sync_base(), "mapping").from_maybe_impl(actual)
    return thing


def selector_of(thing: Any) -> str:
    """Return a locator's selector, or an empty text for anything else."""
    return str(getattr(getattr(thing, "_impl_obj", None), "_selector", ""))


def public_calls() -> Iterator[tuple[type, str, Any]]:
    """Yield the class, the name and the attribute of every way by which a test's code enters the sync API."""
    import playwright.sync_api  # noqa: F401 - defines every public class

    base = _sync_base()
    waiting: list[type] = [private(_LIBRARY, base, "SyncBase")]
    classes: list[type] = [
        private(_LIBRARY, base, "EventContextManager"),
        private(_LIBRARY, base, "EventInfo"),
    ]
    while waiting:
        classes.append(cls := waiting.pop())
        waiting.extend(cls.__subclasses__())
    for cls in classes:
        for name, call in list(vars(cls).items()):
            if name in ("__enter__", "__exit__") or not name.startswith("_"):
                yield cls, name, call


def wrapping_handlers(wrap: Callable[[Any], Any]) -> AbstractContextManager[Any]:
    """Return a context in which every handler that a test gives to the sync API is wrapped first.

    Args:
        wrap: Takes the handler and returns the one to call.
    """
    private(_LIBRARY, private_module(_LIBRARY, "playwright._impl._impl_to_api_mapping"), "ImplToApiMapping")
    from playwright._impl._impl_to_api_mapping import ImplToApiMapping

    original = private(_LIBRARY, ImplToApiMapping, "wrap_handler")

    def wrap_handler(self: Any, handler: Any) -> Any:
        return original(self, wrap(handler))

    return mock.patch.object(ImplToApiMapping, "wrap_handler", wrap_handler)


def _sync_base() -> Any:
    return private_module(_LIBRARY, "playwright._impl._sync_base")
