"""The files that pages link, mainly style sheets: fetched once for each context."""

from __future__ import annotations

from django_journey._dom.tree.urls import parse_url
from django_journey._drivers.base import Driver, DriverRequest, DriverResponse
from django_journey._pages.http.response_body import charset_of, decoded_body, media_type
from django_journey.errors import ConfigurationError, Error

__all__ = ["LinkedFiles"]


class LinkedFiles:
    """Fetches linked files through a driver; a missing file is ``None``."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._sheets: dict[str, str | None] = {}
        self._scripts: dict[str, DriverResponse | None] = {}
        self._local: dict[str, DriverResponse | None] = {}

    def style_sheet(self, url: str) -> str | None:
        """Return the text of a linked style sheet, fetching it if necessary."""
        if url not in self._sheets:
            self._sheets[url] = self._fetched(url)
        return self._sheets[url]

    def local_style_sheet(self, url: str) -> str | None:
        """Return a style sheet's text if it was fetched before, or no view is needed to get it."""
        known = self._sheets.get(url)
        if known is not None:
            return known
        found = self.local(url)
        return None if found is None else _text(found)

    def local(self, url: str) -> DriverResponse | None:
        """Return a static or media file if the driver can read it without calling a view."""
        if url not in self._local:
            read = getattr(self._driver, "file", None)
            self._local[url] = None if read is None else read(url)
        return self._local[url]

    def script(self, url: str, *, asks: bool) -> str | None:
        """Return the text of a linked script, or ``None``; a view is called for it only if ``asks`` is true."""
        found = self.local(url)
        if found is None and asks:
            if url not in self._scripts:
                answer = self._driver.send(DriverRequest("GET", url, (("Accept", "*/*"),)))
                self._scripts[url] = answer if answer.status == 200 else None
            found = self._scripts[url]
        return None if found is None else _text(found)

    def _fetched(self, url: str) -> str | None:
        try:
            target = parse_url(url)
            if not target.is_http:
                return None
            accept = (("Accept", "text/css,*/*;q=0.1"),)
            answer = self._driver.send(DriverRequest("GET", str(target.with_fragment(None)), accept))
            if answer.status != 200 or media_type(answer) not in ("text/css", ""):
                return None
            return _text(answer)
        except (Error, ConfigurationError, ValueError):
            return None  # e.g. a sheet on another host: the page is shown without it


def _text(answer: DriverResponse) -> str:
    return decoded_body(answer).decode(charset_of(answer) or "utf-8", "replace")
