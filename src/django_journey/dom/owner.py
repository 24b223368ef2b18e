"""Which form a control belongs to: by its ``form`` attribute, by the parser, or by its nearest ancestor."""

from __future__ import annotations

from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.parser import form_end_tags, is_html, positions
from django_journey.dom.tree import ancestors, by_id, select

__all__ = ["LISTED", "elements_of", "form_owner"]

LISTED = ("button", "fieldset", "input", "object", "output", "select", "textarea")
_LISTED_CSS = ",".join(LISTED)


def form_owner(doc: Document, el: Any) -> Any:
    """Return the form that owns the element, or ``None``.

    The ``form`` attribute wins; otherwise the form that the parser associated it with (its form element
    pointer, which outlives misplaced end tags and tables); otherwise the nearest ancestor form.

    Args:
        doc: The document.
        el: A listed element (button, fieldset, input, object, output, select, textarea), an image, or an
            option or label, which have no owner of their own.

    Source: HTML Living Standard, 4.10.17.3 Association of controls and forms, and 13.2.6.1.
    """
    if el.tag in LISTED:
        wanted = el.attr("form")
        if wanted is not None:
            found = by_id(doc, wanted)
            return found if found is not None and found.tag == "form" and is_html(found) else None
    parsed = doc.keep("owner.parsed", lambda: _parser_owners(doc))
    if el in parsed:
        return parsed[el]
    return _nearest(el)


def elements_of(doc: Document, form: Any) -> list[Any]:
    """Return the listed elements that the form owns, in tree order (image buttons included)."""
    owned = doc.keep("owner.elements", lambda: _by_form(doc))
    return owned.get(form, [])


def _by_form(doc: Document) -> dict[Any, list[Any]]:
    owned: dict[Any, list[Any]] = {}
    for el in select(doc, _LISTED_CSS):
        if is_html(el):
            owned.setdefault(form_owner(doc, el), []).append(el)
    return owned


def _nearest(el: Any) -> Any:
    if el.tag != "form":
        found = el.closest("form")  # the parser's own search, much faster than a walk
        if found is None or is_html(found):
            return found
    return next((node for node in ancestors(el) if node.tag == "form" and is_html(node)), None)


def _parser_owners(doc: Document) -> dict[Any, Any]:
    """Return the controls whose parser-set owner is not their nearest ancestor form.

    Only a page whose forms are nested, or that has a control outside any form after a form, can hold one;
    any other page is not read a second time.
    """
    forms = select(doc, "form")
    if not forms or not _may_be_misnested(doc, forms):
        return {}
    where = positions(doc.source, doc.tree)
    ends = form_end_tags(doc.source)
    starts = sorted(((where[form], form) for form in forms if form in where), key=lambda item: item[0])
    owners: dict[Any, Any] = {}
    for el in select(doc, _LISTED_CSS):
        if not is_html(el) or el not in where:
            continue
        pointer = _pointer_at(where[el], starts, ends)
        if pointer is not None and pointer is not _nearest(el):
            owners[el] = pointer
    return owners


def _pointer_at(at: tuple[int, int], starts: list[tuple[Any, Any]], ends: list[tuple[int, int]]) -> Any:
    # A form start tag is dropped while the pointer is set, so every form of the tree set it anew.
    before = [item for item in starts if item[0] < at]
    if not before:
        return None
    began, form = before[-1]  # they are in order
    return None if any(began < end < at for end in ends) else form


def _may_be_misnested(doc: Document, forms: list[Any]) -> bool:
    if any(_nearest(form) is not None for form in forms):
        return True
    seen = False
    for el in select(doc, f"form,{_LISTED_CSS}"):
        if el.tag == "form":
            seen = True
        elif seen and _nearest(el) is None:
            return True
    return False
