"""Container queries: which ``@container`` rules apply to an element, if style sheets fix the container's size."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from django_journey._dom.css.media import container_matches
from django_journey._dom.css.properties import PENDING
from django_journey._dom.css.rule_index import IndexedRule
from django_journey._dom.css.stylesheet import Longhands
from django_journey._dom.tree.parser import Element, Node

__all__ = ["UNKNOWN", "resolve_containers"]

#: The value of a property that depends on a container query which only a layout can answer.
UNKNOWN = "\0\0"
_PREFIXED = re.compile(r"\s*(?!not\b|and\b|or\b)([-\w]+)?\s*(.*)\Z", re.DOTALL | re.IGNORECASE)
_PIXELS = re.compile(r"(\d+\.?\d*|\.\d+)px\Z")
_TOP = 1280.0
_HIDING = {"display": ("none",), "visibility": ("hidden", "collapse"), "content-visibility": ("hidden",)}


class _Cascade(Protocol):
    """What is used here of ``cascade.Styles``."""

    parent: Callable[[Node], Element | None]

    def value(self, el: Element, name: str) -> str | None: ...


def resolve_containers(
    styles: _Cascade,
    el: Element,
    entries: Sequence[IndexedRule],
    won: Callable[[Sequence[IndexedRule]], Longhands],
) -> Longhands:
    """Return the cascaded declarations of an element that matches rules in ``@container``.

    Args:
        styles: The page's styles.
        el: The element.
        entries: The rules that match it.
        won: Returns the cascaded declarations of rules.

    Source: CSS Contain 3, 3.
    """
    applies = {id(entry): _applies(styles, el, entry) for entry in entries}
    least = won([entry for entry in entries if applies[id(entry)] is True])
    if None not in applies.values():
        return least
    most = won([entry for entry in entries if applies[id(entry)] is not False])
    for name, hidden in _HIDING.items():
        one, other = least.get(name), most.get(name)
        if one != other and any(each in hidden or str(each).startswith(PENDING) for each in (one, other)):
            least = {**least, name: UNKNOWN}
    return least


def _applies(styles: _Cascade, el: Element, entry: IndexedRule) -> bool | None:
    found = [_matches(styles, el, condition) for condition in entry.container]
    return False if False in found else None if None in found else True


def _matches(styles: _Cascade, el: Element, condition: str) -> bool | None:
    parts = _PREFIXED.match(condition)
    name, query = (parts.group(1) or "", parts.group(2)) if parts else ("", condition)
    if name in ("style", "scroll-state") or re.search(r"(?:style|scroll-state)\(", query):
        return None
    node = styles.parent(el)
    while node is not None:
        kind = (styles.value(node, "container-type") or "").split()
        names = (styles.value(node, "container-name") or "").split()
        if ("size" in kind or "inline-size" in kind) and (not name or name in names):
            length = _PIXELS.match(styles.value(node, "width") or "")
            return container_matches(query, float(length.group(1)) if length else None, _TOP)
        node = styles.parent(node)
    return False
