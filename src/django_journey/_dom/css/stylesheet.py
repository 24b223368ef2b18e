"""Parses style sheets into a flat list of the rules that apply to the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from django_journey._dom.css.media import media_matches, supports
from django_journey._dom.css.properties import longhands
from django_journey._dom.css.selectors import StyleSelector, read_selectors
from django_journey._dom.css.syntax import declarations, items, split_top, string_value, without_comments

__all__ = ["Block", "Import", "Sheet", "StyleRule", "read_block", "read_sheet"]

Layer = tuple[str, ...]
Longhands = dict[str, str]
#: Registered custom properties by name: the initial value, and whether they inherit.
Registered = dict[str, tuple[str | None, bool]]
_SCOPE = re.compile(
    r"@scope\s*(?:\((?P<start>.*?)\))?\s*(?:to\s*\((?P<end>.*)\))?\s*\Z", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r":scope(?![\w-])|&")


@dataclass(slots=True)
class Block:
    """A block of declarations, normal and important."""

    normal: Longhands = field(default_factory=dict)
    important: Longhands = field(default_factory=dict)

    def add(self, name: str, value: str, important: bool) -> None:
        """Add a declaration; it overrides earlier ones of the same importance."""
        for longhand, expanded in longhands(name, value):
            target = self.important if important else self.normal
            if longhand == "all":
                target.clear()  # ``all`` resets what precedes it in the block
            target[longhand] = expanded

    def __bool__(self) -> bool:
        return bool(self.normal or self.important)


@dataclass(frozen=True, slots=True, eq=False)
class StyleRule:
    """A style rule that applies to the screen."""

    selectors: tuple[StyleSelector, ...]
    block: Block
    layer: Layer
    container: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Import:
    """An ``@import`` that applies to the screen; ``layer`` is ``None`` without a layer."""

    href: str
    layer: Layer | None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A style sheet, compared by identity so that it can be a cache key."""

    imports: tuple[Import, ...]
    rules: tuple[StyleRule, ...]
    layers: tuple[Layer, ...]
    registered: Registered


@lru_cache(maxsize=256)
def read_sheet(text: str) -> Sheet:
    """Parse a style sheet; cached by its text.

    Rules whose ``@media`` or ``@supports`` condition is false are left out, as is ``@starting-style``. Rules in
    ``@container`` keep their condition.

    Source: CSS Syntax 3, CSS Conditional Rules 4, CSS Cascade 5 (layers), CSS Nesting 1.
    """
    reader = _SheetReader()
    reader.rule_list(without_comments(text), ())
    return Sheet(tuple(reader.imports), tuple(reader.rules), tuple(reader.layers), reader.registered)


@lru_cache(maxsize=2048)
def read_block(text: str) -> Block:
    """Parse a ``style`` attribute; cached by its text."""
    block = Block()
    for name, value, important in declarations(text):
        block.add(name, value, important)
    return block


