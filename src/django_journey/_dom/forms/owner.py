"""The form owner of a control: by its ``form`` attribute, by the parser, or by its nearest ancestor."""

from __future__ import annotations

from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, form_end_tags, is_html, positions
from django_journey._dom.tree.walk import ancestors, by_id, select

__all__ = ["LISTED", "elements_of", "form_owner", "keep_parser_owners"]

LISTED = ("button", "fieldset", "input", "object", "output", "select", "textarea")
_LISTED_CSS = ",".join(LISTED)
_Place = tuple[int, int]  # line and column in the source


def form_owner(doc: Document, el: Element) -> Element | None:
    """Return an element's form owner, or ``None``.

    The ``form`` attribute wins; then the form that the parser associated by its form element pointer, which differs
    from the nearest ancestor after misplaced end tags and in tables; then the nearest ancestor form.

    Args:
        doc: The document.
        el: A listed element (button, fieldset, input, object, output, select, textarea), an image, an option or a
            label.

    Source: HTML Living Standard, 4.10.17.3 Association of controls and forms, and 13.2.6.1.
    """
    if el.tag in LISTED:
        wanted = el.attr("form")
        if wanted is not None:
            found = by_id(doc, wanted)
            return found if found is not None and found.tag == "form" and is_html(found) else None
    owner = keep_parser_owners(doc).get(el)
    if owner is not None and _top(owner) is _top(el):
        return owner
    return _nearest(el)


def keep_parser_owners(doc: Document) -> dict[Element, Element]:
    """Return the owners that the parser set, as long as the tree is as it was parsed; call it before it is changed."""
    if doc.parser_owners is None:
        doc.parser_owners = _parser_owners(doc)
    return doc.parser_owners


def elements_of(doc: Document, form: Element) -> list[Element]:
    """Return the listed elements that a form owns, in tree order, image buttons included."""
    owned = doc.tree_memo("owner.elements", lambda: _by_form(doc))
    return owned.get(form, [])


def _by_form(doc: Document) -> dict[Element | None, list[Element]]:
    owned: dict[Element | None, list[Element]] = {}
    for el in select(doc, _LISTED_CSS):
        if is_html(el):
            owned.setdefault(form_owner(doc, el), []).append(el)
    return owned


def _top(node: Any) -> Any:
    while node.parent is not None:
        node = node.parent
    return node


def _nearest(el: Element) -> Element | None:
    if el.tag != "form":
        found = el.closest("form")  # much faster than a walk in Python
        if found is None or is_html(found):
            return found
    return next((node for node in ancestors(el) if node.tag == "form" and is_html(node)), None)


def _parser_owners(doc: Document) -> dict[Element, Element]:
    """Return the owner of each control whose parser-set owner is not its nearest ancestor form.

    There are none unless forms are nested, or a control outside any form follows a form; other pages are not parsed
    a second time.
    """
    forms = select(doc, "form")
    if not forms or not _may_be_misnested(doc, forms):
        return {}
    where = positions(doc.source, doc.tree)
    ends = form_end_tags(doc.source)
    starts = sorted(((where[form], form) for form in forms if form in where), key=lambda item: item[0])
    owners: dict[Element, Element] = {}
    for el in select(doc, _LISTED_CSS):
        if not is_html(el) or el not in where:
            continue
        pointer = _pointer_at(where[el], starts, ends)
        if pointer is not None and pointer is not _nearest(el):
            owners[el] = pointer
    return owners


def _pointer_at(at: _Place, starts: list[tuple[_Place, Element]], ends: list[_Place]) -> Element | None:
    # The parser ignores a form start tag while the pointer is set, so each form in the tree did set it.
    before = [item for item in starts if item[0] < at]
    if not before:
        return None
    began, form = before[-1]  # sorted by position
    return None if any(began < end < at for end in ends) else form


def _may_be_misnested(doc: Document, forms: list[Element]) -> bool:
    if any(_nearest(form) is not None for form in forms):
        return True
    seen = False
    for el in select(doc, f"form,{_LISTED_CSS}"):
        if el.tag == "form":
            seen = True
        elif seen and _nearest(el) is None:
            return True
    return False
