"""Text fields: their text, their caret, and how keys change both."""

from __future__ import annotations

import re
import unicodedata

from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import TEXT_LIKE, input_type
from django_journey._dom.forms.validity import length_limit
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._pages.behaviours.fire import edited, fire
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import check_event
from django_journey._trace.record import recorder
from django_journey._trace.secrets.mask_text import MASK
from django_journey.errors import NeedsBrowser

__all__ = [
    "caret_after_focus",
    "caret_after_tab",
    "caret_clicked",
    "erase",
    "insert",
    "is_text_field",
    "is_writable",
    "masked",
    "move",
    "select_all",
    "write",
]

_TYPED = TEXT_LIKE | {"number"}
#: The types whose caret Playwright puts before the text when it brings the focus there.
_SELECTABLE = TEXT_LIKE - {"email"}
_NOT_NUMERIC = re.compile(r"[^0-9eE.+\-]")


def is_text_field(el: Element) -> bool:
    """Tell whether keys enter text into the element."""
    return bool(el.tag == "textarea" or (el.tag == "input" and input_type(el) in _TYPED))


def is_writable(el: Element) -> bool:
    """Tell whether the element is a text field that keys can change."""
    return is_text_field(el) and not (controls.is_readonly(el) or controls.is_disabled(el))


def masked(el: Element | None, text: str) -> str:
    """Return a text as the trace shows it: masked where it goes into a password field or another secret one."""
    if el is None:
        return f'"{text}"'
    if (el.attr("type") or "").lower() == "password":
        recorder.hide(text)
        return MASK
    return f'"{recorder.secret(el.attr("name") or "", text)}"'


def write(page: PageProtocol, el: Element, text: str, *, call: str) -> None:
    """Replace the text of a field, up to its ``maxlength``, and put the caret behind it.

    Args:
        page: The page.
        el: A text field.
        text: The new text.
        call: The call, for errors.
    """
    if el.tag == "input" and input_type(el) == "number":
        text = _NOT_NUMERIC.sub("", text)
    text = _cut(text, _room(el))
    _store(page, el, text, len(text), call)


def insert(page: PageProtocol, el: Element, text: str, *, call: str) -> None:
    """Insert a character at the caret, in place of the selection.

    Raises:
        NeedsBrowser: The position of the caret depends on the layout.
    """
    held = controls.shown_text(page.document, el)
    start, end = _selection(page.document, el, held, call)
    before, after = held[:start], held[end:]
    if after and (text > "\uffff" or any(_may_combine(char) for char in before[-1:] + after[0])):
        raise NeedsBrowser(
            call, "it writes into the middle of a text with characters of several parts", where=page.url
        )
    if el.tag == "input" and input_type(el) == "number" and not _is_accepted(before, after, text, el, call):
        return
    entered = _cut(text, _room(el, before + after))
    if (
        entered or start < end
    ):  # a rejected character is no edit: the length of the field is still not validated
        _store(page, el, before + entered + after, start + len(entered), call)


def erase(page: PageProtocol, el: Element, *, backwards: bool, call: str) -> None:
    """Delete the selection, or the character before or after the caret.

    Raises:
        NeedsBrowser: The position of the caret depends on the layout, or the character is a combined one.
    """
    held = controls.shown_text(page.document, el)
    start, end = _selection(page.document, el, held, call)
    if start == end:
        start, end = (max(start - 1, 0), end) if backwards else (start, min(end + 1, len(held)))
        if any(_may_combine(char) for char in held[start : end + 1]):
            raise NeedsBrowser(call, "what it erases is a character of several parts", where=page.url)
    if start < end:
        _store(page, el, held[:start] + held[end:], start, call)


def move(page: PageProtocol, el: Element, key: str, *, extend: bool, call: str) -> None:
    """Move the caret of a one-line field: ``Home``, ``End``, ``ArrowLeft`` or ``ArrowRight``.

    Raises:
        NeedsBrowser: The field has several lines, or its text may run from right to left.
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


def select_all(doc: Document, el: Element) -> None:
    """Select the whole text of a field."""
    doc.carets[el] = (0, len(controls.shown_text(doc, el)))


def caret_after_focus(doc: Document, el: Element) -> None:
    """Put the caret where Playwright puts it when it focuses a field."""
    if el.tag == "input" and input_type(el) in _SELECTABLE:
        doc.carets[el] = (0, 0)


def caret_after_tab(doc: Document, el: Element | None) -> None:
    """Select the text of a one-line field, as the Tab key does."""
    if el is not None and el.tag == "input" and is_text_field(el):
        select_all(doc, el)


def caret_clicked(doc: Document, el: Element) -> None:
    """Note that a click has set the caret, whose position depends on the layout."""
    if is_text_field(el):
        doc.carets[el] = None


def _selection(doc: Document, el: Element, held: str, call: str) -> tuple[int, int]:
    if not held:
        return 0, 0
    found = doc.carets.get(el, (0, 0))
    if found is None:
        raise NeedsBrowser(
            call,
            f"{show(el)} holds a text, and where a click puts the caret in it depends on the layout; "
            "press('End'), press('Home') or press('Control+a') sets it first, and fill() replaces the text",
        )
    return min(found[0], len(held)), min(found[1], len(held))


def _store(page: PageProtocol, el: Element, text: str, caret: int, call: str) -> None:
    check_event(page, el, "key", call)
    check_event(page, el, "change", call)
    edited(page, el)
    controls.set_shown_text(page.document, el, text)
    page.document.carets[el] = (caret, caret)
    fire(page, el, "input", call)


def _is_accepted(before: str, after: str, char: str, el: Element, call: str) -> bool:
    """Tell whether a number field accepts a character, as in Chromium: one point, one exponent, a sign before each."""
    if _NOT_NUMERIC.fullmatch(char):
        return False
    if char in "0123456789" and after[:1] not in ("+", "-"):
        return True
    if after or (char in "+-" and before and before[-1] not in "eE"):
        raise NeedsBrowser(call, f"{show(el)} handles {char!r} there in a way of its own")
    known = before.lower()
    return not ((char == "." and ("." in known or "e" in known)) or (char in "eE" and "e" in known))


def _room(el: Element, held: str = "") -> int | None:
    """Return how many more UTF-16 code units the field accepts; ``None`` without a limit."""
    limited = el.tag == "textarea" or input_type(el) in TEXT_LIKE
    most = length_limit(el, "maxlength") if limited else None
    return None if most is None else max(0, most - _utf16_length(held))


def _cut(text: str, room: int | None) -> str:
    if room is None:
        return text
    result = ""
    for char in text:
        room -= _utf16_length(char)
        if room < 0:
            break
        result += char
    return result


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _may_combine(char: str) -> bool:
    """Tell whether a character may be part of a combined one: accents, joiners, emoji modifiers, flags, Hangul."""
    return char > "\u02ff" and (
        unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf", "Sk")
        or "\U0001f1e6" <= char <= "\U0001f1ff"
        or "\u1100" <= char <= "\u11ff"
    )