class _SheetReader:
    """Flattens nested rules and conditions into a list of rules."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.rules: list[StyleRule] = []
        self.layers: list[Layer] = []
        self.registered: Registered = {}
        self.container: tuple[str, ...] = ()  # the conditions of the enclosing @container rules
        self.anonymous = 0

    def rule_list(self, text: str, layer: Layer, parent: str | None = None) -> None:
        for prelude, body in items(text, nested=False):
            if prelude.startswith("@"):
                self.at_rule(prelude, body, layer, parent)
            elif body is not None:
                self.style_rule(_resolved(prelude, parent), body, layer)

    def style_rule(self, prelude: str, body: str, layer: Layer) -> None:
        block = Block()
        inner: list[tuple[str, str]] = []
        if "{" in body:
            for item, content in items(body, nested=True):
                if content is not None:
                    inner.append((item, content))
                else:
                    self._declare(block, item)
        else:
            self._declare(block, body)
        if block:
            self._rule(prelude, block, layer)
        for item, content in inner:
            if item.startswith("@"):
                self.nested_at_rule(item, content, layer, prelude)
            elif item:
                self.style_rule(_resolved(item, prelude), content, layer)

    def nested_at_rule(self, prelude: str, body: str, layer: Layer, parent: str) -> None:
        """Add an at-rule nested in a style rule; its declarations belong to that rule's selector."""
        around = self.container
        inner = self._entered(prelude, layer)
        if inner is not None:
            self.style_rule(parent, body, inner)
        self.container = around

    def at_rule(self, prelude: str, body: str | None, layer: Layer, parent: str | None) -> None:
        name, _, rest = prelude[1:].partition(" ")
        if body is not None and name.lower() == "property":
            self._register(rest.strip(), body)
            return
        if body is not None and (scope := _SCOPE.match(prelude)):
            self.scoped(scope, body, layer, parent)
            return
        if body is None:
            if name.lower() == "import" and not self.rules:
                self._import(rest.strip(), layer)
            elif name.lower() == "layer":
                for each in split_top(rest):
                    self._layer((*layer, *each.split(".")))
            return
        around = self.container
        inner = self._entered(prelude, layer)
        if inner is not None:
            self.rule_list(body, inner, parent)
        self.container = around

    def scoped(self, scope: re.Match[str], body: str, layer: Layer, parent: str | None) -> None:
        """Add the rules of ``@scope``; their selectors match the scoping root and its descendants.

        Source: CSS Cascade 6, 2.5; which of several roots is nearer is not looked at.
        """
        start, end = (_resolved(each, parent) if each else None for each in scope.group("start", "end"))
        if start is None:
            return  # a linked sheet, which has no parent element to be the root
        limit = f":not(:where({end}, :is({end}) *))" if end else ""
        for prelude, content in items(body, nested=False):
            if content is None or not prelude:
                continue
            if prelude.startswith("@"):
                around = self.container
                inner = self._entered(prelude, layer)
                if inner is not None:
                    self.scoped(scope, content, inner, parent)
                self.container = around
                continue
            written = [
                _ROOT.sub(f":is({start})", part)
                if _ROOT.search(part)
                else f"{part}:where(:is({start}), :is({start}) *){limit}"
                for part in split_top(prelude)
                if "::" not in part
            ]
            self.style_rule(", ".join(written), content, layer)

    def _register(self, name: str, body: str) -> None:
        """Add a custom property registered by ``@property``."""
        block = {key: value for key, value, _ in declarations(body)}
        if name.startswith("--") and "syntax" in block and "inherits" in block:
            self.registered[name] = (block.get("initial-value"), block["inherits"].strip() == "true")

    def _entered(self, prelude: str, layer: Layer) -> Layer | None:
        """Return the layer of an at-rule's content, or ``None`` if the content does not apply."""
        found = re.match(r"@([\w-]+)\s*(.*)\Z", prelude, re.DOTALL)
        name, rest = (found.group(1).lower(), found.group(2)) if found else ("", "")
        if name == "media":
            return layer if media_matches(rest) else None
        if name == "supports":
            return layer if supports(rest) else None
        if name == "container":
            self.container = (*self.container, rest)
            return layer
        if name == "layer":
            return self._layer((*layer, *(rest.split(".") if rest else [self._nameless()])))
        return None

    def _nameless(self) -> str:
        self.anonymous += 1
        return f"\0{self.anonymous}"

    def _layer(self, layer: Layer) -> Layer:
        layer = tuple(part.strip() for part in layer)
        for depth in range(1, len(layer) + 1):
            if layer[:depth] not in self.layers:
                self.layers.append(layer[:depth])
        return layer

    def _import(self, text: str, layer: Layer) -> None:
        found = re.match(r"url\(\s*(\"[^\"]*\"|'[^']*'|[^)]*)\s*\)|(\"[^\"]*\"|'[^']*')", text, re.IGNORECASE)
        if found is None:
            return
        raw = (found.group(1) or found.group(2)).strip()
        rest = text[found.end() :].strip()
        inner: Layer | None = None
        if named := re.match(r"layer(?:\(([^)]*)\))?(?![\w-])", rest):
            inner = self._layer((*layer, *((named.group(1) or self._nameless()).split("."))))
            rest = rest[named.end() :].strip()
        if asked := re.match(r"supports\(((?:[^()]|\([^()]*\))*)\)", rest):
            rest = rest[asked.end() :].strip()
            if not supports(f"({asked.group(1)})"):
                return
        if media_matches(rest):
            self.imports.append(Import(string_value(raw) or raw, inner))

    def _declare(self, block: Block, text: str) -> None:
        for name, value, important in declarations(text):
            block.add(name, value, important)

    def _rule(self, prelude: str, block: Block, layer: Layer) -> None:
        if selectors := read_selectors(prelude):
            self.rules.append(StyleRule(selectors, block, layer, self.container))


def _resolved(prelude: str, parent: str | None) -> str:
    """Replace ``&`` in a nested rule's selectors by the parent's selectors (CSS Nesting 1)."""
    if parent is None:
        return prelude
    around = f":is({parent})"
    parts = []
    for part in split_top(prelude):
        if "&" in part:
            parts.append(part.replace("&", around))
        else:
            parts.append(f"{around} {part}")
    return ", ".join(parts)
