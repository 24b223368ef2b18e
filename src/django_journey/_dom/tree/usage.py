"""Whether a page has elements or attributes of a kind at all, so that rules about others can be skipped."""

from __future__ import annotations

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees

__all__ = ["uses"]


def uses(doc: Document, css: str) -> bool:
    """Return whether the page has an element that matches a selector; always true if it has shadow trees.

    Args:
        doc: The document.
        css: A selector of the parser's engine, such as ``[aria-owns]``.
    """
    known: dict[str, bool] = doc.tree_memo("usage", dict[str, bool])
    found = known.get(css)
    if found is None:
        found = known[css] = has_shadow_trees(doc) or doc.tree.select_one(css) is not None
    return found
