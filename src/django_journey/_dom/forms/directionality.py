"""The directionality of elements, ``ltr`` or ``rtl``, which ``dirname`` submits."""

from __future__ import annotations

import unicodedata

from django_journey._dom.forms.controls import value
from django_journey._dom.forms.sanitize import TEXT_LIKE, input_type
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_element, is_text

__all__ = ["direction_of"]

_AUTO_BY_VALUE = frozenset((*TEXT_LIKE, "hidden", "submit", "reset", "button"))


def direction_of(doc: Document, el: Element) -> str:
    """Return an element's directionality, ``ltr`` or ``rtl``.

    Source: HTML Living Standard, 3.2.6.4 The dir attribute.
    """
    stated = (el.attr("dir") or "").lower()
    if stated in ("ltr", "rtl"):
        return stated
    if stated == "auto" or el.tag == "bdi":
        return _auto(doc, el) or "ltr"
    if el.tag == "input" and input_type(el) == "tel":
        return "ltr"
    parent = el.parent
    return direction_of(doc, parent) if parent is not None and is_element(parent) else "ltr"


def _auto(doc: Document, el: Element) -> str | None:
    if el.tag == "textarea" or (el.tag == "input" and input_type(el) in _AUTO_BY_VALUE):
        return _first_strong(value(doc, el)) or "ltr"
    return _contained(el)


def _contained(el: Element) -> str | None:
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


def _is_apart(el: Element) -> bool:
    stated = (el.attr("dir") or "").lower()
    return el.tag in ("bdi", "script", "style", "textarea") or stated in ("ltr", "rtl", "auto")


def _first_strong(text: str) -> str | None:
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None
