"""Carries out parsed CSS where the parser's own engine would find something else than Playwright does.

The rules are Playwright's: matching starts at the scope and not at the document, ``:has()`` and ``:scope``
follow jQuery, and its own pseudo-classes look at text and visibility.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django_journey.dom import pseudo_classes, tree
from django_journey.dom.document import Document
from django_journey.dom.parser import is_element
from django_journey.dom.patterns import from_javascript
from django_journey.dom.selector_syntax import Complex, Compound, Css, Function
from django_journey.dom.text import ElementText, normalize, text_of
from django_journey.dom.text_match import Fit, fit, may_hold
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, Explanation

__all__ = ["find_css", "select_native"]


def find_css(doc: Document, css: Css, scope: Any = None) -> list[Any]:
    """Return the elements that a selector list finds, in document order.

    Args:
        doc: The page.
        css: The parsed list.
        scope: The element to look in; ``None`` is the whole page.

    Raises:
        Error: The selector holds something that neither CSS nor Playwright knows.
    """
    if css.native and (scope is None or css.local):
        found = select_native(doc, css.source, scope)
        # Playwright has no parent to start from at the root, so html:has(> body) finds nothing there.
        if not (css.is_relative and _root(doc) in found):
            return found
    return _Matcher(doc).query_list(_Context(scope, scope), css.selectors)


def select_native(doc: Document, source: str, scope: Any = None) -> list[Any]:
    """Return what the parser's own engine finds, contents of templates left out."""
    try:
        return tree.select(doc, source, scope)
    except ValueError as error:
        raise Error(
            Explanation(
                f"{str(error)[:1].upper()}{str(error)[1:]}, while querying css {source!r}",
                instead="write CSS (Selectors Level 4), or Playwright's :has-text(), :text(), :visible, …",
            )
        ) from None


@dataclass(frozen=True, slots=True)
class _Context:
    """Where matching starts, and what ``:scope`` means; ``None`` is the document."""

    scope: Any
    anchor: Any


class _Matcher:
    """Matches within one page; what was found for a step is kept while it works."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self._numbered: dict[Any, set[Any]] = {}

    def query_list(self, context: _Context, selectors: tuple[Complex, ...]) -> list[Any]:
        if len(selectors) == 1:
            return self.query(context, selectors[0])
        found = dict.fromkeys(el for selector in selectors for el in self.query(context, selector))
        return sorted(found, key=lambda el: tree.position(self.doc, el))

    def query(self, context: _Context, selector: Complex) -> list[Any]:
        context = self._expanded(context, selector)
        last = len(selector.compounds) - 1
        compound = selector.compounds[last]
        known: dict[Any, bool] = {}
        return [
            el
            for el in self._candidates(context, compound)
            if self._fits_functions(context, el, compound)
            and self._before(context, el, selector, last, known)
        ]

    def _expanded(self, context: _Context, selector: Complex) -> _Context:
        if context.scope is None or not selector.has_scope:
            return context
        parent = context.scope.parent
        return _Context(parent, context.anchor) if is_element(parent) else context

    def _candidates(self, context: _Context, compound: Compound) -> list[Any]:
        first = compound.functions[0] if compound.functions else None
        if first is not None and compound.css in ("", "*") and first.name == "scope":
            return [self._anchor(context)]
        if first is not None and compound.css in ("", "*") and first.name in ("is", "where"):
            return self.query_list(context, first.selectors)
        return select_native(self.doc, compound.css or "*", context.scope)

    def _anchor(self, context: _Context) -> Any:
        return context.anchor if context.anchor is not None else _root(self.doc)

    def _fits(self, context: _Context, el: Any, compound: Compound) -> bool:
        return (not compound.css or el.matches(compound.css)) and self._fits_functions(context, el, compound)

    def _fits_functions(self, context: _Context, el: Any, compound: Compound) -> bool:
        return all(self._function(context, el, function) for function in compound.functions)

    def _before(
        self, context: _Context, el: Any, selector: Complex, index: int, known: dict[Any, bool]
    ) -> bool:
        """Tell whether what stands before the compound at that index fits around the element."""
        if index == 0:
            return True
        key = (el, index)
        if key not in known:
            combinator = selector.combinators[index - 1]
            compound = selector.compounds[index - 1]
            known[key] = any(
                self._fits(context, other, compound)
                and self._before(context, other, selector, index - 1, known)
                for other in _around(context.scope, el, combinator)
            )
        return known[key]

    def _function(self, context: _Context, el: Any, function: Function) -> bool:
        name = function.name
        if name in ("is", "where"):
            return any(self._matches(context, el, selector) for selector in function.selectors)
        if name == "not":
            return not any(self._matches(context, el, selector) for selector in function.selectors)
        if name == "has":
            return bool(self.query_list(_Context(el, el), function.selectors))
        if name == "scope":
            return bool(el == self._anchor(context))
        if name == "nth-match":
            return el in self._nth_match(context, function)
        if name == "visible":
            return is_visible(self.doc, el)
        if name in ("text", "text-is", "text-matches", "has-text"):
            return self._text(el, function)
        return pseudo_classes.holds(self.doc, el, name)

    def _matches(self, context: _Context, el: Any, selector: Complex) -> bool:
        context = self._expanded(context, selector)
        last = len(selector.compounds) - 1
        return self._fits(context, el, selector.compounds[last]) and self._before(
            context, el, selector, last, {}
        )

    def _nth_match(self, context: _Context, function: Function) -> set[Any]:
        key = (context, function)
        if key not in self._numbered:
            found = self.query_list(context, function.selectors)
            self._numbered[key] = set(found[function.index - 1 : function.index])
        return self._numbered[key]

    def _text(self, el: Any, function: Function) -> bool:
        if function.name == "text-matches":
            pattern = from_javascript(*function.strings)
            return fit(self.doc, el, lambda text: pattern.search(text.full) is not None) is Fit.SELF
        wanted = normalize(function.strings[0])
        if function.name == "text-is":
            return fit(self.doc, el, lambda text: _has_run(text, wanted)) is not Fit.NONE
        lowered = wanted.lower()
        if not may_hold(self.doc, el, lowered):
            return False
        if function.name == "has-text":
            silent = el.tag in ("script", "style", "noscript")
            return not silent and lowered in text_of(self.doc, el).normalized.lower()
        return fit(self.doc, el, lambda text: lowered in text.normalized.lower()) is Fit.SELF


def _has_run(text: ElementText, wanted: str) -> bool:
    if not wanted and not text.immediate:
        return True
    return any(normalize(run) == wanted for run in text.immediate)


def _root(doc: Document) -> Any:
    return next((child for child in doc.tree.children if is_element(child)), None)


def _around(scope: Any, el: Any, combinator: str) -> Iterator[Any]:
    """Yield the elements that a combinator leads to, nearest first, within the scope."""
    if el == scope:
        return
    if combinator in (">", " "):
        parent = el.parent
        while parent is not None and is_element(parent) and parent != scope:
            yield parent
            if combinator == ">":
                return
            parent = parent.parent
        return
    sibling = el.previous_sibling
    while sibling is not None:
        if is_element(sibling):
            yield sibling
            if combinator == "+":
                return
        sibling = sibling.previous_sibling
