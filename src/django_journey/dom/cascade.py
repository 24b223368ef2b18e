"""The cascade over the page's own style sheets, asked one element and one property at a time.

Nothing is computed before it is asked for; what is computed is kept until the page changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django_journey.dom.containers import UNTOLD, settled
from django_journey.dom.css_properties import CUSTOM, PENDING, longhands, substituted
from django_journey.dom.css_syntax import call_end, split_top
from django_journey.dom.displays import BLOCKS, FLEXIBLE, INSIDE_TABLES, IS_WHOLE
from django_journey.dom.document import Document
from django_journey.dom.flat_tree import flat_parent, has_shadow_trees, tree_root
from django_journey.dom.live_state import LiveRules, filled
from django_journey.dom.page_sheets import sheets_of
from django_journey.dom.parser import is_element, parent_element
from django_journey.dom.rule_index import FLOW, KINDS, Entry, RuleIndex
from django_journey.dom.stylesheet import Block, Longhands, read_block
from django_journey.dom.usage import uses
from django_journey.dom.user_agent import (
    CONTROLS,
    default_display,
    default_white_space,
    is_never_shown,
    is_placed_by_default,
    plain_display,
)
from django_journey.errors import NeedsBrowser

__all__ = ["Styles", "styles_of"]

_NOTHING: Longhands = {}
_INHERITED = frozenset(
    {"visibility", "white-space", "text-transform", "list-style-type", "font-size", "line-height"}
    | {"border-spacing", "border-collapse"}
)
_MAX_VARIABLES = 32
_ISLANDS = "progress *,meter *,video *,audio *"
_CALL = re.compile(r"var\(", re.IGNORECASE)


def styles_of(doc: Document) -> Styles:
    """Return the document's styles, kept until the page changes, or input by which other rules fit now."""
    return doc.memo("styles.now", lambda: _styles(doc))


def _styles(doc: Document) -> Styles:
    latest: list[Styles] = doc.keep("styles", list[Styles])
    if not latest or not latest[0].still_holds():
        latest[:] = [Styles(doc)]
    return latest[0]


