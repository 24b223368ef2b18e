"""Constraint validation: which controls are invalid, and why."""

from __future__ import annotations

import re
from decimal import Decimal

from django_journey._dom.forms import controls
from django_journey._dom.forms.js_regex import InvalidPattern, compile_pattern
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.sanitize import EMAIL, TEXT_LIKE, ascii_email, input_type, parse_number
from django_journey._dom.forms.times import TEMPORAL, number_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import has

__all__ = ["RANGED", "first_invalid", "is_candidate", "length_limit", "problem_of"]

_REQUIRABLE = frozenset((*TEXT_LIKE, *TEMPORAL, "number", "checkbox", "radio", "file"))
#: The types with a minimum, a maximum and a step.
RANGED = frozenset((*TEMPORAL, "number", "range"))
#: Each type's default step, and its step scale factor.
_STEPS: dict[str, tuple[Decimal, Decimal]] = {
    "number": (Decimal(1), Decimal(1)),
    "range": (Decimal(1), Decimal(1)),
    "date": (Decimal(1), Decimal(86_400_000)),
    "week": (Decimal(1), Decimal(604_800_000)),
    "month": (Decimal(1), Decimal(1)),
    "time": (Decimal(60), Decimal(1000)),
    "datetime-local": (Decimal(60), Decimal(1000)),
}
_WEEK_BASE = Decimal(-259_200_000)  # the Monday of the week of 1 January 1970


def first_invalid(doc: Document, form: Element) -> tuple[Element, str] | None:
    """Return the first invalid control of a form with the reason; ``None`` if the form is valid.

    Source: HTML Living Standard, 4.10.21.2 Constraint validation.
    """
    for el in elements_of(doc, form):
        if is_candidate(el):
            reason = problem_of(doc, el)
            if reason:
                return el, reason
    return None


def is_candidate(el: Element) -> bool:
    """Return whether an element is a candidate for constraint validation."""
    kind = input_type(el) if el.tag == "input" else el.tag
    if el.tag in ("fieldset", "object", "output") or kind in ("hidden", "reset", "button"):
        if el.tag != "button":
            return False
        word = (el.attr("type") or "submit").lower()
        return word not in ("reset", "button") and not controls.is_disabled(el)
    if controls.is_disabled(el) or el.closest("datalist") is not None:
        return False
    # Chromium bars inputs with ``readonly`` even if their type can't be read-only.
    return not (has(el, "readonly") and el.tag in ("input", "textarea"))


def problem_of(doc: Document, el: Element) -> str:
    """Return why a control is invalid, in words; an empty string if it is valid.

    Args:
        doc: The document.
        el: A candidate for constraint validation.

    Raises:
        NeedsBrowser: Its ``pattern`` can't be expressed in Python.
    """
    if _is_missing(doc, el):
        return "is required"
    if el.tag == "textarea":
        return _length_problem(doc, el, controls.value(doc, el))
    if el.tag != "input":
        return ""
    kind, text = input_type(el), controls.value(doc, el)
    if kind in RANGED:
        shown = controls.shown_text(doc, el)
        if shown and not text:
            return f"holds {shown!r}, which is not a number"
        return _range_problem(el, kind, text)
    if kind not in TEXT_LIKE or not text:
        return ""
    return _type_problem(el, kind, text) or _pattern_problem(el, kind, text) or _length_problem(doc, el, text)


def _is_missing(doc: Document, el: Element) -> bool:
    if el.tag == "select":
        return has(el, "required") and _has_no_choice(doc, el)
    if el.tag == "textarea":
        return has(el, "required") and not controls.is_readonly(el) and not controls.value(doc, el)
    if el.tag != "input":
        return False
    kind = input_type(el)
    if kind == "radio":
        # Chromium requires nothing of a radio button without a name.
        group = controls.radio_group(doc, el) if el.attr("name") else []
        return any(has(each, "required") for each in group) and not any(
            controls.is_checked(doc, each) for each in group
        )
    if not has(el, "required") or kind not in _REQUIRABLE:
        return False
    if kind == "checkbox":
        return not controls.is_checked(doc, el)
    if kind == "file":
        return not controls.files(doc, el)
    return not controls.value(doc, el)


def _has_no_choice(doc: Document, el: Element) -> bool:
    chosen = controls.selected_options(doc, el)
    if not chosen:
        return True
    return len(chosen) == 1 and chosen[0] is controls.placeholder_option(el)


