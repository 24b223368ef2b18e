"""Records each file that a storage saves, and what is logged, with the request and step that caused it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.files.storage.base import Storage

from django_journey._trace.hooks.active_request import active_request_of
from django_journey._trace.record.events import Noted
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import plain_text, variables

__all__ = ["SideEffectHooks"]


class SideEffectHooks:
    """Wraps ``Storage.save``, which every storage inherits, and the call of a logger's handlers.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        dropped: Counts what could not be recorded.
    """

    def __init__(self, find: Callable[[], TestScope | None], dropped: DroppedEvents) -> None:
        self.dropped = dropped
        self._find = find

    def install(self, patches: Patches) -> None:
        """Wrap them."""
        patches.wrap(Storage, "save", self._save)
        patches.wrap(logging.Logger, "callHandlers", self._call_handlers)

    def _save(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def save(storage: Any, name: Any, content: Any, *arguments: Any, **keywords: Any) -> Any:
            __tracebackhide__ = True
            stored = original(storage, name, content, *arguments, **keywords)
            self._saved(storage, stored, content)
            return stored

        return save

    def _call_handlers(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def callHandlers(logger: Any, record: Any) -> Any:  # noqa: N802 - logging's own name
            __tracebackhide__ = True
            self._logged(record)
            return original(logger, record)

        return callHandlers

    @guarded
    def _saved(self, storage: Any, stored: Any, content: Any) -> None:
        scope = self._find()
        if scope is None or not scope.test:
            return
        size = variables(content).get("size")  # as far as it is known: to ask for it may read the file
        amount = f" ({size:,} bytes)" if type(size) is int else ""
        event = self._note(scope, "file", f"stored {plain_text(stored)}{amount}")
        object.__setattr__(event, "data", {"storage": type(storage).__name__})
        scope.recorder.write(event)

    @guarded
    def _logged(self, record: Any) -> None:
        facts = variables(record)
        level = facts.get("levelno")
        if type(level) is not int or level < logging.INFO:
            return
        scope = self._find()
        if scope is not None and scope.test and scope.details is not None:
            title = f"{plain_text(facts['levelname'])} {plain_text(facts['name'])}: {_message(facts)}"
            scope.details.add_log(self._note(scope, "log", title))

    def _note(self, scope: TestScope, topic: str, title: str) -> Noted:
        active = active_request_of(scope)
        step = active.step if active is not None else scope.step
        number = active.number if active is not None else 0
        return Noted(test=scope.test, step=step, request=number, topic=topic, title=title)


def _message(facts: dict[str, Any]) -> str:
    """Return what was logged, without running code of the values that it names."""
    text, given = plain_text(facts.get("msg")), facts.get("args")
    if type(given) is tuple and given:
        plain = tuple(each if type(each) in (int, float) else plain_text(each) for each in given)
        try:
            return text % plain
        except (TypeError, ValueError):
            return f"{text} {plain}"
    return text
