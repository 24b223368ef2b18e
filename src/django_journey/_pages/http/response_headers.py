"""What page responses and API responses have in common: status, headers and body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django_journey._drivers import base
from django_journey._pages.http.response_body import charset_of, decoded_body

__all__ = ["BaseResponse", "headers_in_order"]


class BaseResponse:
    """The status, headers and body of a response, as Playwright has them; ``raw`` is the driver's response."""

    def __init__(self, raw: base.DriverResponse) -> None:
        self.raw = raw

    @property
    def ok(self) -> bool:
        """Whether the status is between 200 and 299."""
        return 200 <= self.raw.status <= 299

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self.raw.status

    @property
    def status_text(self) -> str:
        """The reason phrase."""
        return self.raw.reason

    @property
    def facts(self) -> Mapping[str, Any]:
        """What Django alone knows of the response in-process, e.g. ``resolver_match``."""
        return self.raw.facts

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case; values of one name are joined by commas, cookies by line breaks."""
        found: dict[str, str] = {}
        for name, value in self.raw.headers:
            key = name.lower()
            joint = "\n" if key == "set-cookie" else ", "
            found[key] = f"{found[key]}{joint}{value}" if key in found else value
        return found

    def body(self) -> bytes:
        """Return the body, its content encoding undone."""
        return decoded_body(self.raw)

    def text(self) -> str:
        """Return the body as text."""
        return self.body().decode(charset_of(self.raw) or "utf-8", "replace")

    def json(self) -> Any:
        """Return the body parsed as JSON."""
        return json.loads(self.text())


def headers_in_order(headers: base.Headers) -> list[dict[str, str]]:
    """Return headers as Playwright's ``headers_array``, which is a method of some classes and a property of others."""
    return [{"name": name, "value": value} for name, value in headers]
