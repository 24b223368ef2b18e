"""Matching elements by their text."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from functools import partial

from django_journey._dom.query.parts import HasText, Label, Text
from django_journey._dom.rendering.text import ElementText, normalize, text_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, Node, is_element
from django_journey._dom.tree.patterns import search
from django_journey._dom.tree.walk import select, with_ancestors
from django_journey._dom.tree.white_space import squeezed

__all__ = ["SILENT", "Fit", "find_text", "fit", "has_run", "may_hold", "text_matcher"]

SILENT = frozenset({"script", "style", "noscript", "head"})
_METADATA = frozenset({"title", "meta", "link", "base"})
_WHOLE = frozenset({"html", "body"})  # searched in any case: their text is long

Matcher = Callable[[ElementText], bool]


class Fit(enum.Enum):
    """Whether an element's text matches, and whether a child's text matches too."""

    NONE = "none"
    SELF = "self"
    CHILDREN = "self and children"


def fit(doc: Document, el: Element, matches: Matcher) -> Fit:
    """Return whether an element's text matches; that of script, style, noscript and the head never does."""
    if el.tag in SILENT or (el.tag in _METADATA and el.closest("head") is not None):
        return Fit.NONE
    if not matches(text_of(doc, el)):
        return Fit.NONE
    for child in el.children:
        if is_element(child) and matches(text_of(doc, child)):
            return Fit.CHILDREN
    return Fit.SELF


def text_matcher(sought: Text | Label | HasText) -> Matcher:
    """Return the test of a query: patterns are matched against the raw text, strings against the normalized one."""
    if not isinstance(sought.text, str):
        return partial(_by_pattern, sought.text)
    wanted = normalize(sought.text)
    if isinstance(sought, Text) and sought.by_node:
        return partial(has_run, wanted)
    if sought.exact:
        return lambda text: text.normalized == wanted
    lowered = wanted.lower()
    return lambda text: lowered in text.normalized.lower()


def _by_pattern(pattern: re.Pattern[str], text: ElementText) -> bool:
    return search(pattern, text.full)


def has_run(wanted: str, text: ElementText) -> bool:
    """Return whether one of the runs of text is the wanted one, normalized."""
    if not wanted and not text.immediate:
        return True
    return any(normalize(run) == wanted for run in text.immediate)


def find_text(doc: Document, sought: Text, roots: list[Element]) -> list[Element]:
    """Return the innermost elements whose text matches, in document order.

    Args:
        doc: The document.
        sought: The query.
        roots: The elements to search; they may match themselves.
    """
    if isinstance(sought.text, str) and not sought.by_node and normalize(sought.text):
        found: list[Element] = []
        for root in roots:
            _search(doc, sought, root, found)
        return found
    matches = text_matcher(sought)
    wanted = (Fit.SELF, Fit.CHILDREN) if sought.by_node else (Fit.SELF,)
    every = [el for root in roots for el in (root, *select(doc, "*", root))]
    return [el for el in every if fit(doc, el, matches) in wanted]


#: Elements whose text differs from the parser's: those without a text, and buttons with a value.
_ODD = "script,style,noscript,template,input[type=submit i],input[type=button i],input[type=reset i]"


def _search(doc: Document, sought: Text, root: Element, found: list[Element]) -> None:
    """Search the branches whose text contains the sought one, by the parser's text; add matches to ``found``.

    Other branches are skipped at once, so the texts of most elements are never computed.
    """
    part = squeezed(str(sought.text))
    matches = text_matcher(sought)
    odd = _odd(doc)
    branches: list[Element] = []
    waiting = [root]
    while waiting:
        el = waiting.pop()
        if el.tag in _WHOLE or (el.tag not in SILENT and (el in odd or part in squeezed(el.text))):
            branches.append(el)
            waiting.extend(child for child in reversed(el.children) if is_element(child))
    explained: set[Node | None] = set()
    here: list[Element] = []
    for el in reversed(branches):
        if el in explained:
            explained.add(el.parent)
        elif matches(text_of(doc, el)):
            here.append(el)
            explained.add(el.parent)
    found.extend(reversed(here))


def may_hold(doc: Document, el: Element, part: str) -> bool:
    """Return whether an element's text may contain a part, without computing the text.

    Args:
        doc: The document.
        el: The element.
        part: Squeezed.
    """
    return el in _odd(doc) or part in squeezed(el.text)


def _odd(doc: Document) -> set[Node]:
    return doc.tree_memo("text_match.odd", lambda: with_ancestors(doc, _ODD))
