"""How well an element's text fits: not at all, by itself, or because one of its children fits already."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import partial
from typing import Any

from django_journey.dom.document import Document
from django_journey.dom.parser import is_element
from django_journey.dom.patterns import search
from django_journey.dom.queries import HasText, Label, Text
from django_journey.dom.text import ElementText, normalize, text_of
from django_journey.dom.tree import select

__all__ = ["SILENT", "Fit", "find_text", "fit", "may_hold", "text_matcher"]

SILENT = frozenset({"script", "style", "noscript", "head"})

Matcher = Callable[[ElementText], bool]


class Fit(enum.Enum):
    """How an element fits a text."""

    NONE = "none"
    SELF = "self"
    CHILDREN = "self and children"


def fit(doc: Document, el: Any, matches: Matcher) -> Fit:
    """Tell how an element fits; script, style, noscript and the head never do."""
    if el.tag in SILENT or (el.tag in ("title", "meta", "link", "base") and el.parent.tag == "head"):
        return Fit.NONE
    if not matches(text_of(doc, el)):
        return Fit.NONE
    for child in el.children:
        if is_element(child) and matches(text_of(doc, child)):
            return Fit.CHILDREN
    return Fit.SELF


def text_matcher(sought: Text | Label | HasText) -> Matcher:
    """Return the test that a query makes of a text: patterns see it raw, strings see it normalised."""
    if not isinstance(sought.text, str):
        return partial(_by_pattern, sought.text)
    wanted = normalize(sought.text)
    if isinstance(sought, Text) and sought.by_node:
        return partial(_by_run, wanted)
    if sought.exact:
        return lambda text: text.normalized == wanted
    lowered = wanted.lower()
    return lambda text: lowered in text.normalized.lower()


def _by_pattern(pattern: Any, text: ElementText) -> bool:
    return search(pattern, text.full)


def _by_run(wanted: str, text: ElementText) -> bool:
    if not wanted and not text.immediate:
        return True
    return any(normalize(run) == wanted for run in text.immediate)


def find_text(doc: Document, sought: Text, roots: list[Any]) -> list[Any]:
    """Return the innermost elements whose text fits, in document order.

    Args:
        doc: The page.
        sought: What the text must be.
        roots: The elements to look in; they may fit themselves.
    """
    if isinstance(sought.text, str) and not sought.by_node and normalize(sought.text):
        found: list[Any] = []
        for root in roots:
            _search(doc, sought, root, found)
        return found
    matches = text_matcher(sought)
    wanted = (Fit.SELF, Fit.CHILDREN) if sought.by_node else (Fit.SELF,)
    every = [el for root in roots for el in (root, *select(doc, "*", root))]
    return [el for el in every if fit(doc, el, matches) in wanted]


#: What makes an element's text differ from the text that the parser joins: silent parts, and values of buttons.
_ODD = "script,style,noscript,template,input[type=submit i],input[type=button i],input[type=reset i]"


def _search(doc: Document, sought: Text, root: Any, found: list[Any]) -> None:
    """Go down only where the sought text can be, by the parser's own joined text; add what fits to ``found``.

    An element whose text holds what is sought has it whole, or some of its children have: so a branch without it
    is left at once, and most elements' texts are never put together.
    """
    part = normalize(sought.text if isinstance(sought.text, str) else "").lower()
    matches = text_matcher(sought)
    odd = doc.keep("text_match.odd", lambda: _odd(doc))
    branches: list[Any] = []
    waiting = [root]
    while waiting:
        el = waiting.pop()
        if el.tag not in SILENT and (el in odd or part in normalize(el.text).lower()):  # as ``may_hold``
            branches.append(el)
            waiting.extend(child for child in reversed(el.children) if is_element(child))
    explained: set[Any] = set()
    here: list[Any] = []
    for el in reversed(branches):
        if el in explained:
            explained.add(el.parent)
        elif matches(text_of(doc, el)):
            here.append(el)
            explained.add(el.parent)
    found.extend(reversed(here))


def may_hold(doc: Document, el: Any, part: str) -> bool:
    """Tell whether an element's text could have a part in it, without putting the text together.

    Args:
        doc: The page.
        el: The element.
        part: Normalised, in lower case.
    """
    return el in doc.keep("text_match.odd", lambda: _odd(doc)) or part in normalize(el.text).lower()


def _odd(doc: Document) -> set[Any]:
    odd: set[Any] = set()
    for el in select(doc, _ODD):
        node: Any = el
        while node is not None and node not in odd:
            odd.add(node)
            node = node.parent
    return odd
