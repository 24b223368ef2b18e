"""Lets ordinary Django code run beside Playwright's sync API.

Playwright's sync API runs an event loop in the test's own thread, in another greenlet. asyncio marks that loop as
running in the thread, so the mark is still there when the test's code runs, and Django then refuses the ORM. But
while the test's code runs, the loop is suspended. So the mark is removed whenever Playwright returns to the test's
code, and restored whenever the test's code calls Playwright. Handlers (``page.on``, ``page.route``,
``expose_function``) run without the mark too, and in a copy of the test's context, so that they have the test's
database connection, language and trace.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest import mock

from django_journey._adapters.event_loop import mark_running, marked_loop
from django_journey._adapters.playwright import loop_of, public_calls, wrapping_handlers

if TYPE_CHECKING:
    import greenlet

__all__ = ["calls_are_wrapped", "running_loop_of", "without_a_running_loop"]

_WRAPPED_HANDLER = "_django_journey_handler"

Around = Callable[[Any, str, tuple[Any, ...], dict[str, Any]], AbstractContextManager[Any] | None]


@contextmanager
def without_a_running_loop(around: Around, call_failed: Callable[[], None]) -> Iterator[None]:
    """Remove the mark of a running loop in the thread that has started Playwright, until Playwright is stopped.

    Several sessions of a process may end in any order; the arguments of the first one hold for all of them.

    Args:
        around: Called with the object, the method's name and its arguments of each call that the test's code makes;
            returns a context manager to make the call in, or ``None``.
        call_failed: Called where such a call raises.
    """
    loop = marked_loop()
    _CALLS.wrap(around, call_failed)
    mark_running(None)
    try:
        yield
    finally:
        _CALLS.unwrap()
        mark_running(loop)


class _PublicCalls:
    """Playwright's public calls, wrapped once for all sessions: a session may end before one that began later."""

    def __init__(self) -> None:
        self.sessions = 0
        self._patches = ExitStack()

    def wrap(self, around: Around, call_failed: Callable[[], None]) -> None:
        if not self.sessions:
            with ExitStack() as patches:
                _wrap_calls(patches, around, call_failed)
                self._patches = patches.pop_all()
        self.sessions += 1

    def unwrap(self) -> None:
        self.sessions -= 1
        if not self.sessions:
            self._patches.close()


_CALLS = _PublicCalls()


def calls_are_wrapped() -> bool:
    """Tell whether Playwright's public calls are wrapped, and so remove the mark."""
    return _CALLS.sessions > 0


def _wrap_calls(patches: ExitStack, around: Around, call_failed: Callable[[], None]) -> None:
    import greenlet

    body = greenlet.getcurrent()
    for cls, name, call in public_calls():
        patches.enter_context(
            mock.patch.object(cls, name, _marked_while_called(call, name, around, call_failed))
        )
    patches.enter_context(wrapping_handlers(lambda handler: _run_unmarked(handler, body)))


def _marked_while_called(call: Any, name: str, around: Around, call_failed: Callable[[], None]) -> Any:
    """Return a public call that has its loop's mark while it runs, if the test's code calls it."""
    if isinstance(call, property):
        getter = _marked_while_called(call.fget, "", around, call_failed)
        return property(getter, call.fset, call.fdel, call.__doc__)
    if not inspect.isfunction(call):
        return call

    @functools.wraps(call)
    def marked(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if marked_loop() is not None:  # Playwright's own code calls
            return call(*args, **kwargs)
        step = around(args[0], name, args[1:], kwargs) if name else None
        with step if step is not None else nullcontext(), running_loop_of(args[0]):
            try:
                return call(*args, **kwargs)
            except BaseException:
                call_failed()
                raise

    return marked


@contextmanager
def running_loop_of(thing: Any) -> Iterator[None]:
    """Restore the mark while the block calls one of Playwright's objects.

    Args:
        thing: The object.
    """
    mark_running(loop_of(thing))
    try:
        yield
    finally:
        mark_running(None)


def _run_unmarked(handler: Any, body: greenlet.greenlet) -> Any:
    """Return the handler as it runs without the mark; each time the same object, so that it can be removed again."""
    if not callable(handler):
        return handler
    owner = handler.__self__ if inspect.ismethod(handler) else handler
    key = _WRAPPED_HANDLER + (handler.__name__ if inspect.ismethod(handler) else "")
    wrapped = getattr(owner, key, None)
    if wrapped is not None:
        return wrapped

    @functools.wraps(handler)
    def unmarked(*args: Any) -> Any:
        context = body.gr_context.copy() if body.gr_context is not None else contextvars.Context()
        loop = marked_loop()
        mark_running(None)
        try:
            return context.run(handler, *args)
        finally:
            mark_running(loop)

    try:
        setattr(owner, key, unmarked)
    except AttributeError:  # built-in methods, such as list.append; Playwright can't remove those either
        return unmarked
    return unmarked
