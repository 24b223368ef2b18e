"""A locator: what is sought on a page, and what a user may do with it; the twin of Playwright's ``Locator``."""

from __future__ import annotations

from typing import Any

from django_journey.dom.queries import (
    Alternative,
    Chain,
    Intersection,
    Nth,
    OnlyVisible,
    Part,
    Query,
    TextPattern,
)
from django_journey.pages.acting import Acting
from django_journey.pages.frame_locator import FrameLocator, FrameLookup
from django_journey.pages.narrowing import Narrowing, filters, other_page
from django_journey.pages.reading import Reading
from django_journey.pages.refusing import Refusing

__all__ = ["Locator"]


class Locator(Reading["Locator"], Acting, Narrowing["Locator"], Refusing):
    """What is sought on a page; it is looked up again each time it is used.

    Made by ``page.locator()``, ``page.get_by_…()`` and the same calls on a locator. The arguments
    ``timeout``, ``no_wait_after``, ``delay``, ``steps`` and ``scroll`` are accepted as Playwright names them and
    change nothing: nothing is waited for, since nothing changes by itself here.

    Every action raises ``TimeoutError`` when nothing fits, or what fits is hidden, disabled or read-only
    (``force=True`` leaves that check out), and ``StrictModeError`` when several elements fit.
    """

    def __init__(self, page: Any, query: Query, description: str = "") -> None:
        self._root = page
        self._query = query
        self._description = description

    def __repr__(self) -> str:
        return f"<Locator {self._query} on {self._page.url}>"

    def __str__(self) -> str:
        return str(self._query)

    @property
    def page(self) -> Any:
        """The page that it looks on."""
        return self._page.page

    @property
    def _page(self) -> Any:
        """The page or frame that it looks on now."""
        return self._root() if isinstance(self._root, FrameLookup) else self._root

    @property
    def content_frame(self) -> FrameLocator:
        """What is sought in the frame that this element shows."""
        return FrameLocator(self._root, self._query)

    @property
    def first(self) -> Locator:
        """A locator of the first element that fits."""
        return self._narrowed(Nth(0))

    @property
    def last(self) -> Locator:
        """A locator of the last element that fits."""
        return self._narrowed(Nth(-1))

    @property
    def visible(self) -> Locator:
        """A locator of those elements that are visible."""
        return self._narrowed(OnlyVisible(True))

    @property
    def description(self) -> str | None:
        """What ``describe`` said, or ``None``."""
        return self._description or None

    def describe(self, description: str) -> Locator:
        """Return the same locator with a name for the report."""
        return Locator(self._root, self._query, description)

    def nth(self, index: int) -> Locator:
        """Return a locator of the element at a place, from 0; -1 is the last."""
        return self._narrowed(Nth(index))

    def filter(
        self,
        *,
        has: Locator | None = None,
        has_not: Locator | None = None,
        has_text: TextPattern | None = None,
        has_not_text: TextPattern | None = None,
        visible: bool | None = None,
    ) -> Locator:
        """Return a locator of those elements that also fit these conditions; see ``locator`` for them.

        Args:
            has: Keep the elements within which this finds something.
            has_not: Keep the elements within which this finds nothing.
            has_text: Keep the elements whose text has this in it, or fits the pattern.
            has_not_text: Keep the elements whose text does not.
            visible: Keep those that are visible, or those that are not.
        """
        parts = filters(self, has, has_not, has_text, has_not_text)
        if visible is not None:
            parts.append(OnlyVisible(visible))
        return self._narrowed(*parts)

    def and_(self, locator: Locator) -> Locator:
        """Return a locator of the elements that both find."""
        return self._narrowed(Intersection(self._query_of(locator, "and_")))

    def or_(self, locator: Locator) -> Locator:
        """Return a locator of the elements that either finds, in document order."""
        return self._narrowed(Alternative(self._query_of(locator, "or_")))

    def within(self, locator: Locator) -> Locator:
        """Return a locator of what this one finds within each element of another."""
        return Locator(self._root, self._query_of(locator, "within").then(Chain(self._query)))

    def normalize(self) -> Locator:
        """Return the locator itself: it already is written as a reader would."""
        return self

    def _narrowed(self, *parts: Part) -> Locator:
        return Locator(self._root, self._query.then(*parts))

    def _query_of(self, locator: Any, option: str) -> Query:
        if not isinstance(locator, Locator) or locator._root != self._root:
            raise other_page(option)
        return locator._query

    @property
    def _test_id_attribute(self) -> str:
        return str(self._root.test_id_attribute)
