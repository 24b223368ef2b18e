"""Locators: the twins of Playwright's ``Locator`` and ``FrameLocator``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, cast

from django_journey._dom.query.parts import (
    Alternative,
    Chain,
    Intersection,
    Nth,
    OnlyVisible,
    Part,
    Query,
    TextPattern,
)
from django_journey._pages.locator.actions import LocatorActions
from django_journey._pages.locator.frame_lookup import FrameLookup
from django_journey._pages.locator.queries import LocatorQueries, filters
from django_journey._pages.locator.unsupported import UnsupportedLocatorCalls
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, Explanation

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    #: The page's class, which this module does not know; ``Locator`` alone is a locator of any page.
    P = TypeVar("P", default=Any)
else:
    from typing import TypeVar

    P = TypeVar("P")

__all__ = ["FrameLocator", "Locator", "P", "query_of"]


class Locator(
    LocatorActions["Locator[P]"],
    LocatorQueries["Locator[P]", "FrameLocator[P]"],
    UnsupportedLocatorCalls,
    Generic[P],
):
    """A way to find elements of a page, which are found anew at each use.

    Made by ``page.locator()``, ``page.get_by_…()`` and the same calls of a locator. The arguments
    ``timeout``, ``no_wait_after``, ``delay``, ``steps`` and ``scroll`` are accepted as in Playwright and
    change nothing: without a browser no page changes by itself, so nothing is waited for.

    Every action raises ``TimeoutError`` where no element is found, or it is hidden, disabled or read-only
    (``force=True`` skips that check), and ``StrictModeError`` where several elements are found.
    """

    def __init__(self, root: PageProtocol | FrameLookup, query: Query, description: str = "") -> None:
        self._root = root
        self._query = query
        self._description = description

    def __repr__(self) -> str:
        return f"<Locator {self._query} on {self._page.url}>"

    def __str__(self) -> str:
        return str(self._query)

    @property
    def page(self) -> P:
        """The page that is searched."""
        return cast("P", self._page.page)

    @property
    def _page(self) -> PageProtocol:
        """The page or frame that is searched."""
        return self._root() if isinstance(self._root, FrameLookup) else self._root

    @property
    def content_frame(self) -> FrameLocator[P]:
        """A locator of the frame that this element shows."""
        return FrameLocator(self._root, self._query)

    @property
    def first(self) -> Locator[P]:
        """A locator of the first element found."""
        return self._locate(Nth(0))

    @property
    def last(self) -> Locator[P]:
        """A locator of the last element found."""
        return self._locate(Nth(-1))

    @property
    def visible(self) -> Locator[P]:
        """A locator of the elements that are visible."""
        return self._locate(OnlyVisible(True))

    @property
    def description(self) -> str | None:
        """The name that ``describe`` gave, or ``None``."""
        return self._description or None

    def describe(self, description: str) -> Locator[P]:
        """Return the same locator with a name for the report."""
        return Locator(self._root, self._query, description)

    def nth(self, index: int) -> Locator[P]:
        """Return a locator of the element with that index, from 0; -1 is the last."""
        return self._locate(Nth(index))

    def filter(
        self,
        *,
        has: Locator[P] | None = None,
        has_not: Locator[P] | None = None,
        has_text: TextPattern | None = None,
        has_not_text: TextPattern | None = None,
        visible: bool | None = None,
    ) -> Locator[P]:
        """Return a locator of the elements that also match these conditions.

        Args:
            has: Keep the elements within which this finds something.
            has_not: Keep the elements within which this finds nothing.
            has_text: Keep the elements whose text contains this, or matches the pattern.
            has_not_text: Keep the elements whose text does not.
            visible: Keep the elements that are visible, or those that are not.
        """
        parts = filters(self, has, has_not, has_text, has_not_text)
        if visible is not None:
            parts.append(OnlyVisible(visible))
        return self._locate(*parts)

    def and_(self, locator: Locator[P]) -> Locator[P]:
        """Return a locator of the elements that both find."""
        return self._locate(Intersection(self._query_of(locator, "and_")))

    def or_(self, locator: Locator[P]) -> Locator[P]:
        """Return a locator of the elements that either finds, in document order."""
        return self._locate(Alternative(self._query_of(locator, "or_")))

    def within(self, locator: Locator[P]) -> Locator[P]:
        """Return a locator of the elements that this one finds within each element of another."""
        return Locator(self._root, self._query_of(locator, "within").then(Chain(self._query)))

    def normalize(self) -> Locator[P]:
        """Return the locator itself."""
        return self

    @property
    def _test_id_attribute(self) -> str:
        return self._root.test_id_attribute

    def _locate(self, *parts: Part) -> Locator[P]:
        return Locator(self._root, self._query.then(*parts))

    def _enter_frame(self, part: Part) -> FrameLocator[P]:
        return FrameLocator(self._root, self._query.then(part))

    def _query_of(self, locator: Locator[P], option: str) -> Query:
        return query_of(locator, self._root, option)


class FrameLocator(LocatorQueries[Locator[P], "FrameLocator[P]"], Generic[P]):
    """A way to find a frame and elements in it, as ``playwright.sync_api.FrameLocator``."""

    def __init__(self, root: PageProtocol | FrameLookup, query: Query) -> None:
        self._lookup = FrameLookup(root, query)

    @property
    def owner(self) -> Locator[P]:
        """A locator of the frame's element."""
        return Locator(self._lookup.root, self._lookup.query)

    @property
    def first(self) -> FrameLocator[P]:
        """The frame of the first element found."""
        return self.nth(0)

    @property
    def last(self) -> FrameLocator[P]:
        """The frame of the last element found."""
        return self.nth(-1)

    def nth(self, index: int) -> FrameLocator[P]:
        """Return the frame of the element with that index, from 0; -1 is the last."""
        return FrameLocator(self._lookup.root, self._lookup.query.then(Nth(index)))

    @property
    def _test_id_attribute(self) -> str:
        return self._lookup.test_id_attribute

    def _locate(self, *parts: Part) -> Locator[P]:
        return Locator(self._lookup, Query(parts))

    def _enter_frame(self, part: Part) -> FrameLocator[P]:
        return FrameLocator(self._lookup, Query((part,)))

    def _query_of(self, locator: Locator[P], option: str) -> Query:
        return query_of(locator, self._lookup, option)


def query_of(locator: Locator[P], root: PageProtocol | FrameLookup, option: str) -> Query:
    """Return the query of a locator that is the argument of another one's method.

    Raises:
        Error: It is of another page or frame.
    """
    if not isinstance(locator, Locator) or locator._root != root:
        raise Error(
            Explanation(
                f'Inner "{option}" locator must belong to the same frame.',
                instead="make the inner locator from the same page",
            )
        )
    return locator._query
