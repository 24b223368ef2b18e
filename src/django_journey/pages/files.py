"""The files that pages link, style sheets above all: fetched once for each context."""

from __future__ import annotations

from django_journey.dom.urls import parse_url
from django_journey.drivers.base import Driver, Request, Response
from django_journey.errors import ConfigurationError, Error
from django_journey.pages.body import charset_of, decoded_body, media_type

__all__ = ["LinkedFiles"]


class LinkedFiles:
    """Gives what pages link, through a driver; what is not there is ``None``."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._sheets: dict[str, str | None] = {}
        self._at_hand: dict[str, Response | None] = {}

    def style_sheet(self, url: str) -> str | None:
        """Return the text of a linked style sheet, asking the site for it if need be."""
        if url not in self._sheets:
            self._sheets[url] = self._fetched(url)
        return self._sheets[url]

    def sheet_at_hand(self, url: str) -> str | None:
        """Return a style sheet's text if it is there without troubling a view of the site."""
        known = self._sheets.get(url)
        if known is not None:
            return known
        found = self.at_hand(url)
        return None if found is None else _text(found)

    def at_hand(self, url: str) -> Response | None:
        """Return a static or media file if the driver has it without troubling a view of the site."""
        if url not in self._at_hand:
            give = getattr(self._driver, "file", None)
            self._at_hand[url] = None if give is None else give(url)
        return self._at_hand[url]

    def _fetched(self, url: str) -> str | None:
        try:
            target = parse_url(url)
            if not target.is_http:
                return None
            accept = (("Accept", "text/css,*/*;q=0.1"),)
            answer = self._driver.send(Request("GET", str(target.with_fragment(None)), accept))
            if answer.status != 200 or media_type(answer) not in ("text/css", ""):
                return None
            return _text(answer)
        except (Error, ConfigurationError, ValueError):
            return None  # a sheet on another host, say: a page shows without it


def _text(answer: Response) -> str:
    return decoded_body(answer).decode(charset_of(answer) or "utf-8", "replace")
