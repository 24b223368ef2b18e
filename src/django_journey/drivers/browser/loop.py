"""Lets ordinary Django code run beside Playwright's sync API.

Playwright's sync API keeps an event loop running in the test's own thread, inside another greenlet. Python
then says "a loop is running" in the test's body too, and Django refuses the ORM there. That loop is never running
while the test's body is: so the mark is taken away whenever Playwright hands control back, and put back
whenever it gets control. Handlers (``page.on``, ``page.route``, ``expose_function``) run without the mark as well,
and in a copy of the test's context, so that they see the test's database connection, language and trace.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    import greenlet

__all__ = ["running_loop_of", "taking_the_mark_away", "without_a_running_loop"]

_MARK = "_django_journey_handler"


Around = Callable[[Any, str, tuple[Any, ...], dict[str, Any]], AbstractContextManager[Any] | None]


@contextmanager
def without_a_running_loop(around: Around, broken_off: Callable[[], None]) -> Iterator[None]:
    """Take the mark away, in the thread that has started Playwright; leave this before Playwright is stopped.

    Several Playwrights of a process may be left in any order; the first one's arguments hold for all of them.

    Args:
        around: Asked for a context manager to hold a call by the test's code in: the object, the method's
            name, its arguments; ``None`` for none.
        broken_off: Called where a call by the test's code raises.
    """
    loop = _get_running_loop()
    _WRAPPED.enter(around, broken_off)
    _set_running_loop(None)
    try:
        yield
    finally:
        _WRAPPED.leave()
        _set_running_loop(loop)


class _Wrapped:
    """The public calls of Playwright, wrapped once for all of its sessions.

    One wrapping for each would have to be undone in reverse, and a browser that has crashed is closed before others.
    """

    def __init__(self) -> None:
        self.sessions = 0
        self._patches = ExitStack()

    def enter(self, around: Around, broken_off: Callable[[], None]) -> None:
        if not self.sessions:
            with ExitStack() as patches:
                _wrap_calls(patches, around, broken_off)
                self._patches = patches.pop_all()
        self.sessions += 1

    def leave(self) -> None:
        self.sessions -= 1
        if not self.sessions:
            self._patches.close()


_WRAPPED = _Wrapped()


def taking_the_mark_away() -> bool:
    """Tell whether the public calls of Playwright take the mark away already."""
    return _WRAPPED.sessions > 0


def _wrap_calls(patches: ExitStack, around: Around, broken_off: Callable[[], None]) -> None:
    import greenlet
    import playwright.sync_api  # noqa: F401 - every public class is there once this is imported
    from playwright._impl._impl_to_api_mapping import ImplToApiMapping

    body = greenlet.getcurrent()
    wrap_handler = ImplToApiMapping.wrap_handler

    def wrap(mapping: Any, handler: Any) -> Any:
        return wrap_handler(mapping, _outside(handler, body))

    for cls, name, call in _public_calls():
        patches.enter_context(mock.patch.object(cls, name, _inside(call, name, around, broken_off)))
    patches.enter_context(mock.patch.object(ImplToApiMapping, "wrap_handler", wrap))


def _public_calls() -> Iterator[tuple[type, str, Any]]:
    """Give every way by which a test's code enters Playwright."""
    from playwright._impl._sync_base import EventContextManager, EventInfo, SyncBase

    waiting: list[type] = [SyncBase]
    classes: list[type] = [EventContextManager, EventInfo]
    while waiting:
        classes.append(cls := waiting.pop())
        waiting.extend(cls.__subclasses__())
    for cls in classes:
        for name, call in list(vars(cls).items()):
            if name in ("__enter__", "__exit__") or not name.startswith("_"):
                yield cls, name, call


def _inside(call: Any, name: str, around: Around, broken_off: Callable[[], None]) -> Any:
    """Return the call with its loop's mark while it lasts, where the test's code makes it."""
    if isinstance(call, property):
        return property(_inside(call.fget, "", around, broken_off), call.fset, call.fdel, call.__doc__)
    if not inspect.isfunction(call):
        return call

    @functools.wraps(call)
    def entered(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if _get_running_loop() is not None:  # Playwright itself calls
            return call(*args, **kwargs)
        held = around(args[0], name, args[1:], kwargs) if name else None
        with held if held is not None else nullcontext(), running_loop_of(args[0]):
            try:
                return call(*args, **kwargs)
            except BaseException:
                broken_off()
                raise

    return entered


@contextmanager
def running_loop_of(thing: Any) -> Iterator[None]:
    """Put the mark back, so that an object of Playwright's can be entered.

    Args:
        thing: The object.
    """
    _set_running_loop(_loop_of(thing))
    try:
        yield
    finally:
        _set_running_loop(None)


def _loop_of(thing: Any) -> Any:
    """Return the loop of an object of Playwright's; a process may have started Playwright more than once."""
    for owner in (thing, getattr(thing, "_sync_base", None), getattr(thing, "_event", None)):
        if owner is not None:
            base = getattr(owner, "_sync_base", owner)
            if hasattr(base, "_loop"):
                return base._loop
    return None


def _outside(handler: Any, body: greenlet.greenlet) -> Any:
    """Return the handler as it runs outside the loop; the same one each time, so that it can be removed again."""
    if not callable(handler):
        return handler
    owner = handler.__self__ if inspect.ismethod(handler) else handler
    key = _MARK + (handler.__name__ if inspect.ismethod(handler) else "")
    known = getattr(owner, key, None)
    if known is not None:
        return known

    @functools.wraps(handler)
    def called(*args: Any) -> Any:
        context = body.gr_context.copy() if body.gr_context is not None else contextvars.Context()
        loop = _get_running_loop()
        _set_running_loop(None)
        try:
            return context.run(handler, *args)
        finally:
            _set_running_loop(loop)

    try:
        setattr(owner, key, called)
    except (
        AttributeError
    ):  # built-in methods, such as list.append, take no attributes; nor does Playwright need it
        return called
    return called