class Styles:
    """What each element's style is, as far as the page's sheets and the browser's own decide it."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.shadows = has_shadow_trees(doc)
        self.main = sheets_of(doc, doc.tree)
        #: Whether any sheet generates content.
        self.generates = "content" in self.main.properties or self.shadows
        self._indexes: dict[Any, RuleIndex] = {doc.tree: self.main}
        self._declared: dict[str, dict[Any, Longhands]] = {kind: {} for kind in KINDS}
        self._alike: dict[tuple[str, str, str | None, str | None], tuple[Entry, ...]] = {}
        self._adds: dict[tuple[str, str | None, str | None], bool] = {}
        self._display: dict[Any, str] = {}
        self._inherited: dict[tuple[Any, str], str | None] = {}
        self.inline = uses(doc, "[style]")
        self._outer: dict[Any, str] = {}
        # What a progress bar or a film holds is never shown, and so has no style at all.
        self._islands = uses(doc, _ISLANDS)
        self._plain = not uses(doc, "[hidden],[popover],svg,math")
        #: Gives the element that an element is shown in, or ``None``.
        self.parent: Callable[[Any], Any] = partial(flat_parent, doc) if self.shadows else parent_element
        self._live = LiveRules(doc, self.main.live)

    def still_holds(self) -> bool:
        """Tell whether the user's input since left everything that is kept here as it was."""
        return not self.shadows and self._live.fit_the_same()

    @property
    def live_boxes(self) -> bool:
        """Whether the user's input has a say in how large things are."""
        return self.shadows or self.main.live_boxes

    def index(self, el: Any) -> RuleIndex:
        """Return the rules of the tree that the element is in (a shadow tree has its own)."""
        if not self.shadows:
            return self.main
        root = tree_root(el)
        found = self._indexes.get(root)
        if found is None:
            found = self._indexes[root] = sheets_of(self.doc, root) if root is not None else self.main
        return found

    # -- what the sheets say ------------------------------------------------------------------------

    def declared(self, el: Any, kind: str = "box") -> Longhands:
        """Return the winning declarations for an element, as written.

        Args:
            el: The element.
            kind: ``"flow"`` for those that decide whether and how it is shown, ``"box"`` for all;
                ``"before"`` or ``"after"`` for those of a pseudo-element.
        """
        if kind == "box" and self.live_boxes:
            known = self.doc.memo("styles.box", dict[Any, Longhands])
        else:
            known = self._declared[kind]
        found = known.get(el)
        if found is None:
            found = known[el] = _NOTHING if self._islands and _is_island(el) else self._cascade(el, kind)
        return found

    def _cascade(self, el: Any, kind: str) -> Longhands:
        entries: Sequence[Entry] = self._entries(el, kind)
        style = el.attr("style") if self.inline and kind in ("flow", "box") else None
        if not entries and not style:
            return _NOTHING
        inline = read_block(style) if style else None
        if self.main.contains and any(entry.container for entry in entries):
            return settled(self, el, entries, lambda told: self._won(told, inline))
        return self._won(entries, inline)

    @staticmethod
    def _won(entries: Sequence[Entry], inline: Block | None) -> Longhands:
        won: Longhands = {}
        for entry in sorted(entries, key=_rank) if len(entries) > 1 else entries:
            _merge(won, entry.normal)
        if inline is not None:
            _merge(won, inline.normal)
        for entry in sorted((e for e in entries if e.important), key=_important_rank):
            _merge(won, entry.important)
        if inline is not None:
            _merge(won, inline.important)
        return won

    def _entries(self, el: Any, kind: str) -> Sequence[Entry]:
        """Return the rules that fit; elements alike in tag, classes and ID share their candidates."""
        buckets = (self.index(el) if self.shadows else self.main).of[kind]
        if buckets.is_empty:
            return ()
        if self.shadows:
            candidates: Sequence[Entry] = buckets.candidates(el)
        else:
            key = (
                kind,
                el.tag,
                el.attr("class") if buckets.classes else None,
                el.attr("id") if buckets.ids else None,
            )
            alike = self._alike.get(key)
            if alike is None:
                alike = self._alike[key] = tuple(buckets.candidates(el))
            candidates = alike
        if buckets.attrs:
            candidates = [*candidates, *buckets.by_attributes(el)]
        if not candidates:
            return ()
        return [entry for entry in candidates if entry.selector.simple or self._fits(el, entry)]

    def adds(self, el: Any) -> bool:
        """Tell whether some ``content`` may add to what an element says; most pages have none, or few."""
        if self.inline and el.attr("style"):
            return True
        if not self.generates or self.shadows:
            return self.shadows
        key = (el.tag, el.attr("class"), el.attr("id"))
        found = self._adds.get(key)
        if found is None:
            of = self.main.of
            found = any(bool(of[kind].candidates(el)) or bool(of[kind].attrs) for kind in ("before", "after"))
            found = found or any("content" in entry.normal for entry in of["flow"].candidates(el))
            found = self._adds[key] = found or bool(of["flow"].attrs)
        return found

    def _fits(self, el: Any, entry: Entry) -> bool:
        selector = entry.selector
        try:
            if selector.loose and not el.matches(selector.loose):
                return False  # most states are asked for by rules that fit nothing on the page
            return bool(el.matches(filled(self.doc, selector) if selector.states else selector.text))
        except ValueError:  # a selector that Chromium may know and the parser's engine does not
            return False

    # -- what it comes to -------------------------------------------------------------------------

    def value(self, el: Any, name: str, pseudo: str = "") -> str | None:
        """Return a property's value for an element itself; ``None`` leaves it to the browser's own sheet.

        ``initial`` is returned as such; ``inherit`` and ``unset`` are followed.
        """
        declared = self.declared(el, pseudo or ("flow" if name in FLOW else "box"))
        if not declared:
            return None
        value = declared.get(name) or declared.get("all")
        if value is None:
            return None
        if value.startswith(PENDING) and value != UNTOLD:
            shorthand, text = substituted(value)
            filled = self._substitute(el, text, pseudo)
            value = dict(longhands(shorthand, filled)).get(name, "unset") if filled is not None else "unset"
        if value in ("revert", "revert-layer"):
            return None
        if value == UNTOLD:
            raise NeedsBrowser(name, "a rule in @container decides whether this is shown", where=self.doc.url)
        if value == "unset":
            value = "inherit" if name in _INHERITED else "initial"
        if value == "inherit":
            parent = el if pseudo else self.parent(el)
            if parent is None:
                return "initial"
            return self.display(parent) if name == "display" else self.value(parent, name) or "initial"
        return value

    def inherited(self, el: Any, name: str) -> str | None:
        """Return the value of a property that children inherit; ``None`` is its initial value."""
        if self.shadows and not is_element(el):
            el = el.host  # text right in a shadow tree inherits from its host
        if name not in self.main.properties and not self.inline:
            return self._default(el) if name == "white-space" else None
        chain: list[Any] = []
        node = el
        value: str | None = None
        known = self._inherited
        if self.live_boxes and name not in FLOW:
            known = self.doc.memo("styles.inherited", dict[tuple[Any, str], str | None])
        while node is not None:
            if (node, name) in known:
                value = known[node, name]
                break
            chain.append(node)
            own = self._own(node, name)
            if own is not None:
                value = None if own == "initial" else own
                break
            node = self.parent(node)
        for node in chain:
            known[node, name] = value
        return value

    def _default(self, el: Any) -> str | None:
        node = el
        while node is not None:
            if (value := default_white_space(node)) is not None:
                return value
            node = self.parent(node)
        return None

    def _own(self, el: Any, name: str) -> str | None:
        declared = self.declared(el, "flow" if name in FLOW else "box")
        if declared and declared.get(name) not in (None, "inherit", "unset"):
            own = self.value(el, name)
            if own is not None:
                return own
        elif declared and name in declared:
            return None
        if name == "text-transform" and el.tag in CONTROLS:
            return "none"
        return default_white_space(el) if name == "white-space" else None

    def outer_display(self, el: Any) -> str:
        """Return the ``display`` before its place makes a block of it; enough to tell whether it is shown."""
        found = self._outer.get(el)
        if found is None:
            found = self.value(el, "display") if self.declared(el, "flow") else None
            if el.tag in ("input", "noscript") and is_never_shown(el):
                found = "none"
            elif found is None and self._islands and _is_island(el):
                found = "inline"
            elif found is None:
                found = (plain_display(el.tag) if self._plain else None) or default_display(el)
            elif found == "initial":
                found = "inline-block" if el.tag == "button" else "inline"
            elif found == "inline" and el.tag == "button":
                found = "inline-block"
            elif found in INSIDE_TABLES and el.tag in IS_WHOLE:
                found = "inline" if el.tag == "img" else "inline-block"
            self._outer[el] = found
        return found

    def display(self, el: Any) -> str:
        """Return the computed ``display``, made a block where its place demands it (CSS Display 3, 2.7)."""
        found = self._display.get(el)
        if found is None:
            # From the outermost down, since a page may nest deeper than Python's stack.
            chain = []
            node = el
            while node is not None and node not in self._display:
                chain.append(node)
                node = self.parent(node)
            for node in reversed(chain):
                found = self.outer_display(node)
                if found in BLOCKS and self._is_blockified(node):
                    found = BLOCKS[found]
                self._display[node] = found
        return found or "inline"

    def is_inline(self, el: Any) -> bool:
        """Tell whether the computed ``display`` is ``inline``."""
        return self.outer_display(el) == "inline" and self.display(el) == "inline"

    def pseudo_display(self, el: Any, pseudo: str) -> str:
        """Return the computed ``display`` of a ``before`` or ``after``."""
        found = self.value(el, "display", pseudo)
        found = "inline" if found in (None, "initial") else found
        if found in BLOCKS and (self.is_out_of_flow(el, pseudo) or self.display(el) in FLEXIBLE):
            return BLOCKS[found]
        return found

    def _is_blockified(self, el: Any) -> bool:
        if self.is_out_of_flow(el, ""):
            return True
        parent = self.parent(el)
        while parent is not None and self.display(parent) == "contents":
            parent = self.parent(parent)
        return parent is None or self.display(parent) in FLEXIBLE

    def is_out_of_flow(self, el: Any, pseudo: str) -> bool:
        """Tell whether an element, or a pseudo-element of it, is placed or floats."""
        if not self.declared(el, pseudo or "flow"):
            return not pseudo and is_placed_by_default(el)
        position = self.value(el, "position", pseudo)
        if position in ("absolute", "fixed") or (not position and not pseudo and is_placed_by_default(el)):
            return True
        return self.value(el, "float", pseudo) not in (None, "none", "initial")

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
        initial, inherits = self.main.registered.get(name, (None, True))
        node = el
        while value is None and node is not None:
            value = self.declared(node).get(name)
            node = self.parent(node) if inherits else None
        return value if value is not None and value.lower() not in ("initial", "") else initial

    def _substitute(self, el: Any, text: str, pseudo: str, depth: int = 0) -> str | None:
        """Put variables' values in place of ``var()`` (CSS Variables 1, 3); ``None`` where one has none."""
        if depth > _MAX_VARIABLES:
            return None
        while found := _CALL.search(text):
            end = call_end(text, found.end())
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


def _is_island(el: Any) -> bool:
    return el.matches(_ISLANDS) is True


def _rank(entry: Entry) -> int:
    return entry.rank


def _important_rank(entry: Entry) -> int:
    return entry.important_rank


def _merge(won: Longhands, more: Longhands) -> None:
    if "all" in more:
        for name in [name for name in won if not name.startswith(CUSTOM)]:
            del won[name]
    won.update(more)
