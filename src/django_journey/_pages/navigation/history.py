"""The session history of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import Url
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.http.request_response import Response

__all__ = ["History", "HistoryEntry"]


@dataclass(slots=True)
class HistoryEntry:
    """One entry of the session history.

    Args:
        url: Its URL with its fragment.
        document: What is shown.
        response: The response that it was made from, if any.
        navigation: The request, to be sent again by a reload.
        policy: The document's referrer policy.
        state: What a script stored with the entry (``history.state``).
    """

    url: Url
    document: Document
    response: Response | None = None
    navigation: FetchRequest | None = None
    policy: str = ""
    state: Any = None


#: How many of the latest entries keep their parsed tree; an older one is parsed again when it is shown again.
_PARSED = 3
#: The length of the history, as in Chromium.
_LONGEST = 50


class History:
    """The entries of one page, and which of them is shown."""

    def __init__(self, first: HistoryEntry) -> None:
        self._entries = [first]
        self._at = 0

    @property
    def current(self) -> HistoryEntry:
        """The entry that is shown."""
        return self._entries[self._at]

    def push(self, entry: HistoryEntry) -> None:
        """Add an entry behind the current one, in place of those that followed, and show it."""
        del self._entries[self._at + 1 :]
        self._entries.append(entry)
        self._at += 1
        if self._at >= _PARSED:
            old = self._entries[self._at - _PARSED].document
            if old is not entry.document:
                old.free_tree()
        if self._at >= _LONGEST:
            del self._entries[0]
            self._at -= 1

    def replace(self, entry: HistoryEntry) -> None:
        """Replace the current entry."""
        self._entries[self._at] = entry

    def peek(self, delta: int) -> HistoryEntry | None:
        """Return the entry ``delta`` places away, or ``None``."""
        place = self._at + delta
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def move(self, delta: int) -> None:
        """Show the entry ``delta`` places away."""
        self._at += delta

    @property
    def is_blank(self) -> bool:
        """Whether nothing was opened yet: the first navigation then replaces the blank entry."""
        return len(self._entries) == 1 and str(self.current.url) == "about:blank"
