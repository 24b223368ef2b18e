"""An index of style rules by ID, class, tag and attribute, so that few rules are matched against each element."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from django_journey._dom.css.properties import CUSTOM, PENDING, rotates_box, scales_to_zero
from django_journey._dom.css.selectors import StyleSelector
from django_journey._dom.css.stylesheet import Block, Layer, Longhands, Sheet
from django_journey._dom.tree.parser import Element

__all__ = ["FLOW", "KINDS", "IndexedRule", "RuleIndex", "Source", "index_of", "variables_in"]

#: The properties that decide whether and how an element is rendered. Most rules have none of them.
FLOW = frozenset({"display", "visibility", "content-visibility", "content", "position", "float", "all"})
#: The kinds of declarations: those of ``FLOW``, all of an element, those of its two pseudo-elements.
KINDS = ("flow", "box", "before", "after")

Source = tuple[Sheet, Layer]
_LAST = float("inf")
_VARIABLE = re.compile(r"var\(\s*(--[^\s,()]+)", re.IGNORECASE)


@dataclass(slots=True)
class IndexedRule:
    """A selector with its declarations, and its ranks in the cascade: of normal and of important declarations."""

    selector: StyleSelector
    normal: Longhands
    important: Longhands
    rank: int = 0
    important_rank: int = 0
    container: tuple[str, ...] = ()

    def sets(self, name: str) -> bool:
        """Return whether it declares a property."""
        return name in self.normal or name in self.important


@dataclass(slots=True)
class _Buckets:
    ids: dict[str, list[IndexedRule]] = field(default_factory=dict)
    classes: dict[str, list[IndexedRule]] = field(default_factory=dict)
    tags: dict[str, list[IndexedRule]] = field(default_factory=dict)
    attrs: dict[str, list[IndexedRule]] = field(default_factory=dict)
    rest: list[IndexedRule] = field(default_factory=list)
    is_empty: bool = True
    #: Whether a rule that is found by an attribute sets ``content``.
    adds_by_attribute: bool = False

    def add(self, entry: IndexedRule) -> None:
        self.is_empty = False
        selector = entry.selector
        named = {"id": self.ids, "class": self.classes, "tag": self.tags, "attr": self.attrs}.get(
            selector.kind
        )
        self.adds_by_attribute |= selector.kind == "attr" and entry.sets("content")
        if named is None:
            self.rest.append(entry)
        else:
            named.setdefault(selector.key, []).append(entry)

    def candidates(self, el: Element) -> list[IndexedRule]:
        """Return the rules found by an element's ID, classes and tag; their selectors may still not match."""
        found = self.rest.copy()
        if by_tag := self.tags.get(el.tag):
            found += by_tag
        if self.classes and (names := el.attr("class")):
            classes = self.classes
            for name in dict.fromkeys(names.split()):
                if by_class := classes.get(name):
                    found += by_class
        if self.ids and (by_id := self.ids.get(el.attr("id") or "")):
            found += by_id
        return found

    def by_attributes(self, el: Element) -> list[IndexedRule]:
        """Return the rules found by an element's attributes."""
        found: list[IndexedRule] = []
        for name, entries in self.attrs.items():
            if el.attr(name) is not None:
                found += entries
        return found


