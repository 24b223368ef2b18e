"""Replaces pseudo-classes that depend on user input or the URL's fragment by selectors of the elements they match."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urldefrag

from django_journey._dom.css.element_states import STATES, in_state
from django_journey._dom.css.pseudo_classes import hovered, is_read_write
from django_journey._dom.css.rule_index import IndexedRule
from django_journey._dom.css.selectors import STATE, StyleSelector
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.usage import uses

__all__ = ["InputRules", "filled"]

_DISABLEABLE = "button,input,select,textarea,fieldset,option,optgroup"
_WRITABLE = "input,textarea,[contenteditable],[contenteditable] *"


def filled(doc: Document, selector: StyleSelector) -> str:
    """Return the current selector, for the parser's engine, of one that depends on input."""
    return doc.memo("styles.state", lambda: InputState(doc)).fill(selector.text)


class InputRules:
    """Rules that depend on the user's input, with the elements that they matched at the start.

    Args:
        doc: The document. It has no shadow trees.
        entries: The rules; those that can't match any of its elements are left out.
    """

    def __init__(self, doc: Document, entries: Sequence[IndexedRule]) -> None:
        self._doc = doc
        self._selectors = [entry.selector for entry in entries if _concerns(doc, entry.selector)]
        self._fitted = self._fitting()

    def is_unchanged(self) -> bool:
        """Return whether each rule still matches the same elements."""
        return self._fitting() == self._fitted

    def _fitting(self) -> list[list[Element]]:
        return [self._all(selector) for selector in self._selectors]

    def _all(self, selector: StyleSelector) -> list[Element]:
        if self._doc.hovered is None and ":hover" in selector.text and ":not(" not in selector.text:
            return []  # the commonest case
        try:
            return list(self._doc.tree.select(filled(self._doc, selector)))
        except ValueError:  # the parser's engine does not support the selector
            return []


def _concerns(doc: Document, selector: StyleSelector) -> bool:
    """Return whether the page has an element that a selector could match, by its class or ID."""
    if selector.loose and not uses(doc, selector.loose):
        return False
    kind, key = selector.kind, selector.key
    if kind not in ("class", "id") or "\\" in key or '"' in key:
        return True
    return uses(doc, f'[{kind}~="{key}"]')


class InputState:
    """A document's state, written as selectors that the parser's engine supports."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self._known: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Replace ``:focus``, ``:checked`` etc. by selectors of the elements that match now."""
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


def _any(elements: Sequence[Element]) -> str:
    return f":is({', '.join(_path(el) for el in elements)})" if elements else ":not(*)"


def _path(el: Element) -> str:
    return str(el.css_path())
