"""How the matchers of a locator look: at one element, at a text of it, or at several elements."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django_journey.dom import near_miss
from django_journey.dom.find import find_all
from django_journey.pages.expected_text import Expected, fits_in_order
from django_journey.pages.judging import Claim, Verdict, judge, one_element
from django_journey.pages.locator import Locator

__all__ = ["LocatorClaims", "negated"]

P = ParamSpec("P")
C = TypeVar("C", bound="LocatorClaims")


class LocatorClaims:
    """What is claimed of a locator, or denied."""

    def __init__(self, locator: Locator, message: str | None = None, *, negated: bool = False) -> None:
        self._locator = locator
        self._custom = message
        self._is_negated = negated

    @property
    def _page(self) -> Any:
        return self._locator._page

    def _found(self) -> list[Any]:
        return find_all(self._page.document, self._locator._query)

    def _claim(self, call: str, message: str, expected: Any, timeout: float | None) -> Claim:
        return Claim(
            call,
            message,
            expected,
            page=self._page,
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
        """Judge a claim about one element; without one it fails, unless ``missing`` says otherwise."""
        __tracebackhide__ = True

        def look() -> Verdict:
            el = one_element(self._page, self._locator._query)
            if el is not None:
                return examine(el)
            if missing is not None:
                return missing
            near = near_miss.missing(self._page.document, self._locator._query, call="", where=self._page.url)
            return Verdict(self._is_negated, error="element(s) not found", near=near)

        judge(self._claim(call, message, expected, timeout), look)

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

        def examine(el: Any) -> Verdict:
            received = read(el)
            return Verdict(wanted.fits(received), received, el)

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
            return Verdict(fits_in_order(wanted, received, whole=whole), received, count=len(received))

        judge(self._claim(call, message, expected, timeout), examine)


def negated(matcher: Callable[Concatenate[C, P], None]) -> Callable[Concatenate[C, P], None]:
    """Return the opposite of a matcher, with the same arguments."""

    @wraps(matcher)
    def call(self: C, /, *args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        matcher(type(self)(self._locator, self._custom, negated=not self._is_negated), *args, **kwargs)

    call.__name__ = f"not_{matcher.__name__}"
    call.__doc__ = f"Expect the opposite of ``{matcher.__name__}``."
    return call