class RuleIndex:
    """The rules of several style sheets.

    Args:
        sources: The sheets in order, each with the layer that it is imported into.
        variables: Custom properties used outside the sheets.
    """

    def __init__(self, sources: tuple[Source, ...], variables: frozenset[str]) -> None:
        needed = _needed(sources, variables)
        layers = _layer_ranks(sources)
        self.of: dict[str, _Buckets] = {kind: _Buckets() for kind in KINDS}
        self.properties: set[str] = set()
        #: The rules that let user input change what is rendered; and whether any lets it change sizes.
        self.live: list[IndexedRule] = []
        self.input_affects_boxes = False
        #: Whether a rule depends on the size of a container.
        self.contains = False
        #: Whether any rule scales a box to zero, and whether any rotates or skews one.
        self.may_scale_to_zero = self.may_rotate = False
        entries: list[tuple[tuple[float, ...], int, IndexedRule]] = []
        for sheet, prefix in sources:
            for rule in sheet.rules:
                normal, important = _without_unused(rule.block, needed)
                if not normal and not important:
                    continue
                self.properties.update(normal, important)
                self.may_scale_to_zero = (
                    self.may_scale_to_zero or _scales_to_zero(normal) or _scales_to_zero(important)
                )
                self.may_rotate = self.may_rotate or _rotates(normal) or _rotates(important)
                decides_flow = not FLOW.isdisjoint(normal) or not FLOW.isdisjoint(important)
                layer = layers[(*prefix, *rule.layer)]
                for selector in rule.selectors:
                    entry = IndexedRule(selector, normal, important, container=rule.container)
                    self.contains = self.contains or bool(rule.container)
                    if selector.live and (selector.pseudo or decides_flow):
                        self.live.append(entry)
                    self.input_affects_boxes = self.input_affects_boxes or selector.live
                    self.of[selector.pseudo or "box"].add(entry)
                    if not selector.pseudo and decides_flow:
                        self.of["flow"].add(entry)
                    entries.append((layer, len(entries), entry))
        self.registered = {name: how for sheet, _ in sources for name, how in sheet.registered.items()}
        self._rank(entries)

    @staticmethod
    def _rank(entries: list[tuple[tuple[float, ...], int, IndexedRule]]) -> None:
        """Rank the rules by layer, specificity and order; for important declarations, layers are reversed."""
        ordered = sorted(entries, key=lambda item: (item[0], item[2].selector.specificity, item[1]))
        for place, (_, _, entry) in enumerate(ordered):
            entry.rank = place
        ordered = sorted(
            entries, key=lambda item: (tuple(-n for n in item[0]), item[2].selector.specificity, item[1])
        )
        for place, (_, _, entry) in enumerate(ordered):
            entry.important_rank = place


@lru_cache(maxsize=64)
def index_of(sources: tuple[Source, ...], variables: frozenset[str]) -> RuleIndex:
    """Return the index of style sheets, cached by the sheets."""
    return RuleIndex(sources, variables)


def variables_in(text: str) -> set[str]:
    """Return the names of the custom properties used in a value."""
    return set(_VARIABLE.findall(text)) if "var(" in text.lower() else set()


def _needed(sources: tuple[Source, ...], variables: frozenset[str]) -> set[str]:
    """Return the custom properties that other properties depend on, directly or through custom properties.

    Frameworks define hundreds of custom properties; leaving the unused ones out speeds up every element.
    """
    customs: dict[str, set[str]] = {}
    needed = set(variables)
    for sheet, _ in sources:
        for rule in sheet.rules:
            for name, value in (*rule.block.normal.items(), *rule.block.important.items()):
                if name.startswith(CUSTOM):
                    customs.setdefault(name, set()).update(variables_in(value))
                elif value.startswith(PENDING):
                    needed |= variables_in(value)
    todo = list(needed)
    while todo:
        for name in customs.get(todo.pop(), ()):
            if name not in needed:
                needed.add(name)
                todo.append(name)
    return needed


def _without_unused(block: Block, needed: set[str]) -> tuple[Longhands, Longhands]:
    def only(declared: Longhands) -> Longhands:
        return {
            name: value for name, value in declared.items() if not name.startswith(CUSTOM) or name in needed
        }

    return only(block.normal), only(block.important)


def _scales_to_zero(declared: Longhands) -> bool:
    values = [declared.get(name, "") for name in ("transform", "scale")]
    return any(value.startswith(PENDING) or scales_to_zero(value) for value in values)


def _rotates(declared: Longhands) -> bool:
    value = declared.get("transform", "")
    return value.startswith(PENDING) or rotates_box(value)


def _layer_ranks(sources: tuple[Source, ...]) -> dict[Layer, tuple[float, ...]]:
    """Rank layers by their first occurrence; rules outside a (sub)layer come after those in one."""
    order: dict[Layer, int] = {}
    for sheet, prefix in sources:
        named = [prefix[:depth] for depth in range(1, len(prefix) + 1)]
        named += [(*prefix, *layer) for layer in sheet.layers]
        for layer in named:
            order.setdefault(layer, len(order))
    ranks: dict[Layer, tuple[float, ...]] = {(): (_LAST,)}
    for layer in order:
        path = [float(order[layer[:depth]]) for depth in range(1, len(layer) + 1)]
        ranks[layer] = (*path, _LAST)
    return ranks
