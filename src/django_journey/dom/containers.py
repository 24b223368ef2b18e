"""Which rules of ``@container`` hold for an element, where the style sheets give the container's size."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django_journey.dom.css_properties import PENDING
from django_journey.dom.media import container_matches
from django_journey.dom.rule_index import Entry
from django_journey.dom.stylesheet import Longhands

__all__ = ["UNTOLD", "settled"]

#: Stands for a value that a rule decides of which only a layout tells whether it holds.
UNTOLD = "\0\0"
_PREFIXED = re.compile(r"\s*(?!not\b|and\b|or\b)([-\w]+)?\s*(.*)\Z", re.DOTALL | re.IGNORECASE)
_PIXELS = re.compile(r"(\d+\.?\d*|\.\d+)px\Z")
_TOP = 1280.0
_HIDING = {"display": ("none",), "visibility": ("hidden", "collapse"), "content-visibility": ("hidden",)}


def settled(
    styles: Any, el: Any, entries: Sequence[Entry], won: Callable[[Sequence[Entry]], Longhands]
) -> Longhands:
    """Return an element's declarations where some of the rules that fit it stand in ``@container``.

    Args:
        styles: The page's cascade.
        el: The element.
        entries: The rules.
        won: Gives the winning declarations of rules.

    Source: CSS Contain 3, 3.
    """
    told = {id(entry): _holds(styles, el, entry) for entry in entries}
    least = won([entry for entry in entries if told[id(entry)] is True])
    if None not in told.values():
        return least
    most = won([entry for entry in entries if told[id(entry)] is not False])
    for name, hidden in (
        ("display", ("none",)),
        ("visibility", ("hidden", "collapse")),
        ("content-visibility", ("hidden",)),
    ):
        one, other = least.get(name), most.get(name)
        if one != other and any(each in hidden or str(each).startswith(PENDING) for each in (one, other)):
            least = {**least, name: UNTOLD}
    return least


def _holds(styles: Any, el: Any, entry: Entry) -> bool | None:
    found = [_matches(styles, el, condition) for condition in entry.container]
    return False if False in found else None if None in found else True


def _matches(styles: Any, el: Any, condition: str) -> bool | None:
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
