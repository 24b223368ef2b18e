"""The cascade: a property's value for an element, computed on demand and cached until the page changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter

from django_journey._dom.css.container_queries import UNKNOWN, resolve_containers
from django_journey._dom.css.display_types import BLOCKS, FLEXIBLE, INSIDE_TABLES, IS_WHOLE
from django_journey._dom.css.live_state import InputRules, filled
from django_journey._dom.css.properties import CUSTOM, PENDING, longhands, substituted
from django_journey._dom.css.rule_index import FLOW, KINDS, IndexedRule, RuleIndex
from django_journey._dom.css.sheets import sheets_of
from django_journey._dom.css.stylesheet import Block, Longhands, read_block
from django_journey._dom.css.syntax import call_end, split_top
from django_journey._dom.css.user_agent import (
    CONTROLS,
    default_display,
    default_white_space,
    is_never_shown,
    is_positioned_by_default,
    plain_display,
)
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import flat_parent, has_shadow_trees, tree_root
from django_journey._dom.tree.parser import Element, Node, ParentNode, parent_element
from django_journey._dom.tree.usage import uses
from django_journey.errors import NeedsBrowser

__all__ = ["Styles", "styles_of"]

_NOTHING: Longhands = {}
_GENERATING = ("flow", "before", "after")
_INHERITED = frozenset(
    {"visibility", "white-space", "text-transform", "list-style-type", "font-size", "line-height"}
    | {"border-spacing", "border-collapse"}
)
_MAX_VARIABLES = 32
_RANK, _IMPORTANT_RANK = attrgetter("rank"), attrgetter("important_rank")
_ISLANDS = "progress *,meter *,video *,audio *"
_CALL = re.compile(r"var\(", re.IGNORECASE)


def styles_of(doc: Document) -> Styles:
    """Return the document's styles, cached until the page changes, or input that changes which rules match."""
    return doc.memo("styles.now", lambda: _styles(doc))


def _styles(doc: Document) -> Styles:
    latest: list[Styles] = doc.tree_memo("styles", list[Styles])
    if not latest or not latest[0].is_current():
        latest[:] = [Styles(doc)]
    return latest[0]


