"""Puts what the user did (focus, checks, typing) and the URL's fragment in place of pseudo-classes that ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urldefrag

from django_journey.dom.css_selectors import STATE, Selector
from django_journey.dom.document import Document
from django_journey.dom.pseudo_classes import hovered, is_read_write
from django_journey.dom.rule_index import Entry
from django_journey.dom.states import STATES, in_state
from django_journey.dom.usage import uses

__all__ = ["LiveRules", "filled"]

_DISABLEABLE = "button,input,select,textarea,fieldset,option,optgroup"
_WRITABLE = "input,textarea,[contenteditable],[contenteditable] *"


def filled(doc: Document, selector: Selector) -> str:
    """Return what the parser's engine is to match for a live selector now."""
    return doc.memo("styles.state", lambda: LiveState(doc)).fill(selector.text)


class LiveRules:
    """Rules that depend on the user's input, and what they fitted when they were taken down.

    Args:
        doc: The document, which has no shadow trees.
        entries: The rules; those that concern none of its elements are left out.
    """

    def __init__(self, doc: Document, entries: Sequence[Entry]) -> None:
        self._doc = doc
        self._selectors = [entry.selector for entry in entries if _concerns(doc, entry.selector)]
        self._fitted = self._fitting()

    def fit_the_same(self) -> bool:
        """Tell whether each rule fits now what it fitted then."""
        return self._fitting() == self._fitted

    def _fitting(self) -> list[list[Any]]:
        return [self._all(selector) for selector in self._selectors]

    def _all(self, selector: Selector) -> list[Any]:
        if self._doc.hovered is None and ":hover" in selector.text and ":not(" not in selector.text:
            return []  # most live rules of most pages
        try:
            return list(self._doc.tree.select(filled(self._doc, selector)))
        except ValueError:  # a selector that Chromium may know and the parser's engine does not
            return []


def _concerns(doc: Document, selector: Selector) -> bool:
    """Tell whether the page has an element of the class or ID that a selector is looked up by."""
    if selector.loose and not uses(doc, selector.loose):
        return False
    kind, key = selector.kind, selector.key
    if kind not in ("class", "id") or "\\" in key or '"' in key:
        return True
    return uses(doc, f'[{kind}~="{key}"]')


class LiveState:
    """The state of one document at one moment, as selectors that the parser's own engine can match."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self._known: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Put what the user did in place of ``:focus``, ``:checked`` and their like."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = STATE.sub(lambda match: self._state(match.group(1).lower()), text)
        return found

    def _state(self, name: str) -> str:
        doc = self.doc
        if name == "hover":
            paths = [_path(el) for el in hovered(doc)]
            return f":is({', '.join(paths)})" if paths else ":not(*)"
        if name in ("focus", "focus-visible", "focus-within"):
            if doc.focus is None:
                return ":not(*)"
            path = _path(doc.focus)
            return f":is({path})" if name != "focus-within" else f":is({path}, :has(:is({path})))"
        if name == "target":
            fragment = unquote(urldefrag(doc.url).fragment)
            escaped = fragment.replace("\\", "\\\\").replace('"', '\\"')
            return f'[id="{escaped}"]' if fragment else ":not(*)"
        if name in STATES:
            return _any(in_state(doc, name))
        if name == "enabled":
            return f":is({_DISABLEABLE}):not({_any(in_state(doc, 'disabled'))})"
        if name == "optional":
            return f":is(input,select,textarea,button):not({_any(in_state(doc, 'required'))})"
        writable = _any([el for el in doc.tree.select(_WRITABLE) if is_read_write(el)])
        return f":not({writable})" if name == "read-only" else writable


def _any(elements: Sequence[Any]) -> str:
    return f":is({', '.join(_path(el) for el in elements)})" if elements else ":not(*)"


def _path(el: Any) -> str:
    return str(el.css_path())
