"""A field that text is written into: what stands in it, where its caret is, and what keys make of both."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django_journey.dom import controls
from django_journey.dom.document import Document
from django_journey.dom.sanitize import TEXT_LIKE, input_type
from django_journey.dom.validity import length_limit
from django_journey.errors import NeedsBrowser
from django_journey.pages.scripts import check_event, shown
from django_journey.pages.shown import ShownPage

__all__ = [
    "clicked",
    "entered",
    "erase",
    "insert",
    "is_text_field",
    "is_writable",
    "move",
    "refocused",
    "select_all",
    "write",
]

_TYPED = TEXT_LIKE | {"number"}
#: The types whose caret Playwright puts before the text when it brings the focus there.
_SELECTABLE = TEXT_LIKE - {"email"}
_NOT_NUMERIC = re.compile(r"[^0-9eE.+\-]")


def is_text_field(el: Any) -> bool:
    """Tell whether keys write text into the element."""
    return bool(el.tag == "textarea" or (el.tag == "input" and input_type(el) in _TYPED))


def is_writable(el: Any) -> bool:
    """Tell whether the element is a text field that keys can change."""
    return is_text_field(el) and not (controls.is_readonly(el) or controls.is_disabled(el))


def write(page: ShownPage, el: Any, text: str, *, call: str) -> None:
    """Put a text into a field in place of what it holds, as far as it takes it; the caret stands behind it.

    Args:
        page: The page.
        el: A text field.
        text: What is written.
        call: The call, for errors.
    """
    if el.tag == "input" and input_type(el) == "number":
        text = _NOT_NUMERIC.sub("", text)
    text = _cut(el, text, _room(el))
    _store(page, el, text, len(text), call)


def insert(page: ShownPage, el: Any, text: str, *, call: str) -> None:
    """Write a character at the caret, in place of what is selected.

    Raises:
        NeedsBrowser: Where the caret is depends on the layout.
    """
    held = controls.shown_text(page.document, el)
    start, end = _selection(page.document, el, held, call)
    before, after = held[:start], held[end:]
    if after and (text > "\uffff" or any(_joins(char) for char in before[-1:] + after[0])):
        raise NeedsBrowser(
            call, "it writes into the middle of a text with characters of several parts", where=page.url
        )
    if el.tag == "input" and input_type(el) == "number" and not _is_taken(before, after, text, el, call):
        return
    kept = _cut(el, text, _room(el, before + after))
    if kept or start < end:  # what does not fit is no edit, so that the field's length is still not judged
        _store(page, el, before + kept + after, start + len(kept), call)


def erase(page: ShownPage, el: Any, *, backwards: bool, call: str) -> None:
    """Erase what is selected, or the character before or behind the caret.

    Raises:
        NeedsBrowser: Where the caret is depends on the layout, or the character is of several parts.
    """
    held = controls.shown_text(page.document, el)
    start, end = _selection(page.document, el, held, call)
    if start == end:
        start, end = (max(start - 1, 0), end) if backwards else (start, min(end + 1, len(held)))
        if any(_joins(char) for char in held[start : end + 1]):
            raise NeedsBrowser(call, "what it erases is a character of several parts", where=page.url)
    if start < end:
        _store(page, el, held[:start] + held[end:], start, call)


def move(page: ShownPage, el: Any, key: str, *, extend: bool, call: str) -> None:
    """Move the caret of a one-line field: ``Home``, ``End``, ``ArrowLeft`` or ``ArrowRight``.

    Raises:
        NeedsBrowser: The field has lines, or its text may run from right to left.
    """
    held = controls.shown_text(page.document, el)
    if el.tag == "textarea" or extend or not held.isascii():
        raise NeedsBrowser(call, "where it leads to depends on the layout", where=page.url)
    if key in ("Home", "End"):
        at = 0 if key == "Home" else len(held)
    else:
        start, end = _selection(page.document, el, held, call)
        step = -1 if key == "ArrowLeft" else 1
        at = (start if step < 0 else end) if start != end else max(0, min(len(held), start + step))
    page.document.carets[el] = (at, at)


def select_all(doc: Document, el: Any) -> None:
    """Select the whole text of a field."""
    doc.carets[el] = (0, len(controls.shown_text(doc, el)))


def refocused(doc: Document, el: Any) -> None:
    """Put the caret where Playwright puts it when it brings the focus to a field that had it not."""
    if el.tag == "input" and input_type(el) in _SELECTABLE:
        doc.carets[el] = (0, 0)


def entered(doc: Document, el: Any) -> None:
    """Put the caret where the Tab key puts it: the text of a one-line field is selected."""
    if el is not None and el.tag == "input" and is_text_field(el):
        select_all(doc, el)


def clicked(doc: Document, el: Any) -> None:
    """Take note that the caret is where a click put it, which only the layout tells."""
    if is_text_field(el):
        doc.carets[el] = None


def _selection(doc: Document, el: Any, held: str, call: str) -> tuple[int, int]:
    if not held:
        return 0, 0
    found = doc.carets.get(el, (0, 0))
    if found is None:
        raise NeedsBrowser(
            call,
            f"{shown(el)} holds a text, and where in it a click puts the caret depends on the layout; "
            "press('End'), press('Home') or press('Control+a') before says it, and fill() writes anew",
        )
    return min(found[0], len(held)), min(found[1], len(held))


def _store(page: ShownPage, el: Any, text: str, caret: int, call: str) -> None:
    check_event(page, el, "key", call)
    check_event(page, el, "change", call)
    controls.set_shown_text(page.document, el, text)
    page.document.carets[el] = (caret, caret)


def _is_taken(before: str, after: str, char: str, el: Any, call: str) -> bool:
    """Tell whether a number field takes a character, as Chromium's: one point, one exponent, a sign before each."""
    if _NOT_NUMERIC.fullmatch(char):
        return False
    if char in "0123456789" and after[:1] not in ("+", "-"):
        return True
    if after or (char in "+-" and before and before[-1] not in "eE"):
        raise NeedsBrowser(call, f"{shown(el)} takes {char!r} there in its own way")
    known = before.lower()
    return not ((char == "." and ("." in known or "e" in known)) or (char in "eE" and "e" in known))


def _room(el: Any, held: str = "") -> int | None:
    """Return how many UTF-16 code units fit beside what is held; ``None`` where nothing limits them."""
    limited = el.tag == "textarea" or input_type(el) in TEXT_LIKE
    most = length_limit(el, "maxlength") if limited else None
    return None if most is None else max(0, most - _units(held))


def _cut(el: Any, text: str, room: int | None) -> str:
    if room is None:
        return text
    kept = ""
    for char in text:
        room -= _units(char)
        if room < 0:
            break
        kept += char
    return kept


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _joins(char: str) -> bool:
    """Tell whether a character may be part of a longer one: accents, joiners, emoji's modifiers, flags, Hangul."""
    return char > "\u02ff" and (
        unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf", "Sk")
        or "\U0001f1e6" <= char <= "\U0001f1ff"
        or "\u1100" <= char <= "\u11ff"
    )
