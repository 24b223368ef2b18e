"""Which attributes and elements a page uses at all, so that rules about the others cost nothing."""

from __future__ import annotations

from django_journey.dom.document import Document
from django_journey.dom.flat_tree import has_shadow_trees

__all__ = ["uses"]


def uses(doc: Document, css: str) -> bool:
    """Tell whether some element of the page fits a selector; taken for granted where there are shadow trees.

    Args:
        doc: The document.
        css: A plain selector, such as ``[aria-owns]``.
    """
    known: dict[str, bool] = doc.keep("usage", dict[str, bool])
    found = known.get(css)
    if found is None:
        found = known[css] = has_shadow_trees(doc) or doc.tree.select_one(css) is not None
    return found
