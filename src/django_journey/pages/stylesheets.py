"""The style sheets that pages link, fetched once for each context."""

from __future__ import annotations

from django_journey.dom.urls import parse_url
from django_journey.drivers.base import Driver, Request
from django_journey.errors import ConfigurationError, Error
from django_journey.pages.body import charset_of, decoded_body, media_type

__all__ = ["StyleSheets"]


class StyleSheets:
    """Gives the text of linked style sheets through a driver; what is not there is ``None``."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._known: dict[str, str | None] = {}

    def __call__(self, url: str) -> str | None:
        """Return the sheet's text, or ``None`` where it can't be had."""
        if url not in self._known:
            self._known[url] = self._fetched(url)
        return self._known[url]

    def _fetched(self, url: str) -> str | None:
        try:
            target = parse_url(url)
            if not target.is_http:
                return None
            accept = (("Accept", "text/css,*/*;q=0.1"),)
            answer = self._driver.send(Request("GET", str(target.with_fragment(None)), accept))
            if answer.status != 200 or media_type(answer) not in ("text/css", ""):
                return None
            return decoded_body(answer).decode(charset_of(answer) or "utf-8", "replace")
        except (Error, ConfigurationError, ValueError):
            return None  # a sheet on another host, say: a page shows without it
