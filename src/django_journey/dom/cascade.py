"""The cascade over the page's own style sheets, asked one element and one property at a time.

Nothing is computed before it is asked for; what is computed is kept until the page changes.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from django_journey.dom.css_properties import CUSTOM, PENDING, longhands, substituted
from django_journey.dom.css_selectors import LIVE
from django_journey.dom.css_syntax import split_top
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import flat_parent, has_shadow_trees, tree_root
from django_journey.dom.forms import base_url
from django_journey.dom.media import media_matches
from django_journey.dom.parser import is_html
from django_journey.dom.rule_index import Entry, RuleIndex, Source, index_of, variables_in
from django_journey.dom.stylesheet import Layer, Longhands, read_block, read_sheet
from django_journey.dom.user_agent import default_display, default_white_space

__all__ = ["Styles", "styles_of"]

_NOTHING: Longhands = {}
_INHERITED = frozenset({"visibility", "white-space", "text-transform", "list-style-type", "font-size"})
_BLOCKS = {
    "inline": "block",
    "inline-block": "block",
    "inline-flex": "flex",
    "inline-grid": "grid",
    "inline-table": "table",
    "-webkit-inline-box": "-webkit-box",
    "ruby": "block",
    "ruby-text": "block",
    "table-cell": "block",
    "table-row": "block",
    "table-row-group": "block",
    "table-header-group": "block",
    "table-footer-group": "block",
    "table-column": "block",
    "table-column-group": "block",
    "table-caption": "block",
}
_FLEXIBLE = frozenset({"flex", "inline-flex", "grid", "inline-grid", "-webkit-box", "-webkit-inline-box"})
_MAX_IMPORTS = 50
_MAX_VARIABLES = 32
_CALL = re.compile(r"var\(", re.IGNORECASE)


def styles_of(doc: Document) -> Styles:
    """Return the document's styles, kept until the page changes (or the user's input, where a rule asks for it)."""
    styles = doc.keep("styles", lambda: Styles(doc))
    return doc.memo("styles.live", lambda: Styles(doc)) if styles.live else styles


class Styles:
    """What each element's style is, as far as the page's sheets and the browser's own decide it."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.shadows = has_shadow_trees(doc)
        self._indexes: dict[Any, RuleIndex] = {}
        self._declared: dict[Any, Longhands] = {}
        self._display: dict[Any, str] = {}
        self._inherited: dict[tuple[Any, str], str | None] = {}
        self._live: dict[str, str] = {}
        self._main = self._index(doc.tree)

    @property
    def live(self) -> bool:
        """Whether some rule depends on the user's input."""
        return any(index.live for index in self._indexes.values())

    # -- which rules ------------------------------------------------------------------------------

    def index(self, el: Any) -> RuleIndex:
        """Return the rules of the tree that the element is in (a shadow tree has its own)."""
        if not self.shadows:
            return self._main
        root = tree_root(el)
        return self._index(root) if root is not None else self._main

    def _index(self, root: Any) -> RuleIndex:
        found = self._indexes.get(root)
        if found is None:
            sources: list[Source] = []
            for el in root.select("style,link[rel~=stylesheet i][href]"):
                self._collect(el, root, sources)
            inline: set[str] = set()
            for el in root.select("[style*='var(' i]"):
                inline |= variables_in(el.attr("style") or "")
            found = self._indexes[root] = index_of(tuple(sources), frozenset(inline))
        return found

    def _collect(self, el: Any, root: Any, sources: list[Source]) -> None:
        if self.shadows and tree_root(el) is not root:
            return
        if not media_matches(el.attr("media") or "") or not _is_css(el):
            return
        if el.tag == "style":
            self._add(el.text, base_url(self.doc), (), sources, set())
        elif el.attr("disabled") is None and not _is_alternate(el):
            self._load(el.attr("href") or "", base_url(self.doc), (), sources, set())

    def _load(self, href: str, base: str, layer: Layer, sources: list[Source], seen: set[str]) -> None:
        load = self.doc.load_stylesheet
        if load is None:
            return
        url = urldefrag(urljoin(base, href.strip())).url
        if url in seen or len(sources) >= _MAX_IMPORTS:
            return
        text = load(url)
        if text is not None:
            self._add(text, url, layer, sources, {*seen, url})

    def _add(self, text: str, url: str, layer: Layer, sources: list[Source], seen: set[str]) -> None:
        sheet = read_sheet(text)
        for each in sheet.imports:
            self._load(each.href, url, (*layer, *(each.layer or ())), sources, seen)
        sources.append((sheet, layer))

    # -- what they say ----------------------------------------------------------------------------

    def declared(self, el: Any, pseudo: str = "") -> Longhands:
        """Return the winning declarations for an element (or its ``before`` or ``after``), as written."""
        key = (el, pseudo) if pseudo else el
        found = self._declared.get(key)
        if found is None:
            found = self._declared[key] = self._cascade(el, pseudo)
        return found

    def _cascade(self, el: Any, pseudo: str) -> Longhands:
        entries = [
            entry
            for entry in self.index(el).of[pseudo].candidates(el)
            if entry.selector.simple or self._fits(el, entry)
        ]
        style = None if pseudo else el.attr("style")
        if not entries and not style:
            return _NOTHING
        inline = read_block(style) if style else None
        won: Longhands = {}
        entries.sort(key=lambda entry: entry.rank)
        for entry in entries:
            _merge(won, entry.normal)
        if inline is not None:
            _merge(won, inline.normal)
        for entry in sorted((e for e in entries if e.important), key=lambda entry: entry.important_rank):
            _merge(won, entry.important)
        if inline is not None:
            _merge(won, inline.important)
        return won

    def _fits(self, el: Any, entry: Entry) -> bool:
        selector = entry.selector
        text = self._filled(selector.text) if selector.live else selector.text
        try:
            return bool(el.matches(text))
        except ValueError:  # a selector that Chromium may know and the parser's engine does not
            return False

    def _filled(self, text: str) -> str:
        """Put what the user did in place of ``:focus``, ``:checked`` and their like."""
        found = self._live.get(text)
        if found is None:
            found = self._live[text] = LIVE.sub(lambda match: self._state(match.group(1).lower()), text)
        return found

    def _state(self, name: str) -> str:
        doc = self.doc
        if name in ("focus", "focus-visible", "focus-within"):
            if doc.focus is None:
                return ":not(*)"
            path = _path(doc.focus)
            return f":is({path})" if name != "focus-within" else f":is({path}, :has({path}))"
        if name == "target":
            fragment = unquote(urldefrag(doc.url).fragment)
            escaped = fragment.replace("\\", "\\\\").replace('"', '\\"')
            return f'[id="{escaped}"]' if fragment else ":not(*)"
        if name == "checked":
            return self._checked()
        if name == "placeholder-shown":
            return self._placeholders()
        return f":{name}"

    def _checked(self) -> str:
        dirty = {**self.doc.dirty.checked, **self.doc.dirty.selected}
        if not dirty:
            return ":checked"
        on = [_path(el) for el, state in dirty.items() if state]
        off = [_path(el) for el, state in dirty.items() if not state]
        untouched = f":checked:not({', '.join(off)})" if off else ":checked"
        return f":is({', '.join([untouched, *on])})"

    def _placeholders(self) -> str:
        bare = ":is(input[placeholder]:not([value]),input[placeholder][value=''],textarea[placeholder]:empty)"
        filled = [_path(el) for el, value in self.doc.dirty.values.items() if value]
        emptied = [_path(el) for el, value in self.doc.dirty.values.items() if not value]
        bare = f"{bare}:not({', '.join(filled)})" if filled else bare
        return f":is({', '.join([bare, *(f'{path}[placeholder]' for path in emptied)])})"

    # -- what it comes to -------------------------------------------------------------------------

    def value(self, el: Any, name: str, pseudo: str = "") -> str | None:
        """Return a property's value for an element itself; ``None`` leaves it to the browser's own sheet.

        ``initial`` is returned as such; ``inherit`` and ``unset`` are followed.
        """
        declared = self.declared(el, pseudo)
        if not declared:
            return None
        value = declared.get(name) or declared.get("all")
        if value is None:
            return None
        if value.startswith(PENDING):
            shorthand, text = substituted(value)
            filled = self._substitute(el, text, pseudo)
            value = dict(longhands(shorthand, filled)).get(name, "unset") if filled is not None else "unset"
        if value in ("revert", "revert-layer"):
            return None
        if value == "unset":
            value = "inherit" if name in _INHERITED else "initial"
        if value == "inherit":
            parent = el if pseudo else flat_parent(self.doc, el)
            if parent is None:
                return "initial"
            return self.display(parent) if name == "display" else self.value(parent, name) or "initial"
        return value

    def inherited(self, el: Any, name: str) -> str | None:
        """Return the value of a property that children inherit; ``None`` is its initial value."""
        chain: list[Any] = []
        node = el
        value: str | None = None
        while node is not None:
            if (node, name) in self._inherited:
                value = self._inherited[node, name]
                break
            chain.append(node)
            own = self._own(node, name)
            if own is not None:
                value = None if own == "initial" else own
                break
            node = flat_parent(self.doc, node)
        for node in chain:
            self._inherited[node, name] = value
        return value

    def _own(self, el: Any, name: str) -> str | None:
        declared = self.declared(el)
        if declared and declared.get(name) not in (None, "inherit", "unset"):
            own = self.value(el, name)
            if own is not None:
                return own
        elif declared and name in declared:
            return None
        return default_white_space(el) if name == "white-space" else None

    def display(self, el: Any) -> str:
        """Return the computed ``display``, made a block where its place demands it (CSS Display 3, 2.7)."""
        found = self._display.get(el)
        if found is None:
            # From the outermost down, since a page may nest deeper than Python's stack.
            chain = []
            node = el
            while node is not None and node not in self._display:
                chain.append(node)
                node = flat_parent(self.doc, node)
            for node in reversed(chain):
                found = self._display[node] = self._computed_display(node)
        return found or "inline"

    def _computed_display(self, el: Any) -> str:
        found = self.value(el, "display")
        if found is None:
            found = default_display(el)
        elif found == "initial":
            found = "inline"
        return _BLOCKS[found] if found in _BLOCKS and self._is_blockified(el) else found

    def pseudo_display(self, el: Any, pseudo: str) -> str:
        """Return the computed ``display`` of a ``before`` or ``after``."""
        found = self.value(el, "display", pseudo)
        found = "inline" if found in (None, "initial") else found
        if found in _BLOCKS and (self._is_out_of_flow(el, pseudo) or self.display(el) in _FLEXIBLE):
            return _BLOCKS[found]
        return found

    def _is_blockified(self, el: Any) -> bool:
        if self._is_out_of_flow(el, ""):
            return True
        parent = flat_parent(self.doc, el)
        while parent is not None and self.display(parent) == "contents":
            parent = flat_parent(self.doc, parent)
        return parent is None or self.display(parent) in _FLEXIBLE

    def _is_out_of_flow(self, el: Any, pseudo: str) -> bool:
        if not self.declared(el, pseudo):
            return False
        return self.value(el, "position", pseudo) in ("absolute", "fixed") or self.value(
            el, "float", pseudo
        ) not in (None, "none", "initial")

    def visibility(self, el: Any) -> str:
        """Return the computed ``visibility``."""
        return self.inherited(el, "visibility") or "visible"

    def marks(self, el: Any) -> bool:
        """Tell whether a list item has a bullet, number or triangle (a summary has its own, not an inherited one)."""
        style = (
            self.value(el, "list-style-type")
            if el.tag == "summary"
            else self.inherited(el, "list-style-type")
        )
        return style != "none"

    def _variable(self, el: Any, name: str, pseudo: str) -> str | None:
        value = self.declared(el, pseudo).get(name) if pseudo else None
        node = el
        while value is None and node is not None:
            value = self.declared(node).get(name)
            node = flat_parent(self.doc, node)
        return value if value is None or value.lower() not in ("initial", "") else None

    def _substitute(self, el: Any, text: str, pseudo: str, depth: int = 0) -> str | None:
        """Put variables' values in place of ``var()`` (CSS Variables 1, 3); ``None`` where one has none."""
        if depth > _MAX_VARIABLES:
            return None
        while found := _CALL.search(text):
            end = _call_end(text, found.end())
            name, *fallback = split_top(text[found.end() : end])
            value = self._variable(el, name.strip(), pseudo) if name.strip().startswith(CUSTOM) else None
            if value is not None:
                value = self._substitute(el, value, pseudo, depth + 1)
            if value is None and fallback:
                value = self._substitute(el, ",".join(fallback), pseudo, depth + 1)
            if value is None:
                return None
            text = text[: found.start()] + value + text[end + 1 :]
        return text.strip()


def _merge(won: Longhands, more: Longhands) -> None:
    if "all" in more:
        for name in [name for name in won if not name.startswith(CUSTOM)]:
            del won[name]
    won.update(more)


def _path(el: Any) -> str:
    return str(el.css_path())


def _call_end(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    return len(text)


def _is_css(el: Any) -> bool:
    kind = (el.attr("type") or "").strip().lower()
    return kind in ("", "text/css") and is_html(el)


def _is_alternate(el: Any) -> bool:
    return "alternate" in (el.attr("rel") or "").lower().split()
