"""Collects the style sheets of a page (or of a shadow tree) in their order, imported ones included."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urldefrag, urljoin

from django_journey.dom.document import Document
from django_journey.dom.flat_tree import has_shadow_trees, tree_root
from django_journey.dom.forms import base_url
from django_journey.dom.media import media_matches
from django_journey.dom.parser import is_element, is_html
from django_journey.dom.rule_index import RuleIndex, Source, index_of, variables_in
from django_journey.dom.stylesheet import Layer, read_sheet

__all__ = ["sheets_of"]

_MAX_IMPORTS = 50
# A scope without a root of its own is that of the element which the sheet stands in (CSS Cascade 6, 2.5.1).
_UNROOTED = re.compile(r"(@scope)\s*(?=\{|to\b)", re.IGNORECASE)


def sheets_of(doc: Document, root: Any) -> RuleIndex:
    """Return the rules of the sheets in a tree.

    Args:
        doc: The document.
        root: The document's tree, or a shadow root.
    """
    collector = _Collector(doc, root)
    for el in root.select("style,link[rel~=stylesheet i][href]"):
        collector.take(el)
    inline: set[str] = set()
    for el in root.select("[style*='var(' i]"):
        inline |= variables_in(el.attr("style") or "")
    return index_of(tuple(collector.sources), frozenset(inline))


class _Collector:
    """Reads sheets in the order in which they count."""

    def __init__(self, doc: Document, root: Any) -> None:
        self.doc = doc
        self.root = root
        self.sources: list[Source] = []

    def take(self, el: Any) -> None:
        """Take in a ``style`` or ``link`` element, unless its medium or type says otherwise."""
        if has_shadow_trees(self.doc) and tree_root(el) is not self.root:
            return
        if not media_matches(el.attr("media") or "") or not _is_css(el):
            return
        if el.tag == "style":
            text = el.text
            if _UNROOTED.search(text) and is_element(el.parent):
                text = _UNROOTED.sub(lambda found: f"{found.group(1)} ({el.parent.css_path()}) ", text)
            self.add(text, base_url(self.doc), (), frozenset())
        elif el.attr("disabled") is None and not _is_alternate(el):
            self.load(el.attr("href") or "", base_url(self.doc), (), frozenset())

    def load(self, href: str, base: str, layer: Layer, seen: frozenset[str]) -> None:
        """Load a sheet by its URL; one that imports itself, or too many, are left out."""
        if self.doc.load_stylesheet is None:
            return
        url = urldefrag(urljoin(base, href.strip())).url
        if url in seen or len(self.sources) >= _MAX_IMPORTS:
            return
        text = self.doc.load_stylesheet(url)
        if text is not None:
            self.add(text, url, layer, seen | {url})

    def add(self, text: str, url: str, layer: Layer, seen: frozenset[str]) -> None:
        """Take in a sheet's text, after what it imports."""
        sheet = read_sheet(text)
        for each in sheet.imports:
            self.load(each.href, url, (*layer, *(each.layer or ())), seen)
        self.sources.append((sheet, layer))


def _is_css(el: Any) -> bool:
    kind = (el.attr("type") or "").strip().lower()
    return kind in ("", "text/css") and is_html(el)


def _is_alternate(el: Any) -> bool:
    return "alternate" in (el.attr("rel") or "").lower().split()
