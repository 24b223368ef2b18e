"""Checks whether a query may match in a shadow tree, which locators do not enter here."""

from __future__ import annotations

from django_journey._dom.aria import roles
from django_journey._dom.query.parts import (
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
from django_journey._dom.rendering.text import normalize
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, ParentNode
from django_journey._dom.tree.patterns import search
from django_journey.errors import NeedsBrowser

__all__ = ["check_shadow_trees"]


def check_shadow_trees(doc: Document, parts: list[Part]) -> None:
    """Raise an error for a query that may match in an open shadow tree.

    Raises:
        NeedsBrowser: A part of it may match an element there.
    """
    inside = doc.tree_memo("shadow.elements", lambda: _inside(doc.tree))
    for part in parts if inside else ():
        for el in inside:
            if _may_fit(doc, part, el):
                raise NeedsBrowser(
                    part.describe(),
                    f"<{el.tag}> in a shadow tree may be meant, where locators do not look",
                    where=doc.url,
                )


def _inside(root: ParentNode) -> list[Element]:
    found: list[Element] = []
    for el in root.iter_elements():
        if el.shadow_root is not None:
            found += [*el.shadow_root.iter_elements(), *_inside(el.shadow_root)]
    return found


def _may_fit(doc: Document, part: Part, el: Element) -> bool:
    """Return whether an element of a shadow tree may match one part; true in case of doubt."""
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


def _fits_css(el: Element, css: str) -> bool:
    try:
        return bool(el.matches(css or "*"))
    except ValueError:
        return True


def _fits_text(wanted: TextPattern, text: str) -> bool:
    text = normalize(text)
    return normalize(wanted).lower() in text.lower() if isinstance(wanted, str) else search(wanted, text)
