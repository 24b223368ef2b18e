"""Notes which forms a run validates, with which errors, and which receivers its signals call; each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from django_journey._adapters.django import FORM_ERRORS, LIVE_RECEIVERS
from django_journey._explore.map.reached import Reached
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import is_a, variables

__all__ = ["MapWatch", "receiver_name"]


def receiver_name(receiver: Any) -> str:
    """Return the dotted name of a receiver, or an empty string for one without a name."""
    function = getattr(receiver, "__func__", receiver)
    own = variables(function) if not hasattr(type(function), "__code__") else {}
    function = own.get("__wrapped__", function)
    name, module = getattr(function, "__qualname__", ""), getattr(function, "__module__", "")
    return f"{module}.{name}" if type(name) is str and name else ""


class MapWatch:
    """Watches until it is removed; it reads plain values, and changes nothing.

    Args:
        tell: Is called with a topic, a title and data, as a note of the trace has them.
    """

    def __init__(self, tell: Callable[[str, str, dict[str, Any]], object]) -> None:
        self.dropped = DroppedEvents()
        self._tell = tell
        self._patches = Patches()
        self._known: set[Hashable] = set()

    @classmethod
    @contextmanager
    def on(cls, reached: Reached | None) -> Iterator[None]:
        """MapWatch while this is open, if there is something to note it in."""
        watch = cls(reached.note if reached is not None else lambda topic, title, data: None)
        if reached is not None:
            watch.install()
        try:
            yield
        finally:
            watch.remove()

    def install(self) -> None:
        """Begin, once Django's settings are there; what is watched already stays so."""
        from django.dispatch import Signal
        from django.forms.forms import BaseForm

        self._patches.wrap(BaseForm, "full_clean", self._cleaned)
        self._patches.wrap(Signal, LIVE_RECEIVERS, self._called)
        if "watch" not in self._known:
            self._known.add("watch")
            self._tell("watch", "", {})

    def remove(self) -> None:
        """Put back what was there."""
        self._patches.remove()

    def _cleaned(self, original: Callable[[Any], None]) -> Callable[[Any], None]:
        def full_clean(form: Any) -> None:
            original(form)
            self._note_form(form)

        return full_clean

    def _called(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def live_receivers(signal: Any, sender: Any) -> Any:
            found = original(signal, sender)
            self._note_receivers(found)
            return found

        return live_receivers

    @guarded
    def _note_form(self, form: Any) -> None:
        known = variables(form)
        if not known.get("is_bound"):
            return
        errors = known.get(FORM_ERRORS)
        codes = tuple(sorted(_codes(errors))) if is_a(errors, dict) else ()
        name = f"{type(form).__module__}.{type(form).__qualname__}"
        if (name, codes) not in self._known:
            self._known.add((name, codes))
            self._tell("form", name, {"errors": [list(each) for each in codes]})

    @guarded
    def _note_receivers(self, found: Any) -> None:
        for several in found if type(found) is tuple else (found,):
            for receiver in several:
                key = id(getattr(receiver, "__func__", receiver))
                if key not in self._known:
                    self._known.add(key)
                    if name := receiver_name(receiver):
                        self._tell("receiver", name, {})


def _codes(errors: Any) -> Iterator[tuple[str, str]]:
    for name, several in dict.items(errors):
        for error in variables(several).get("data") or ():
            for each in variables(error).get("error_list", ()):
                yield str(name), str(variables(each).get("code") or "")
