"""The session history of a page: where it has been, and what it showed there."""

from __future__ import annotations

from dataclasses import dataclass

from django_journey.dom.document import Document
from django_journey.dom.urls import Url
from django_journey.pages.exchange import Order
from django_journey.pages.traffic import Response

__all__ = ["Entry", "History"]


@dataclass(slots=True)
class Entry:
    """One place in the history.

    Args:
        url: Its URL with its fragment.
        document: What is shown.
        response: The response that it came with, if it was fetched.
        order: How it was asked for, to ask again.
        policy: The document's referrer policy.
    """

    url: Url
    document: Document
    response: Response | None = None
    order: Order | None = None
    policy: str = ""


#: How many of the latest entries keep their parsed tree; an older one is parsed again if it is gone back to.
_AWAKE = 3
#: How many entries are kept at all, as in Chromium.
_MOST = 50


class History:
    """The entries of one page, and which of them is shown."""

    def __init__(self, first: Entry) -> None:
        self._entries = [first]
        self._at = 0

    @property
    def current(self) -> Entry:
        """The entry that is shown."""
        return self._entries[self._at]

    def push(self, entry: Entry) -> None:
        """Go on to a new entry; what was ahead is forgotten."""
        del self._entries[self._at + 1 :]
        self._entries.append(entry)
        self._at += 1
        if self._at >= _AWAKE:
            resting = self._entries[self._at - _AWAKE].document
            if resting is not entry.document:
                resting.rest()
        if self._at >= _MOST:
            del self._entries[0]
            self._at -= 1

    def replace(self, entry: Entry) -> None:
        """Show another entry in place of this one."""
        self._entries[self._at] = entry

    def peek(self, delta: int) -> Entry | None:
        """Return the entry that many places away, or ``None`` beyond the ends."""
        place = self._at + delta
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def move(self, delta: int) -> None:
        """Show the entry that many places away."""
        self._at += delta

    @property
    def is_blank(self) -> bool:
        """Whether nothing was opened yet: the first navigation then takes the blank entry's place."""
        return len(self._entries) == 1 and str(self.current.url) == "about:blank"
