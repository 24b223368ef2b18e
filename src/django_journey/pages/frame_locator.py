"""Looking into frames: the element that shows one is looked up again each time something in it is sought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django_journey.dom import near_miss
from django_journey.dom.find import find_all
from django_journey.dom.queries import Nth, Part, Query
from django_journey.errors import Error, StrictModeError
from django_journey.pages.matching import UrlPattern, url_matches
from django_journey.pages.narrowing import Narrowing, other_page

__all__ = ["FrameCalls", "FrameLocator", "FrameLookup"]


@dataclass(frozen=True)
class FrameLookup:
    """Where to look for a frame.

    Args:
        root: The page, or the lookup of the frame, that holds its element.
        query: What finds the element.
    """

    root: Any
    query: Query

    def __call__(self) -> Any:
        """Return the frame; an empty one where no element fits.

        Raises:
            StrictModeError: Several elements fit.
            Error: The element is no frame.
        """
        from django_journey.pages.frames import frame_of, missing_frame

        page = self.root() if isinstance(self.root, FrameLookup) else self.root
        found = find_all(page.document, self.query)
        if len(found) > 1:
            call = "Locator: Error"
            told = near_miss.ambiguous(page.document, self.query, found, call=call, where=page.url)
            raise StrictModeError(told)
        if not found:
            return missing_frame(page, str(self.query))
        if found[0].tag not in ("iframe", "frame"):
            raise Error(f"{self.query} resolved to {near_miss.show(found[0])}, <iframe> was expected")
        return frame_of(page, found[0])

    @property
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        return str(self.root.test_id_attribute)


class FrameLocator(Narrowing[Any]):
    """What is sought in a frame, as ``playwright.sync_api.FrameLocator``."""

    def __init__(self, root: Any, query: Query) -> None:
        self._lookup = FrameLookup(root, query)

    @property
    def owner(self) -> Any:
        """A locator of the frame's element."""
        from django_journey.pages.locator import Locator

        return Locator(self._lookup.root, self._lookup.query)

    @property
    def first(self) -> FrameLocator:
        """The frame of the first element that fits."""
        return self.nth(0)

    @property
    def last(self) -> FrameLocator:
        """The frame of the last element that fits."""
        return self.nth(-1)

    def nth(self, index: int) -> FrameLocator:
        """Return the frame of the element at a place, from 0; -1 is the last."""
        return FrameLocator(self._lookup.root, self._lookup.query.then(Nth(index)))

    def _narrowed(self, *parts: Part) -> Any:
        from django_journey.pages.locator import Locator

        return Locator(self._lookup, Query(parts))

    def _query_of(self, locator: Any, option: str) -> Query:
        from django_journey.pages.locator import Locator

        if not isinstance(locator, Locator) or locator._root != self._lookup:
            raise other_page(option)
        return locator._query

    @property
    def _test_id_attribute(self) -> str:
        return self._lookup.test_id_attribute


class FrameCalls:
    """The calls of a page about its frames."""

    #: Whether it is a frame of another page.
    framed = False
    _context: Any

    @property
    def main_frame(self) -> Any:
        """The page itself."""
        return self

    @property
    def page(self) -> Any:
        """The page itself; a frame's is the page that it is in."""
        return self

    @property
    def parent_frame(self) -> Any:
        """The page or frame around a frame."""
        return None

    @property
    def child_frames(self) -> list[Any]:
        """The frames that its elements show; those of other sites can't be loaded."""
        from django_journey.pages.frames import frames_in

        return list(frames_in(cast(Any, self)))

    @property
    def frames(self) -> list[Any]:
        """The page itself and all the frames in it."""
        return [self, *(inner for frame in self.child_frames for inner in frame.frames)]

    def frame(self, name: str | None = None, *, url: UrlPattern | None = None) -> Any:
        """Return the first frame of that name or URL, or ``None``."""
        for frame in self.frames:
            if (name is not None and frame.name == name) or (
                url is not None and url_matches(frame.url, url, self._context.base_url)
            ):
                return frame
        return None
