"""Collects the style sheets of a page or a shadow tree in order, including imported ones."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin

from django_journey._dom.css.media import media_matches
from django_journey._dom.css.rule_index import RuleIndex, Source, index_of, variables_in
from django_journey._dom.css.stylesheet import Layer, read_sheet
from django_journey._dom.forms.submission import base_url
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import has_shadow_trees, tree_root
from django_journey._dom.tree.parser import Element, ParentNode, is_html, parent_element

__all__ = ["sheets_of"]

_MAX_IMPORTS = 50
# ``@scope`` without a root: the scope is the style element's parent (CSS Cascade 6, 2.5.1).
_UNROOTED = re.compile(r"(@scope)\s*(?=\{|to\b)", re.IGNORECASE)


def sheets_of(doc: Document, root: ParentNode) -> RuleIndex:
    """Return the index of a tree's style sheets.

    Args:
        doc: The document.
        root: The document's tree, or a shadow root.
    """
    collector = _SheetCollector(doc, root)
    for el in root.select("style,link[rel~=stylesheet i][href]"):
        collector.take(el)
    inline: set[str] = set()
    for el in root.select("[style*='var(' i]"):
        inline |= variables_in(el.attr("style") or "")
    return index_of(tuple(collector.sources), frozenset(inline))


class _SheetCollector:
    """Collects style sheets in cascade order."""

    def __init__(self, doc: Document, root: ParentNode) -> None:
        self.doc = doc
        self.root = root
        self.sources: list[Source] = []

    def take(self, el: Element) -> None:
        """Add the sheet of a ``style`` or ``link`` element, if its media and type apply."""
        if has_shadow_trees(self.doc) and tree_root(el) is not self.root:
            return
        if not media_matches(el.attr("media") or "") or not _is_css(el):
            return
        if el.tag == "style":
            text = el.text
            if _UNROOTED.search(text) and (parent := parent_element(el)) is not None:
                path = parent.css_path()
                text = _UNROOTED.sub(lambda found: f"{found.group(1)} ({path}) ", text)
            self.add(text, base_url(self.doc), (), frozenset())
        elif el.attr("disabled") is None and not _is_alternate(el):
            self.load(el.attr("href") or "", base_url(self.doc), (), frozenset())

    def load(self, href: str, base: str, layer: Layer, seen: frozenset[str]) -> None:
        """Load and add a sheet by its URL, unless it imports itself or there are too many."""
        if self.doc.load_stylesheet is None:
            return
        url = _absolute(href, base)
        if url in seen or len(self.sources) >= _MAX_IMPORTS:
            return
        text = self.doc.load_stylesheet(url)
        if text is not None:
            self.add(text, url, layer, seen | {url})

    def add(self, text: str, url: str, layer: Layer, seen: frozenset[str]) -> None:
        """Add a sheet by its text, after those that it imports."""
        sheet = read_sheet(text)
        for each in sheet.imports:
            self.load(each.href, url, (*layer, *(each.layer or ())), seen)
        self.sources.append((sheet, layer))


@lru_cache(maxsize=256)
def _absolute(href: str, base: str) -> str:
    return urldefrag(urljoin(base, href.strip())).url


def _is_css(el: Element) -> bool:
    kind = (el.attr("type") or "").strip().lower()
    return kind in ("", "text/css") and is_html(el)


def _is_alternate(el: Element) -> bool:
    return "alternate" in (el.attr("rel") or "").lower().split()
