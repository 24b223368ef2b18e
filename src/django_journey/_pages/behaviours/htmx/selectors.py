"""The selectors of htmx: CSS, and the words that look from an element."""

from __future__ import annotations

import re
from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.walk import ancestors, position, select
from django_journey._pages.behaviours.page_event import DOCUMENT, WINDOW

__all__ = ["find_all", "find_one", "is_within", "queried", "special"]


_NEW_WORDS = ("nextElementSibling", "previousElementSibling", "root")


def queried(root: Any, css: str) -> list[Any]:
    """Return what a CSS selector finds in an element or a fragment, contents of templates left out.

    Raises:
        ValueError: It is no selector.
    """
    found: list[Any] = root.select(css)
    if root.select_one("template") is None:
        return found
    return [el for el in found if not any(node.tag == "template" for node in _between(el, root))]


def _between(el: Any, root: Any) -> Any:
    node = el.parent
    while node is not None and node is not root:
        if is_element(node):
            yield node
        node = node.parent


def is_within(doc: Document, el: Any) -> bool:
    """Tell whether an element is still in the document."""
    top = el
    while top is not None and top is not doc.tree:
        top = top.parent
    return top is not None


def find_one(doc: Document, el: Any, selector: str, *, whole: bool = False) -> Any:
    """Return the first thing that a selector of htmx finds from an element, or ``None``."""
    found = find_all(doc, el, selector, whole=whole)
    return found[0] if found else None


def find_all(doc: Document, el: Any, selector: str, *, whole: bool = False) -> list[Any]:
    """Return what a selector of htmx finds from an element.

    Args:
        doc: The document.
        el: The element that states it.
        selector: CSS, or ``closest …``, ``find …``, ``next …``, ``previous …``, ``document``, ``window``, ``body``.
        whole: Whether it is no list of such selectors, as in htmx 1.9.

    Raises:
        ValueError: It is no selector.
    """
    if whole:
        seen = None if selector in _NEW_WORDS else special(doc, el, selector)
        return seen if seen is not None else select(doc, _unwrapped(selector))
    selector = selector.removeprefix("global ")
    found: list[Any] = []
    plain: list[str] = []
    for part in _parts(selector):
        seen = special(doc, el, part)
        if seen is None:
            plain.append(part)
        elif seen:
            found.append(seen[0])
    if plain:
        found += select(doc, ",".join(plain))
    return found


def special(doc: Document, el: Any, part: str) -> list[Any] | None:
    """Return what one of htmx's own words finds from an element; ``None`` for CSS."""
    word, _, rest = part.partition(" ")
    rest = _unwrapped(rest)
    if word == "closest" and rest:
        return [node] if (node := el.closest(rest)) is not None else []
    if word == "find" and rest:
        return queried(el, rest)[:1]
    if part in ("next", "nextElementSibling"):
        return _sibling(el, forward=True)
    if part in ("previous", "previousElementSibling"):
        return _sibling(el, forward=False)
    if word == "next" and rest:
        here, inside = position(doc, el), set(el.iter_elements())
        return [each for each in select(doc, rest) if position(doc, each) > here and each not in inside][:1]
    if word == "previous" and rest:
        here, around = position(doc, el), set(ancestors(el))
        before = [each for each in select(doc, rest) if position(doc, each) < here and each not in around]
        return before[-1:]
    if part in ("document", "root"):
        return [DOCUMENT]
    if part == "window":
        return [WINDOW]
    return [doc.tree.select_one("body")] if part == "body" else None


def _sibling(el: Any, *, forward: bool) -> list[Any]:
    node = el.next_sibling if forward else el.previous_sibling
    while node is not None and not is_element(node):
        node = node.next_sibling if forward else node.previous_sibling
    return [] if node is None else [node]


def _parts(selector: str) -> list[str]:
    """Split a list of selectors at its commas; ``<… />`` holds one that has commas of its own."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(selector):
        if char == "," and not depth:
            found.append(selector[start:at])
            start = at + 1
        elif char == "<":
            depth += 1
        elif char == "/" and selector[at + 1 : at + 2] == ">":
            depth -= 1
    found.append(selector[start:])
    return [part for part in map(_unwrapped, found) if part]


def _unwrapped(part: str) -> str:
    return re.sub(r"^<(.*)/>$", r"\1", part.strip(), flags=re.DOTALL).strip()
