"""What the response of a page and that of an API request have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django_journey.drivers import base
from django_journey.pages.body import charset_of, decoded_body

__all__ = ["Received"]


class Received:
    """An answer's status, headers and body, as Playwright offers them; ``facts`` is what only Django knows."""

    _received: base.Response

    @property
    def ok(self) -> bool:
        """Whether the status is between 200 and 299."""
        return 200 <= self._received.status <= 299

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self._received.status

    @property
    def status_text(self) -> str:
        """The reason phrase."""
        return self._received.reason

    @property
    def facts(self) -> Mapping[str, Any]:
        """What only Django knows of the response (``resolver_match``, say), in-process."""
        return self._received.facts

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case; several of one name are joined by a comma, cookies by lines."""
        found: dict[str, str] = {}
        for name, value in self._received.headers:
            key = name.lower()
            joint = "\n" if key == "set-cookie" else ", "
            found[key] = f"{found[key]}{joint}{value}" if key in found else value
        return found

    def _in_order(self) -> list[dict[str, str]]:
        # Playwright has `headers_array` as a method of one response and as a property of the other.
        return [{"name": name, "value": value} for name, value in self._received.headers]

    def body(self) -> bytes:
        """Return the body, its content encoding undone."""
        return decoded_body(self._received)

    def text(self) -> str:
        """Return the body as text."""
        return self.body().decode(charset_of(self._received) or "utf-8", "replace")

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.text())
