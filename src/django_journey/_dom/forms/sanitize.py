"""The value sanitization algorithm of each input type."""

from __future__ import annotations

import re
from decimal import Decimal

from django_journey._dom.forms.colors import as_hex
from django_journey._dom.forms.times import TEMPORAL, normal_local, number_of
from django_journey._dom.tree.parser import Element

__all__ = [
    "EMAIL",
    "TEXT_LIKE",
    "ascii_email",
    "input_type",
    "is_number",
    "parse_number",
    "sanitized",
    "unicode_emails",
]

#: The types whose value is a typed line of text.
TEXT_LIKE = frozenset(("text", "search", "tel", "url", "email", "password"))
_BUTTONS = ("submit", "image", "reset", "button")
_OTHERS = ("hidden", "number", "range", "color", "checkbox", "radio", "file")
_TYPES = frozenset((*TEXT_LIKE, *TEMPORAL, *_OTHERS, *_BUTTONS))
_WHITE = "\t\n\f\r "
#: A floating-point number as Chromium reads it, which accepts ``1.e2`` too.
_NUMBER = re.compile(r"-?(\d+(\.(\d+|(?=[eE])))?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
#: A valid e-mail address (HTML Living Standard, 4.10.5.1.5).
EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
#: A label that an internationalized domain can't have: a hyphen at an end, or two hyphens after two characters.
_ODD_LABEL = re.compile(r"-.*|.*-|..--.*", re.DOTALL)
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_ASCII_LABEL = re.compile(r"(?<=[@.])xn--[a-z0-9-]+(?=[.,]|$)", re.IGNORECASE)
_LONGEST_HOST = 253
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def input_type(el: Element) -> str:
    """Return the state of an input's ``type`` attribute; an unknown type is ``text``."""
    kind = (el.attr("type") or "text").lower()
    return kind if kind in _TYPES else "text"


def is_number(text: str) -> bool:
    """Return whether the text is a valid floating-point number (HTML Living Standard, 2.3.4.3)."""
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) != float("inf")


def parse_number(text: str | None) -> Decimal | None:
    """Return the number that a text represents, or ``None`` if it is not a valid floating-point number."""
    return Decimal(text) if text is not None and is_number(text) else None


def sanitized(el: Element, text: str) -> str:
    """Return an input's value after it is set to a text.

    Args:
        el: The input.
        text: The value to set.

    Source: HTML Living Standard, 4.10.5.1, the value sanitization algorithm of each type.
    """
    kind = input_type(el)
    if kind in ("text", "search", "tel", "password"):
        return _one_line(text)
    if kind == "url":
        return _one_line(text).strip(_WHITE)
    if kind == "email":
        line = _one_line(text)
        parts = [line] if el.attr("multiple") is None else line.split(",")
        return ",".join(ascii_email(part.strip(_WHITE)) for part in parts)
    if kind == "datetime-local":
        return normal_local(text)
    if kind in TEMPORAL:
        return text if number_of(kind, text) is not None else ""
    if kind == "number":
        return text if is_number(text) else ""
    if kind == "range":
        return _in_range(el, text)
    if kind == "color":
        return text.lower() if _COLOR.fullmatch(text) else as_hex(text)
    return text


def ascii_email(text: str) -> str:
    """Return an e-mail address with its domain in ASCII, as in Chromium; unchanged if the result is invalid."""
    local, _, domain = text.partition("@")
    if domain.isascii() or any(_ODD_LABEL.fullmatch(label) for label in _DOTS.split(domain)):
        return text
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return text
    found = f"{local}@{host}"
    return found if len(host) <= _LONGEST_HOST and EMAIL.fullmatch(found) else text


def unicode_emails(text: str) -> str:
    """Return e-mail addresses as a field displays them, with the domains decoded from ASCII."""
    return _ASCII_LABEL.sub(_readable, text)


def _readable(label: re.Match[str]) -> str:
    try:
        return label[0].encode("ascii").decode("idna")
    except UnicodeError:
        return label[0]


def _one_line(text: str) -> str:
    return text.replace("\n", "").replace("\r", "") if "\n" in text or "\r" in text else text


def _in_range(el: Element, text: str) -> str:
    low = _first(parse_number(el.attr("min")), Decimal(0))
    high = _first(parse_number(el.attr("max")), Decimal(100))
    given = parse_number(text)
    value = given if given is not None else (low + (high - low) / 2 if high >= low else low)
    value = max(low, min(value, max(low, high)))
    step = _range_step(el)
    if step is not None:
        base = _first(parse_number(el.attr("min")), parse_number(el.attr("value")) or Decimal(0))
        value = _stepped(value, base, step, low, max(low, high))
    return text if given is not None and value == given else plain(value)


def _first(value: Decimal | None, default: Decimal) -> Decimal:
    return default if value is None else value


def _range_step(el: Element) -> Decimal | None:
    text = el.attr("step")
    if text is not None and text.lower() == "any":
        return None
    step = parse_number(text)
    return step if step is not None and step > 0 else Decimal(1)


def _stepped(value: Decimal, base: Decimal, step: Decimal, low: Decimal, high: Decimal) -> Decimal:
    # Chromium rounds half a step away from the base, and ignores a step that leaves the range.
    nearest = base + ((value - base) / step).to_integral_value("ROUND_HALF_UP") * step
    if nearest > high:
        nearest -= step
    elif nearest < low:
        nearest += step
    return nearest if low <= nearest <= high else value


def plain(value: Decimal) -> str:
    """Return a number as in HTML, without trailing zeros."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text
