"""What the matchers of a locator share: checks of one element, of its text, or of several elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from django_journey._dom.query import query_errors
from django_journey._dom.query.find import find_all
from django_journey._dom.tree.parser import Element
from django_journey._pages.assertions.expected_text import Expected, match_in_order
from django_journey._pages.assertions.verdict import Expectation, Verdict, check, one_element
from django_journey._pages.locator.locator import Locator
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Explanation

__all__ = ["LocatorMatchers"]


class LocatorMatchers:
    """The base of a locator's matchers."""

    def __init__(self, locator: Locator[Any], message: str | None = None, *, negated: bool = False) -> None:
        self._locator = locator
        self._custom = message
        self._is_negated = negated

    @property
    def _not(self) -> Self:
        return type(self)(self._locator, self._custom, negated=not self._is_negated)

    @property
    def _page(self) -> PageProtocol:
        return self._locator._page

    def _found(self) -> list[Element]:
        return find_all(self._page.document, self._locator._query)

    def _expectation(self, call: str, message: str, expected: Any, timeout: float | None) -> Expectation:
        return Expectation(
            call,
            message,
            page=self._page,
            expected=expected,
            query=self._locator._query,
            negated=self._is_negated,
            custom=self._custom,
            timeout=timeout,
        )

    def _element(
        self,
        call: str,
        message: str,
        examine: Callable[[Any], Verdict],
        *,
        expected: Any = None,
        timeout: float | None,
        missing: Verdict | None = None,
    ) -> None:
        """Check one element; ``missing`` is the verdict where none is found, which otherwise is a failure."""
        __tracebackhide__ = True

        def check_element() -> Verdict:
            el = one_element(self._page, self._locator._query)
            if el is not None:
                return examine(el)
            if missing is not None:
                return missing
            return Verdict(self._is_negated, error="element(s) not found", near=near)

        def near() -> Explanation:
            return query_errors.missing(
                self._page.document, self._locator._query, call="", where=self._page.url
            )

        check(self._expectation(call, message, expected, timeout), check_element)

    def _string(
        self,
        call: str,
        message: str,
        expected: Any,
        wanted: Expected,
        read: Callable[[Any], str],
        timeout: float | None,
    ) -> None:
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            received = read(el)
            return Verdict(wanted.matches(received), received, el)

        self._element(call, message, examine, expected=expected, timeout=timeout)

    def _elements(
        self,
        call: str,
        message: str,
        expected: Any,
        wanted: list[Expected],
        read: Callable[[Any], str],
        *,
        whole: bool,
        timeout: float | None,
    ) -> None:
        __tracebackhide__ = True

        def examine() -> Verdict:
            received = [read(el) for el in self._found()]
            return Verdict(match_in_order(wanted, received, whole=whole), received, count=len(received))

        check(self._expectation(call, message, expected, timeout), examine)