def _type_problem(el: Element, kind: str, text: str) -> str:
    if kind == "email":
        parts = [part.strip("\t\n\f\r ") for part in text.split(",")] if has(el, "multiple") else [text]
        wrong = next((part for part in parts if not is_email(part)), None)
        return "" if wrong is None else f"holds {wrong!r}, which is not an e-mail address"
    if kind == "url" and not _is_url(text):
        return f"holds {text!r}, which is not an absolute URL"
    return ""


def is_email(text: str) -> bool:
    """Return whether a text is a valid e-mail address in HTML; the domain may be internationalized."""
    return EMAIL.fullmatch(ascii_email(text)) is not None


def _is_url(text: str) -> bool:
    try:
        parse_url(text)
    except ValueError:
        return False
    return True


def _pattern_problem(el: Element, kind: str, text: str) -> str:
    source = el.attr("pattern")
    if not source:
        return ""
    try:
        pattern = compile_pattern(source)
    except InvalidPattern:
        return ""  # a browser ignores it and logs a warning
    parts = [text]
    if kind == "email" and has(el, "multiple"):
        parts = [part.strip("\t\n\f\r ") for part in text.split(",")]
    wrong = next((part for part in parts if not pattern.fullmatch(part)), None)
    return "" if wrong is None else f"holds {wrong!r}, which does not fit the pattern {source!r}"


def _length_problem(doc: Document, el: Element, text: str) -> str:
    # Only typed text is checked; a default value may have any length.
    if el not in doc.dirty.values or not text:
        return ""
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    most, least = length_limit(el, "maxlength"), length_limit(el, "minlength")
    if most is not None and length > most:
        return f"is longer than {most} characters"
    if least is not None and length < least:
        return f"is shorter than {least} characters"
    return ""


def length_limit(el: Element, name: str) -> int | None:
    """Return the value of ``maxlength`` or ``minlength``, or ``None``."""
    match = re.match(r"[\t\n\f\r ]*\+?(\d+)", el.attr(name) or "", re.ASCII)
    return int(match[1]) if match else None


def _range_problem(el: Element, kind: str, text: str) -> str:
    value = _as_number(kind, text)
    if value is None:
        return ""
    low, high = _as_number(kind, el.attr("min")), _as_number(kind, el.attr("max"))
    if kind == "range":
        low = Decimal(0) if low is None else low
        high = max(low, Decimal(100) if high is None else high)
    if kind == "time" and low is not None and high is not None and high < low:
        if high < value < low:
            return f"is not between {el.attr('min')} and {el.attr('max')}"
    elif low is not None and value < low:
        return f"is below {el.attr('min') or low}"
    elif high is not None and value > high:
        return f"is above {el.attr('max') or high}"
    return _step_problem(el, kind, value)


def _step_problem(el: Element, kind: str, value: Decimal) -> str:
    stated = el.attr("step")
    if stated is not None and stated.lower() == "any":
        return ""
    default, unit = _STEPS[kind]
    step = parse_number(stated)
    if step is None or step <= 0:
        step = default
    elif kind in ("date", "week", "month"):
        step = max(Decimal(1), step.to_integral_value("ROUND_HALF_UP"))
    size = step * unit
    if kind in ("time", "datetime-local"):
        size = max(Decimal(1), size.to_integral_value("ROUND_HALF_UP"))
    base = _as_number(kind, el.attr("min"))
    if base is None:
        base = _as_number(kind, el.attr("value"))
    if base is None:
        base = _WEEK_BASE if kind == "week" else Decimal(0)
    if not _is_off_step(abs(value - base), size, kind):
        return ""
    return f"is not a whole number of steps of {step} from {base}"


def _is_off_step(distance: Decimal, size: Decimal, kind: str) -> bool:
    """Return whether a distance is not a multiple of a step, with Chromium's tolerance."""
    if distance / 2**53 > size:
        return False  # beyond the precision of a double
    rest = abs(distance - size * (distance / size).to_integral_value("ROUND_HALF_UP"))
    tolerance = size / 2**24 if kind in ("number", "range") else Decimal(0)
    return tolerance < rest < size - tolerance


def _as_number(kind: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    if kind in TEMPORAL:
        number = number_of(kind, text)
        return None if number is None else Decimal(number)
    return parse_number(text)