class Styles:
    """The styles of a page's elements, by its style sheets and the user agent style sheet."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.shadows = has_shadow_trees(doc)
        self.main = sheets_of(doc, doc.tree)
        #: Whether any sheet generates content.
        self.generates = "content" in self.main.properties or self.shadows
        self._adds_by_attribute = any(self.main.of[kind].adds_by_attribute for kind in _GENERATING)
        self._indexes: dict[ParentNode, RuleIndex] = {doc.tree: self.main}
        self._declared: dict[str, dict[Element, Longhands]] = {kind: {} for kind in KINDS}
        self._alike: dict[tuple[str, str, str | None, str | None], tuple[IndexedRule, ...]] = {}
        self._adds: dict[tuple[str, str | None, str | None], tuple[IndexedRule, ...]] = {}
        self._display: dict[Element, str] = {}
        self._inherited: dict[tuple[Element, str], str | None] = {}
        self.inline = uses(doc, "[style]")
        self._outer: dict[Element, str] = {}
        # The children of a progress bar or a video are never rendered, so they have no styles.
        self._islands = uses(doc, _ISLANDS)
        self._plain = not uses(doc, "[hidden],[popover],svg,math")
        #: Returns a node's parent in the flat tree, or ``None``.
        self.parent: Callable[[Node], Element | None] = (
            partial(flat_parent, doc) if self.shadows else parent_element
        )
        self._live = InputRules(doc, self.main.live)

    def is_current(self) -> bool:
        """Return whether the cached values still hold after the user's input."""
        return not self.shadows and self._live.is_unchanged()

    @property
    def input_affects_boxes(self) -> bool:
        """Whether the user's input may change the size of boxes."""
        return self.shadows or self.main.input_affects_boxes

    def index(self, el: Element) -> RuleIndex:
        """Return the rules of an element's tree; each shadow tree has its own."""
        if not self.shadows:
            return self.main
        root = tree_root(el)
        if root is None:
            return self.main
        found = self._indexes.get(root)
        if found is None:
            found = self._indexes[root] = sheets_of(self.doc, root)
        return found

    # -- declarations -------------------------------------------------------------------------------

    def declared(self, el: Element, kind: str = "box") -> Longhands:
        """Return an element's cascaded declarations, as written.

        Args:
            el: The element.
            kind: ``"box"`` for all; ``"flow"`` only for those that decide whether and how the element is rendered;
                ``"before"`` or ``"after"`` for those of a pseudo-element.
        """
        if kind == "box" and self.input_affects_boxes:
            known = self.doc.memo("styles.box", dict[Element, Longhands])
        else:
            known = self._declared[kind]
        found = known.get(el)
        if found is None:
            found = known[el] = _NOTHING if self._islands and _is_island(el) else self._cascade(el, kind)
        return found

    def _cascade(self, el: Element, kind: str) -> Longhands:
        entries: Sequence[IndexedRule] = self._entries(el, kind)
        style = el.attr("style") if self.inline and kind in ("flow", "box") else None
        if not entries and not style:
            return _NOTHING
        inline = read_block(style) if style else None
        if self.main.contains and any(entry.container for entry in entries):
            return resolve_containers(self, el, entries, lambda applied: self._winning(applied, inline))
        return self._winning(entries, inline)

    @staticmethod
    def _winning(entries: Sequence[IndexedRule], inline: Block | None) -> Longhands:
        won: Longhands = {}
        for entry in sorted(entries, key=_RANK) if len(entries) > 1 else entries:
            _merge(won, entry.normal)
        if inline is not None:
            _merge(won, inline.normal)
        for entry in sorted((e for e in entries if e.important), key=_IMPORTANT_RANK):
            _merge(won, entry.important)
        if inline is not None:
            _merge(won, inline.important)
        return won

    def _entries(self, el: Element, kind: str) -> Sequence[IndexedRule]:
        """Return the rules that match. Elements with the same tag, classes and ID share the candidates."""
        buckets = (self.index(el) if self.shadows else self.main).of[kind]
        if buckets.is_empty:
            return ()
        if self.shadows:
            candidates: Sequence[IndexedRule] = buckets.candidates(el)
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

    @property
    def may_generate_text(self) -> bool:
        """Whether ``generates_text`` is true for any element."""
        return self.generates or self.inline

    def generates_text(self, el: Element) -> bool:
        """Return whether ``content`` may add text to an element, or replace its text."""
        if self.inline and el.attr("style"):
            return True
        if not self.generates or self.shadows:
            return self.shadows
        key = (el.tag, el.attr("class"), el.attr("id"))
        found = self._adds.get(key)
        if found is None:
            buckets = [self.main.of[kind] for kind in _GENERATING]
            found = self._adds[key] = _with_content(each for of in buckets for each in of.candidates(el))
        if self._adds_by_attribute:
            buckets = [self.main.of[kind] for kind in _GENERATING]
            found += _with_content(each for of in buckets for each in of.by_attributes(el))
        return any(entry.selector.simple or self._fits(el, entry) for entry in found)

    def _fits(self, el: Element, entry: IndexedRule) -> bool:
        selector = entry.selector
        try:
            if selector.loose and not el.matches(selector.loose):
                return False  # most rules with states match nothing on the page
            return bool(el.matches(filled(self.doc, selector) if selector.states else selector.text))
        except ValueError:  # the parser's engine does not support the selector
            return False

    # -- values -------------------------------------------------------------------------------------

    def value(self, el: Element, name: str, pseudo: str = "") -> str | None:
        """Return the value of a property for an element; ``None`` if the user agent style sheet decides.

        ``initial`` is returned as it is; ``inherit`` and ``unset`` are resolved.
        """
        declared = self.declared(el, pseudo or ("flow" if name in FLOW else "box"))
        if not declared:
            return None
        value = declared.get(name) or declared.get("all")
        if value is None:
            return None
        if value.startswith(PENDING) and value != UNKNOWN:
            shorthand, text = substituted(value)
            filled = self._substitute(el, text, pseudo)
            value = dict(longhands(shorthand, filled)).get(name, "unset") if filled is not None else "unset"
        if value in ("revert", "revert-layer"):
            return None
        if value == UNKNOWN:
            raise NeedsBrowser(name, "a rule in @container decides whether this is shown", where=self.doc.url)
        if value == "unset":
            value = "inherit" if name in _INHERITED else "initial"
        if value == "inherit":
            parent = el if pseudo else self.parent(el)
            if parent is None:
                return "initial"
            return self.display(parent) if name == "display" else self.value(parent, name) or "initial"
        return value

    def inherited(self, el: Element, name: str) -> str | None:
        """Return the value of an inherited property; ``None`` for its initial value."""
        if name not in self.main.properties and not self.inline:
            return self._default(el) if name == "white-space" else None
        chain: list[Element] = []
        node: Element | None = el
        value: str | None = None
        known = self._inherited
        if self.input_affects_boxes and name not in FLOW:
            known = self.doc.memo("styles.inherited", dict[tuple[Element, str], str | None])
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

    def _default(self, el: Element) -> str | None:
        node: Element | None = el
        while node is not None:
            if (value := default_white_space(node)) is not None:
                return value
            node = self.parent(node)
        return None

    def _own(self, el: Element, name: str) -> str | None:
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

    def outer_display(self, el: Element) -> str:
        """Return the specified ``display``, before blockification; it decides whether the element is rendered."""
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

    def display(self, el: Element) -> str:
        """Return the computed ``display``, blockified where necessary (CSS Display 3, 2.7)."""
        found = self._display.get(el)
        if found is None:
            # A loop from the outermost ancestor, since a page may nest deeper than Python's stack.
            chain = []
            node: Element | None = el
            while node is not None and node not in self._display:
                chain.append(node)
                node = self.parent(node)
            for each in reversed(chain):
                found = self.outer_display(each)
                if found in BLOCKS and self._is_blockified(each):
                    found = BLOCKS[found]
                self._display[each] = found
        return found or "inline"

    def is_inline(self, el: Element) -> bool:
        """Return whether the computed ``display`` is ``inline``."""
        return self.outer_display(el) == "inline" and self.display(el) == "inline"

    def pseudo_display(self, el: Element, pseudo: str) -> str:
        """Return the computed ``display`` of ``::before`` or ``::after``."""
        found = self.value(el, "display", pseudo)
        found = "inline" if found in (None, "initial") else found
        if found in BLOCKS and (self.is_out_of_flow(el, pseudo) or self.display(el) in FLEXIBLE):
            return BLOCKS[found]
        return found

    def _is_blockified(self, el: Element) -> bool:
        if self.is_out_of_flow(el, ""):
            return True
        parent = self.parent(el)
        while parent is not None and self.display(parent) == "contents":
            parent = self.parent(parent)
        return parent is None or self.display(parent) in FLEXIBLE

    def is_out_of_flow(self, el: Element, pseudo: str) -> bool:
        """Return whether an element, or its pseudo-element, is absolutely positioned or floated."""
        if not self.declared(el, pseudo or "flow"):
            return not pseudo and is_positioned_by_default(el)
        position = self.value(el, "position", pseudo)
        if position in ("absolute", "fixed") or (
            not position and not pseudo and is_positioned_by_default(el)
        ):
            return True
        return self.value(el, "float", pseudo) not in (None, "none", "initial")

    def visibility(self, el: Element) -> str:
        """Return the computed ``visibility``."""
        return self.inherited(el, "visibility") or "visible"

    def has_marker(self, el: Element) -> bool:
        """Return whether a list item has a marker; a summary's is not inherited."""
        style = (
            self.value(el, "list-style-type")
            if el.tag == "summary"
            else self.inherited(el, "list-style-type")
        )
        return style != "none"

    def _variable(self, el: Element, name: str, pseudo: str) -> str | None:
        value = self.declared(el, pseudo).get(name) if pseudo else None
        initial, inherits = self.main.registered.get(name, (None, True))
        node: Element | None = el
        while value is None and node is not None:
            value = self.declared(node).get(name)
            node = self.parent(node) if inherits else None
        return value if value is not None and value.lower() not in ("initial", "") else initial

    def _substitute(self, el: Element, text: str, pseudo: str, depth: int = 0) -> str | None:
        """Substitute ``var()`` (CSS Variables 1, 3); ``None`` if a variable has no value."""
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


def _is_island(el: Element) -> bool:
    return el.matches(_ISLANDS) is True


def _with_content(entries: Iterable[IndexedRule]) -> tuple[IndexedRule, ...]:
    return tuple(entry for entry in entries if entry.sets("content"))


def _merge(won: Longhands, more: Longhands) -> None:
    if "all" in more:
        for name in [name for name in won if not name.startswith(CUSTOM)]:
            del won[name]
    won.update(more)
