"""Finds the style rules that fit an element without trying them all: looked up by ID, class, tag or attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django_journey.dom.css_properties import CUSTOM, PENDING, is_flattening, is_turning
from django_journey.dom.css_selectors import Selector
from django_journey.dom.stylesheet import Block, Layer, Longhands, Sheet

__all__ = ["FLOW", "KINDS", "Entry", "RuleIndex", "Source", "index_of", "variables_in"]

#: The properties that decide whether and how an element is shown; most rules have none of them.
FLOW = frozenset({"display", "visibility", "content-visibility", "content", "position", "float", "all"})
#: What declarations are looked up for: an element's flow, all of its box, its two pseudo-elements.
KINDS = ("flow", "box", "before", "after")

Source = tuple[Sheet, Layer]
_LAST = float("inf")
_VARIABLE = re.compile(r"var\(\s*(--[^\s,()]+)", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """One selector with its declarations and its places in the two orders of the cascade."""

    selector: Selector
    normal: Longhands
    important: Longhands
    rank: int = 0
    important_rank: int = 0
    container: tuple[str, ...] = ()


@dataclass(slots=True)
class _Buckets:
    ids: dict[str, list[Entry]] = field(default_factory=dict)
    classes: dict[str, list[Entry]] = field(default_factory=dict)
    tags: dict[str, list[Entry]] = field(default_factory=dict)
    attrs: dict[str, list[Entry]] = field(default_factory=dict)
    rest: list[Entry] = field(default_factory=list)
    is_empty: bool = True

    def add(self, entry: Entry) -> None:
        self.is_empty = False
        selector = entry.selector
        named = {"id": self.ids, "class": self.classes, "tag": self.tags, "attr": self.attrs}.get(
            selector.kind
        )
        if named is None:
            self.rest.append(entry)
        else:
            named.setdefault(selector.key, []).append(entry)

    def candidates(self, el: Any) -> list[Entry]:
        """Return the entries whose ID, class or tag the element has; what else they ask is still to be matched."""
        found = self.rest.copy()
        if by_tag := self.tags.get(el.tag):
            found += by_tag
        if self.classes and (names := el.attr("class")):
            classes = self.classes
            for name in dict.fromkeys(names.split()):
                if by_class := classes.get(name):
                    found += by_class
        if self.ids and (name := el.attr("id")) and (by_id := self.ids.get(name)):
            found += by_id
        return found

    def by_attributes(self, el: Any) -> list[Entry]:
        """Return the entries that are looked up by an attribute which the element has."""
        found: list[Entry] = []
        for name, entries in self.attrs.items():
            if el.attr(name) is not None:
                found += entries
        return found


class RuleIndex:
    """The rules of several style sheets in one cascade.

    Args:
        sources: The sheets in order, each with the layer that it was imported into.
        variables: Custom properties that something outside the sheets refers to.
    """

    def __init__(self, sources: tuple[Source, ...], variables: frozenset[str]) -> None:
        needed = _needed(sources, variables)
        layers = _layer_ranks(sources)
        self.of: dict[str, _Buckets] = {kind: _Buckets() for kind in KINDS}
        self.properties: set[str] = set()
        #: Those by which the user's input has a say in what is shown; and whether it has in how large it is.
        self.live: list[Entry] = []
        self.live_boxes = False
        #: Whether a rule depends on the size of a container.
        self.contains = False
        #: Whether a rule draws something at a scale of nought, and whether one sets something aslant.
        self.flattens = self.turns = False
        entries: list[tuple[tuple[float, ...], int, Entry]] = []
        for sheet, prefix in sources:
            for rule in sheet.rules:
                normal, important = _kept(rule.block, needed)
                if not normal and not important:
                    continue
                self.properties.update(normal, important)
                self.flattens = self.flattens or _flattens(normal) or _flattens(important)
                self.turns = self.turns or _turns(normal) or _turns(important)
                decides_flow = not FLOW.isdisjoint(normal) or not FLOW.isdisjoint(important)
                layer = layers[(*prefix, *rule.layer)]
                for selector in rule.selectors:
                    entry = Entry(selector, normal, important, container=rule.container)
                    self.contains = self.contains or bool(rule.container)
                    if selector.live and (selector.pseudo or decides_flow):
                        self.live.append(entry)
                    self.live_boxes = self.live_boxes or selector.live
                    self.of[selector.pseudo or "box"].add(entry)
                    if not selector.pseudo and decides_flow:
                        self.of["flow"].add(entry)
                    entries.append((layer, len(entries), entry))
        self.registered = {name: how for sheet, _ in sources for name, how in sheet.registered.items()}
        self._rank(entries)

    @staticmethod
    def _rank(entries: list[tuple[tuple[float, ...], int, Entry]]) -> None:
        """Give each entry its place: by layer, specificity and order; important ones by the reverse of layers."""
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
    """Return the index of these sheets; the same sheets are indexed once."""
    return RuleIndex(sources, variables)


def variables_in(text: str) -> set[str]:
    """Return the names of the custom properties that a value refers to."""
    return set(_VARIABLE.findall(text)) if "var(" in text.lower() else set()


def _needed(sources: tuple[Source, ...], variables: frozenset[str]) -> set[str]:
    """Return the custom properties that some kept property depends on, also through other custom ones.

    Frameworks define hundreds of colours and sizes; leaving those out keeps each element's look-up short.
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


def _kept(block: Block, needed: set[str]) -> tuple[Longhands, Longhands]:
    def only(declared: Longhands) -> Longhands:
        return {
            name: value for name, value in declared.items() if not name.startswith(CUSTOM) or name in needed
        }

    return only(block.normal), only(block.important)


def _flattens(declared: Longhands) -> bool:
    values = [declared.get(name, "") for name in ("transform", "scale")]
    return any(value.startswith(PENDING) or is_flattening(value) for value in values)


def _turns(declared: Longhands) -> bool:
    value = declared.get("transform", "")
    return value.startswith(PENDING) or is_turning(value)


def _layer_ranks(sources: tuple[Source, ...]) -> dict[Layer, tuple[float, ...]]:
    """Rank layers by when they were first named; what is in no (sub)layer comes after all that are."""
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
