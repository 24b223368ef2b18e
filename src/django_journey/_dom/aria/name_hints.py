"""A quick test for elements that can't have a name, by the text in them, before any name is computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees
from django_journey._dom.tree.parser import Element, is_text
from django_journey._dom.tree.walk import with_ancestors
from django_journey._dom.tree.white_space import squeezed

__all__ = ["may_be_named"]

#: What adds something to a name, its own or that of an element around it, that is not the text in that element.
_SPEAKING = (
    "[aria-label],[aria-labelledby],[aria-owns],[aria-valuetext],[aria-valuenow],[role][value],[title],[alt],[summary],"
    "input,select,textarea,progress,meter,output,svg,button[id],label button"
)


def may_be_named(doc: Document, name: str) -> Callable[[Element], bool]:
    """Return a test that fails for an element whose name can't contain a text.

    Args:
        doc: The document.
        name: The text.
    """
    part = squeezed(name)
    if not part or has_shadow_trees(doc):
        return lambda el: True
    speaking = doc.tree_memo("names.speaking", lambda: with_ancestors(doc, _SPEAKING))

    @cache
    def generates_text() -> Callable[[Element], bool] | None:
        styles = visibility_of(doc).styles
        return styles.generates_text if styles.may_generate_text else None

    def may_be(el: Element) -> bool:
        text = squeezed(el.text)
        if part in text or el in speaking:
            return True
        children = el.children
        inner = [] if len(children) < 2 and all(map(is_text, children)) else el.select("*")
        if inner and _is_subsequence(part, text):  # hidden text between its parts is left out
            return True
        generates = generates_text()
        return generates is not None and any(map(generates, (el, *inner)))

    return may_be


def _is_subsequence(part: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in part)
