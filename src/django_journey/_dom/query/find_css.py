"""Runs CSS selectors for which the parser's engine differs from Playwright.

In Playwright, matching starts at the scope instead of the document, ``:has()`` and ``:scope`` work as in jQuery, and
there are additional pseudo-classes for text and visibility.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django_journey._dom.css import pseudo_classes
from django_journey._dom.query.layout_classes import check_selector
from django_journey._dom.query.selector_syntax import Complex, Compound, Css, Function
from django_journey._dom.query.text_match import Fit, fit, has_run, may_hold
from django_journey._dom.rendering.text import normalize, text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree import walk
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_element
from django_journey._dom.tree.patterns import from_javascript
from django_journey._dom.tree.white_space import squeezed
from django_journey.errors import Error, Explanation

__all__ = ["find_css", "select_native"]


def find_css(doc: Document, css: Css, scope: Element | None = None) -> list[Element]:
    """Return the elements that match a selector list, in document order.

    Args:
        doc: The document.
        css: The parsed list.
        scope: The element to search in; ``None`` for the whole page.

    Raises:
        Error: The selector is not supported by CSS or Playwright.
        NeedsBrowser: Its answer depends on the layout.
    """
    if doc.layout_classes:
        check_selector(doc, css.source)
    if css.native and (scope is None or css.local):
        found = select_native(doc, css.source, scope)
        # In Playwright, a relative :has() never matches the root element, e.g. html:has(> body).
        if not (css.is_relative and _root(doc) in found):
            return found
    return _Matcher(doc).query_list(_MatchScope(scope, scope), css.selectors)


def select_native(doc: Document, source: str, scope: Element | None = None) -> list[Element]:
    """Return the elements that the parser's engine finds, without the contents of templates."""
    try:
        return walk.select(doc, source, scope)
    except ValueError as error:
        raise Error(
            Explanation(
                f"{str(error)[:1].upper()}{str(error)[1:]}, while querying css {source!r}",
                instead="write CSS (Selectors Level 4), or Playwright's :has-text(), :text(), :visible, …",
            )
        ) from None


@dataclass(frozen=True, slots=True)
class _MatchScope:
    """The scope where matching starts, and the element that ``:scope`` matches; ``None`` for the document."""

    scope: Element | None
    anchor: Element | None


class _Matcher:
    """Matches selectors in one page."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self._numbered: dict[tuple[_MatchScope, Function], set[Element]] = {}

    def query_list(self, context: _MatchScope, selectors: tuple[Complex, ...]) -> list[Element]:
        if len(selectors) == 1:
            return self.query(context, selectors[0])
        found = dict.fromkeys(el for selector in selectors for el in self.query(context, selector))
        return sorted(found, key=lambda el: walk.position(self.doc, el))

    def query(self, context: _MatchScope, selector: Complex) -> list[Element]:
        context = self._expanded(context, selector)
        last = len(selector.compounds) - 1
        compound = selector.compounds[last]
        known: dict[tuple[Element, int], bool] = {}
        return [
            el
            for el in self._candidates(context, compound)
            if self._fits_functions(context, el, compound)
            and self._before(context, el, selector, last, known)
        ]

    def _expanded(self, context: _MatchScope, selector: Complex) -> _MatchScope:
        if context.scope is None or not selector.has_scope:
            return context
        parent = context.scope.parent
        return _MatchScope(parent, context.anchor) if is_element(parent) else context

    def _candidates(self, context: _MatchScope, compound: Compound) -> list[Element]:
        first = compound.functions[0] if compound.functions else None
        if first is not None and compound.css in ("", "*") and first.name == "scope":
            return [self._anchor(context)]
        if first is not None and compound.css in ("", "*") and first.name in ("is", "where"):
            return self.query_list(context, first.selectors)
        return select_native(self.doc, compound.css or "*", context.scope)

    def _anchor(self, context: _MatchScope) -> Element:
        return context.anchor if context.anchor is not None else _root(self.doc)

    def _fits(self, context: _MatchScope, el: Element, compound: Compound) -> bool:
        return (not compound.css or el.matches(compound.css)) and self._fits_functions(context, el, compound)

    def _fits_functions(self, context: _MatchScope, el: Element, compound: Compound) -> bool:
        return all(self._function(context, el, function) for function in compound.functions)

    def _before(
        self,
        context: _MatchScope,
        el: Element,
        selector: Complex,
        index: int,
        known: dict[tuple[Element, int], bool],
    ) -> bool:
        """Return whether the compounds before an index match around an element that matches the one at the index."""
        if index == 0:
            return True
        key = (el, index)
        if key not in known:
            combinator = selector.combinators[index - 1]
            compound = selector.compounds[index - 1]
            known[key] = any(
                self._fits(context, other, compound)
                and self._before(context, other, selector, index - 1, known)
                for other in _container(context.scope, el, combinator)
            )
        return known[key]

    def _function(self, context: _MatchScope, el: Element, function: Function) -> bool:
        name = function.name
        if name in ("is", "where"):
            return any(self._matches(context, el, selector) for selector in function.selectors)
        if name == "not":
            return not any(self._matches(context, el, selector) for selector in function.selectors)
        if name == "has":
            return bool(self.query_list(_MatchScope(el, el), function.selectors))
        if name == "scope":
            return bool(el == self._anchor(context))
        if name == "nth-match":
            return el in self._nth_match(context, function)
        if name == "visible":
            return is_visible(self.doc, el)
        if name in ("text", "text-is", "text-matches", "has-text"):
            return self._text(el, function)
        return pseudo_classes.holds(self.doc, el, name)

    def _matches(self, context: _MatchScope, el: Element, selector: Complex) -> bool:
        context = self._expanded(context, selector)
        last = len(selector.compounds) - 1
        return self._fits(context, el, selector.compounds[last]) and self._before(
            context, el, selector, last, {}
        )

    def _nth_match(self, context: _MatchScope, function: Function) -> set[Element]:
        key = (context, function)
        if key not in self._numbered:
            found = self.query_list(context, function.selectors)
            self._numbered[key] = set(found[function.index - 1 : function.index])
        return self._numbered[key]

    def _text(self, el: Element, function: Function) -> bool:
        if function.name == "text-matches":
            pattern = from_javascript(*function.strings)
            return fit(self.doc, el, lambda text: pattern.search(text.full) is not None) is Fit.SELF
        wanted = normalize(function.strings[0])
        if function.name == "text-is":
            return fit(self.doc, el, partial(has_run, wanted)) is not Fit.NONE
        lowered = wanted.lower()
        if not may_hold(self.doc, el, squeezed(lowered)):
            return False
        if function.name == "has-text":
            silent = el.tag in ("script", "style", "noscript")
            return not silent and lowered in text_of(self.doc, el).normalized.lower()
        return fit(self.doc, el, lambda text: lowered in text.normalized.lower()) is Fit.SELF


def _root(doc: Document) -> Element:
    return next(child for child in doc.tree.children if is_element(child))


def _container(scope: Element | None, el: Element, combinator: str) -> Iterator[Element]:
    """Yield the elements that a combinator refers to, nearest first, within the scope."""
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
