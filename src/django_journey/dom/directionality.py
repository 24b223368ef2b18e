"""Which way an element's text runs, ``ltr`` or ``rtl``: what ``dirname`` sends."""

from __future__ import annotations

import unicodedata
from typing import Any

from django_journey.dom.controls import value
from django_journey.dom.document import Document
from django_journey.dom.parser import is_element, is_text
from django_journey.dom.sanitize import TEXT_LIKE, input_type

__all__ = ["direction_of"]

_AUTO_BY_VALUE = frozenset((*TEXT_LIKE, "hidden", "submit", "reset", "button"))


def direction_of(doc: Document, el: Any) -> str:
    """Return the directionality of an element, ``ltr`` or ``rtl``.

    Source: HTML Living Standard, 3.2.6.4 The dir attribute.
    """
    stated = (el.attr("dir") or "").lower()
    if stated in ("ltr", "rtl"):
        return stated
    if stated == "auto":
        return _auto(doc, el) or "ltr"
    if el.tag == "bdi":
        return _auto(doc, el) or "ltr"
    if el.tag == "input" and input_type(el) == "tel":
        return "ltr"
    parent = el.parent
    return direction_of(doc, parent) if parent is not None and is_element(parent) else "ltr"


def _auto(doc: Document, el: Any) -> str | None:
    if el.tag == "textarea" or (el.tag == "input" and input_type(el) in _AUTO_BY_VALUE):
        return _first_strong(value(doc, el)) or "ltr"
    return _contained(el)


def _contained(el: Any) -> str | None:
    for node in el.children:
        if is_text(node):
            found = _first_strong(node.text)
        elif is_element(node) and not _is_apart(node):
            found = _contained(node)
        else:
            continue
        if found:
            return found
    return None


def _is_apart(el: Any) -> bool:
    return el.tag in ("bdi", "script", "style", "textarea") or (el.attr("dir") or "").lower() in (
        "ltr",
        "rtl",
        "auto",
    )


def _first_strong(text: str) -> str | None:
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None
