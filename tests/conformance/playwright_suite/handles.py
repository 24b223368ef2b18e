"""Element handles over locators, which the suite's older tests hold; the product itself has none."""

from __future__ import annotations

from typing import Any

from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Query
from django_journey._dom.query.selectors import parse
from django_journey._pages.locator.locator import Locator
from django_journey.errors import Error
from playwright_suite.reading import read

__all__ = ["Handle", "query_selector", "query_selector_all"]


class Handle(Locator):
    """One element, whatever happens to the page; its calls are those of a locator."""

    def __init__(self, page: Any, element: Any) -> None:
        super().__init__(page, Query((parse(":scope"),)))
        self._element = element

    def _found(self) -> list[Any]:
        return [self._element]

    def _one(self, call: str) -> Any:
        return self._element

    def as_element(self) -> Handle:
        return self

    def evaluate(self, expression: str, arg: Any = None, **_: Any) -> Any:
        return read(self._page, expression, self._element)

    def query_selector(self, selector: str) -> Handle | None:
        return query_selector(self._page, selector, scope=self._element)

    def query_selector_all(self, selector: str) -> list[Handle]:
        return query_selector_all(self._page, selector, scope=self._element)

    def eval_on_selector(self, selector: str, expression: str, arg: Any = None) -> Any:
        return eval_on_selector(self._page, selector, expression, scope=self._element)

    def eval_on_selector_all(self, selector: str, expression: str, arg: Any = None) -> Any:
        return eval_on_selector_all(self._page, selector, expression, scope=self._element)


def _found(page: Any, selector: str, scope: Any) -> list[Any]:
    if not isinstance(selector, str):
        raise Error(
            f"selector: expected string, got {'undefined' if selector is None else type(selector).__name__}"
        )
    return find_all(page.document, Query((parse(selector),)), scope)


def query_selector(
    page: Any, selector: str, *, strict: bool | None = None, scope: Any = None
) -> Handle | None:
    if strict:
        found = _found(page, selector, scope)
        return Handle(page, page.locator(selector)._one("query_selector")) if found else None
    found = _found(page, selector, scope)
    return Handle(page, found[0]) if found else None


def query_selector_all(page: Any, selector: str, *, scope: Any = None) -> list[Handle]:
    return [Handle(page, el) for el in _found(page, selector, scope)]


def eval_on_selector(
    page: Any,
    selector: str,
    expression: str,
    arg: Any = None,
    *,
    strict: bool | None = None,
    scope: Any = None,
) -> Any:
    found = _found(page, selector, scope)
    if strict or not found:
        return read(page, expression, page.locator(selector)._one("eval_on_selector"))
    return read(page, expression, found[0])


def eval_on_selector_all(
    page: Any, selector: str, expression: str, arg: Any = None, *, scope: Any = None
) -> Any:
    return read(page, expression, _found(page, selector, scope))
