"""What sets an element of htmx 4 going: the triggers that it states, at work."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.walk import ancestors
from django_journey._pages.behaviours.htmx.selectors import is_within
from django_journey._pages.behaviours.htmx.triggers import passes
from django_journey._pages.behaviours.htmx.version_4.attributes import find_all
from django_journey._pages.behaviours.htmx.version_4.context import acts_instead
from django_journey._pages.behaviours.htmx.version_4.hcon import interval, triggers
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Spec
from django_journey._pages.behaviours.page_event import DOCUMENT, PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["listen"]

#: The modifiers that are carried out; ``queue`` means nothing in htmx 4.
_MODIFIERS = frozenset(
    "name once prevent stop halt consume changed delay throttle from target queue".split()  # noqa: SIM905
)
_HELD = re.compile(r"(ctrl|shift|alt|meta)Key|\bkey\b")
_BY_USERS = re.compile(r"click|dblclick|auxclick|contextmenu|mouse\w+|pointer\w+|key\w+")
_Act = Callable[[PageEvent, Any], None]


def listen(htmx: Htmx4, el: Any, text: str, act: _Act) -> None:
    """Do something at the events that a trigger states; it is told the event and where it was heard."""
    for said in triggers(text):
        _AtWork(htmx, el, Spec(said), act).start()


class _AtWork:
    def __init__(self, htmx: Htmx4, el: Any, spec: Spec, act: _Act) -> None:
        self._htmx, self._el, self._spec, self._act = htmx, el, spec, act
        self._kind, _, condition = str(spec.said["name"]).partition("[")
        self._condition = condition.removesuffix("]")

    def start(self) -> None:
        htmx, el, said = self._htmx, self._el, self._spec.said
        known = htmx.power(el)
        known.specs.append(self._spec)
        kind, where = self._kind, said.get("from")
        if kind in ("intersect", "revealed"):
            reason = (
                f"{show(el)} has hx-trigger={kind!r}: it acts when it is in view, which only a layout tells"
            )
            htmx.leave(el, reason)
            kind = "intersect"
        elif kind == "every":
            self._poll()
        elif kind == "load":
            if self._condition or said.get("changed"):
                raise self._refusal("with a condition that a script decides")
            self._hear(None, PageEvent("load", None, htmx.call))
            return
        sources = [el]
        if where and where != "self":
            sources = [DOCUMENT] if where == "outside" else find_all(htmx, el, str(where))
        for source in sources:
            self._spec.removers.append(htmx.behaviours.listen(source, kind, partial(self._hear, source)))
        known.removers += self._spec.removers

    def _refusal(self, why: str) -> NeedsBrowser:
        reason = f"{show(self._el)} has a trigger {self._kind}, {why}"
        return NeedsBrowser(self._htmx.call, reason, where=self._htmx.page.url)

    def _hear(self, source: Any, event: PageEvent) -> None:
        event.prevented = event.prevented or acts_instead(self._htmx, event, source)
        if not self._counts(event):
            return
        if self._kind != "every":
            if unknown := sorted(set(self._spec.said) - _MODIFIERS):
                raise self._refusal(f"with {', '.join(unknown)}, which is not carried out here")
            for other in self._htmx.known(self._el).specs:  # a new trigger takes the place of those that wait
                if other.timer is not None:
                    other.timer.cancel()
                other.held_back = None
        self._in_time(event, source)

    def _counts(self, event: PageEvent) -> bool:
        where, target = self._spec.said.get("from"), self._spec.said.get("target")
        at = event.target if is_element(event.target) else None
        if where == "self" and at is not self._el:
            return False
        if where == "outside" and at is not None and self._el in (at, *ancestors(at)):
            return False
        if target and (at is None or not at.matches(str(target))):
            return False
        return not self._condition or self._holds(event)

    def _holds(self, event: PageEvent) -> bool:
        is_key = re.search(r"\bkey\b", self._condition) is not None
        if is_key and not event.kind.startswith("key"):
            return False  # the event has no such property, at which the listener of htmx ends
        if _HELD.search(self._condition) and not _BY_USERS.fullmatch(event.kind):
            return False
        return passes(self._condition, event)

    def _in_time(self, event: PageEvent, source: Any) -> None:
        spec, time = self._spec, self._htmx.behaviours.time
        if spec.said.get("delay"):
            if spec.timer is not None:
                spec.timer.cancel()
            spec.timer = time.after(interval(spec.said["delay"]) or 0, partial(self._go, event, None))
        elif spec.said.get("throttle"):
            if spec.throttled:
                spec.held_back = event
                return
            spec.throttled = True
            self._go(event, source)
            time.after(interval(spec.said["throttle"]) or 0, self._release)
        else:
            self._go(event, source)

    def _release(self) -> None:
        self._spec.throttled = False
        held, self._spec.held_back = self._spec.held_back, None
        if held is not None and not self._spec.is_over:
            self._in_time(held, None)

    def _go(self, event: PageEvent, source: Any) -> None:
        said = self._spec.said
        event.prevented = event.prevented or bool(said.get("halt") or said.get("prevent"))
        event.stopped = event.stopped or bool(said.get("halt") or said.get("stop") or said.get("consume"))
        if said.get("changed") and not self._has_changed(event.target):
            return
        if said.get("once"):
            for remove in self._spec.removers:
                remove()
        self._htmx.call = event.call
        self._act(event, source)

    def _has_changed(self, target: Any) -> bool:
        if is_element(target) and target.matches("input[type=checkbox], input[type=radio]"):
            return True
        valued = is_element(target) and target.tag in (
            "input",
            "select",
            "textarea",
            "button",
            "option",
            "output",
        )
        now = controls.value(self._htmx.document, target) if valued else None
        before = self._htmx.known(self._el).changed
        if target in before and before[target] == now:
            return False
        before[target] = now
        return True

    def _poll(self) -> None:
        stated = next((name for name in self._spec.said if name != "name"), None)
        period = interval(stated)
        if not period:
            raise self._refusal(f"{stated}, which is no time")

        def poll() -> None:
            if is_within(self._htmx.document, self._el):
                self._spec.poll = self._htmx.behaviours.time.after(period, poll)
                self._htmx.call = "waiting"
                self._htmx.trigger(self._el, "every", bubbles=False)

        self._spec.poll = self._htmx.behaviours.time.after(period, poll)
