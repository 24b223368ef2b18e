"""``hx-trigger``: which events make an element act, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django_journey._dom.forms.submission import button_type
from django_journey._dom.tree.parser import is_element
from django_journey._pages.behaviours.htmx.attributes import own
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["Trigger", "acted_instead", "acts_instead", "milliseconds", "passes", "triggers_of"]

_SAME_PAGE = re.compile(r"#.+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_OPEN, _CLOSED = "{(", "})"
#: The conditions that are understood.
_TERM = re.compile(
    r"(?:(?P<no>!)?\s*(?:event\.)?(?P<flag>ctrlKey|shiftKey|altKey|metaKey)"
    r"|(?:event\.)?key\s*(?P<compared>===?|!==?)\s*(?P<quote>['\"])(?P<key>[^'\"\\]*)(?P=quote)"
    r"|(?P<word>true|false))"
)
_HELD = {"ctrlKey": "Control", "shiftKey": "Shift", "altKey": "Alt", "metaKey": "Meta"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger.

    Args:
        event: The type of the event; ``every`` and ``load`` among them.
        filter: The expression in brackets.
        every: Milliseconds between polls.
        delay: Milliseconds to wait until nothing more happens.
        throttle: Milliseconds in which nothing more counts.
        changed: Only where the value is another than last time.
        once: Only the first time.
        consume: The event goes no further.
        source: Where to listen instead of at the element.
        target: What the event has to happen at.
        queue: Which requests wait while one is under way.
    """

    event: str
    filter: str = ""
    every: float = 0.0
    delay: float = 0.0
    throttle: float = 0.0
    changed: bool = False
    once: bool = False
    consume: bool = False
    source: str = ""
    target: str = ""
    queue: str = ""


def milliseconds(text: str | None) -> float | None:
    """Return a time as htmx reads it: ``2s``, ``500ms``, ``1m``, or milliseconds."""
    match = _NUMBER.match((text or "").strip())
    if match is None:
        return None
    number = float(match[0])
    unit = (text or "").strip()
    if unit.endswith("ms"):
        return number
    return number * (1000 if unit.endswith("s") else 60_000 if unit.endswith("m") else 1)


def triggers_of(el: Any) -> list[Trigger]:
    """Return what makes an element act: what it states, or what its kind stands for."""
    stated = own(el, "hx-trigger")
    found = _Reader(stated).triggers() if stated else []
    if found:
        return found
    if el.tag == "form":
        return [Trigger("submit")]
    if el.tag == "input" and el.attr("type") in ("button", "submit"):
        return [Trigger("click")]
    return [Trigger("change" if el.tag in ("input", "textarea", "select") else "click")]


class _Reader:
    """Reads the text of ``hx-trigger``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def triggers(self) -> list[Trigger]:
        found = []
        while True:
            self._skip()
            trigger = self._trigger()
            if trigger is not None:
                found.append(trigger)
            self._skip()
            if self._peek() != ",":
                break
            self._at += 1
        return found

    def _trigger(self) -> Trigger | None:
        event = self._until(" \t\n\r\f,[")
        if not event:
            return None
        said: dict[str, Any] = {"event": event}
        if event == "every":
            self._skip()
            said["every"] = milliseconds(self._until(" \t\n\r\f,[")) or 0.0
            self._skip()
        said["filter"] = self._filter()
        while True:
            self._skip()
            if self._peek() in ("", ","):
                break
            self._modifier(said)
        return Trigger(**said)

    def _modifier(self, said: dict[str, Any]) -> None:
        word = self._until(" \t\n\r\f,:")
        has_value = self._peek() == ":"
        self._at += has_value
        if word in ("changed", "once", "consume"):
            said[word] = True
        elif has_value and word in ("delay", "throttle"):
            said[word] = milliseconds(self._until(" \t\n\r\f,")) or 0.0
        elif has_value and word == "from":
            said["source"] = self._source()
        elif has_value and word == "target":
            said["target"] = self._selector()
        elif has_value and word == "queue":
            said["queue"] = self._until(" \t\n\r\f,")
        elif has_value:
            self._selector()
        elif not word:
            self._at += 1

    def _source(self) -> str:
        if self._peek() in _OPEN and self._peek():
            return self._selector()
        word = self._until(" \t\n\r\f,")
        if word in ("closest", "find", "next", "previous"):
            self._skip()
            selector = self._selector()
            return f"{word} {selector}" if selector else word
        return word

    def _selector(self) -> str:
        if self._peek() and self._peek() in _OPEN:
            self._at += 1
            found = self._until(_CLOSED).strip()
            self._at += 1
            return found
        return self._until(" \t\n\r\f,")

    def _filter(self) -> str:
        if self._peek() != "[":
            return ""
        depth, start, quote = 0, self._at + 1, ""
        while (char := self._peek()) != "":
            self._at += 1
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"`":
                quote = char
            elif char == "[":
                depth += 1
            elif char == "]":
                depth -= 1
                if not depth:
                    return self._text[start : self._at - 1]
        return self._text[start:]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _until(self, ends: str) -> str:
        start = self._at
        while (char := self._peek()) and char not in ends:
            self._at += 1
        return self._text[start : self._at]


def passes(expression: str, event: PageEvent) -> bool:
    """Tell whether an event fulfils a condition.

    Raises:
        NeedsBrowser: Only a script engine can tell.
    """
    return any(
        all(_holds(term.strip(), expression, event) for term in side.split("&&"))
        for side in expression.split("||")
    )


def _holds(term: str, expression: str, event: PageEvent) -> bool:
    match = _TERM.fullmatch(term)
    if match is None:
        raise NeedsBrowser(event.call, f"a script decides whether [{expression}] holds")
    if match["flag"]:
        held = _HELD[match["flag"]] in event.held or (
            match["flag"] == "ctrlKey" and "ControlOrMeta" in event.held
        )
        return held is not bool(match["no"])
    if match["word"]:
        return match["word"] == "true"
    return (event.key == match["key"]) is match["compared"].startswith("=")


def acted_instead(event: PageEvent, el: Any) -> bool:
    """Tell the same of htmx 1.9, which looks at the element that acts."""
    if event.kind not in ("submit", "click"):
        return False
    if el.tag == "form" or (el.matches('input[type="submit"], button') and el.closest("form") is not None):
        return True
    href = el.attr("href") if el.tag == "a" else None
    return href is not None and (href == "#" or not href.startswith("#"))


def acts_instead(event: PageEvent, el: Any) -> bool:
    """Tell whether htmx acts instead of what the element does of its own at the event."""
    if not is_element(el):
        return False
    if event.kind == "submit":
        return bool(el.tag == "form")
    if event.kind != "click":
        return False
    button = el.closest('input[type="submit"], button')
    if button is not None and (button.attr("form") is not None or button.closest("form") is not None):
        return bool(button.tag == "input" or button_type(button) == "submit")
    link = el.closest("a")
    href = link.attr("href") if link is not None else None
    return href is not None and not _SAME_PAGE.match(href)
