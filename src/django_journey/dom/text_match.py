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

__all__ = ["SILENT", "Fit", "find_text", "fit", "text_matcher"]

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


def find_text(doc: Document, sought: Text, elements: list[Any]) -> list[Any]:
    """Return the innermost of the elements whose text fits, in their order.

    Args:
        doc: The page.
        sought: What the text must be.
        elements: An element and all its descendants, in document order.
    """
    matches = text_matcher(sought)
    wanted = (Fit.SELF, Fit.CHILDREN) if sought.by_node else (Fit.SELF,)
    return [el for el in elements if fit(doc, el, matches) in wanted]
