"""The frame that a frame locator searches; its element is found anew at each use."""

from __future__ import annotations

from dataclasses import dataclass

from django_journey._dom.query import query_errors
from django_journey._dom.query.element_line import show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Query
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, StrictModeError

__all__ = ["FrameLookup"]


@dataclass(frozen=True)
class FrameLookup:
    """How a frame is found.

    Args:
        root: The page that contains its element, or the lookup of the frame that does.
        query: Finds the element.
    """

    root: PageProtocol | FrameLookup
    query: Query

    def __call__(self) -> PageProtocol:
        """Return the frame; an empty one where no element is found.

        Raises:
            StrictModeError: Several elements are found.
            Error: The element is not a frame.
        """
        page = self.root() if isinstance(self.root, FrameLookup) else self.root
        found = find_all(page.document, self.query)
        if len(found) > 1:
            call = "Locator: Error"
            raise StrictModeError(
                query_errors.ambiguous(page.document, self.query, found, call=call, where=page.url)
            )
        if not found:
            return page.missing_frame(str(self.query))
        if found[0].tag not in ("iframe", "frame"):
            raise Error(f"{self.query} resolved to {show(found[0])}, <iframe> was expected")
        return page.frame_of(found[0])

    @property
    def test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        return self.root.test_id_attribute
