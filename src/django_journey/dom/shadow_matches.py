"""Tells whether a query might find something in a shadow tree, into which locators do not look here."""

from __future__ import annotations

from typing import Any

from django_journey.dom import roles
from django_journey.dom.document import Document
from django_journey.dom.patterns import search
from django_journey.dom.queries import (
    Alternative,
    Attribute,
    Chain,
    Css,
    Has,
    HasText,
    Intersection,
    Label,
    Part,
    Role,
    TestId,
    Text,
    TextPattern,
)
from django_journey.dom.text import normalize
from django_journey.errors import NeedsBrowser

__all__ = ["check_shadow_trees"]


def check_shadow_trees(doc: Document, parts: list[Part]) -> None:
    """Refuse a query of which Playwright might find something in an open shadow tree.

    Raises:
        NeedsBrowser: A part of it fits an element there.
    """
    inside = doc.keep("shadow.elements", lambda: _inside(doc.tree))
    for part in parts if inside else ():
        for el in inside:
            if _may_fit(doc, part, el):
                raise NeedsBrowser(
                    part.describe(),
                    f"<{el.tag}> in a shadow tree may be meant, where locators do not look",
                    where=doc.url,
                )


def _inside(root: Any) -> list[Any]:
    found: list[Any] = []
    for el in root.iter_elements():
        if el.shadow_root is not None:
            found += [*el.shadow_root.iter_elements(), *_inside(el.shadow_root)]
    return found


def _may_fit(doc: Document, part: Part, el: Any) -> bool:
    """Tell whether an element of a shadow tree may matter to one part; rather too often than too seldom."""
    match part:
        case Css():
            return any(_fits_css(el, selector.compounds[-1].css) for selector in part.selectors)
        case Text() | HasText():
            return el.tag not in ("style", "script") and _fits_text(part.text, el.text)
        case Role():
            return roles.role_of(doc, el) == part.role
        case Label():
            return el.tag == "label" or bool(el.attr("aria-label") or el.attr("aria-labelledby"))
        case Attribute():
            return _fits_text(part.text, el.attr(part.name) or "")
        case TestId():
            return any(el.attr(name.strip()) is not None for name in part.attribute.split(","))
        case Has() | Chain() | Alternative() | Intersection():
            return any(_may_fit(doc, inner, el) for inner in part.query.parts)
        case _:
            return False


def _fits_css(el: Any, css: str) -> bool:
    try:
        return bool(el.matches(css or "*"))
    except ValueError:
        return True


def _fits_text(wanted: TextPattern, text: str) -> bool:
    text = normalize(text)
    return normalize(wanted).lower() in text.lower() if isinstance(wanted, str) else search(wanted, text)
