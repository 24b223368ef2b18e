"""How a page looks, for the report: what the user did written into it, its styles in it, its scripts gone."""

from __future__ import annotations

from django_journey.dom.document import Document
from django_journey.dom.tree import child_text, select
from django_journey.pages.shown import ShownPage
from django_journey.trace import recorder

__all__ = ["look_of", "title_of"]


def title_of(doc: Document) -> str:
    """Return the document's title, white space stripped and collapsed (HTML Living Standard, 3.1.5)."""
    return doc.keep("looks.title", lambda: _title(doc))


def _title(doc: Document) -> str:
    for el in select(doc, "title"):
        if el.parent is not None and getattr(el.parent, "tag", "") != "svg":
            return " ".join(child_text(el).split())
    return ""


def look_of(page: ShownPage) -> recorder.Page:
    """Return the page as it looks now, to be stored with a step."""
    return recorder.Page(page.url, title_of(page.document), page.content())
