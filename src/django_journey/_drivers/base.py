"""The interface between pages and drivers: a frozen request and a frozen response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Driver", "DriverRequest", "DriverResponse", "Headers"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DriverRequest:
    """What a page sends.

    Args:
        method: The HTTP method, in upper case.
        url: The absolute URL, without a fragment.
        headers: Name and value pairs in order; ``Cookie`` and ``Content-Type`` are among them.
        body: The bytes of the body.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any letter case, or ``None``."""
        return _header(self.headers, name)


@dataclass(frozen=True, slots=True)
class DriverResponse:
    """What a driver returns for a request; it follows no redirects.

    Args:
        status: The HTTP status code.
        headers: Name and value pairs in order; ``Set-Cookie`` may occur several times.
        body: The bytes of the body, complete (streams are read to their end).
        reason: The reason phrase.
        exception: What the view raised, if the driver knows it; the page raises it again.
        facts: What only Django knows: ``resolver_match``, in-process; and ``given``, the context of the templates,
            which the page that gets the response removes.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""
    exception: BaseException | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    _firsts: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any letter case, or ``None``."""
        firsts = self._firsts
        if not firsts:  # a page asks for many headers, most of which are not there
            for key, value in self.headers:
                firsts.setdefault(key.lower(), value)
        return firsts.get(name.lower())

    def header_values(self, name: str) -> list[str]:
        """Return every header of that name, in any letter case, in order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


class Driver(Protocol):
    """How a browserless page is reached.

    ``inprocess`` goes through Django's handler, ``http`` over a socket. Cookies, redirects, referrers
    and everything else that a browser does between two requests belong to the page, not to the driver.
    """

    @property
    def name(self) -> str:
        """The driver's name, as ``--journey-driver`` takes it."""

    @property
    def base_url(self) -> str:
        """The origin that relative URLs are resolved against, e.g. ``http://testserver``."""

    def send(self, request: DriverRequest) -> DriverResponse:
        """Send a request and return its response, whatever its status."""

    def close(self) -> None:
        """Release the driver's resources."""


def _header(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None
