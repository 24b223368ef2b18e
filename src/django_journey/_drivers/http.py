"""The driver of browserless pages over a real socket: for the journey's live server, or a deployed site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey.errors import Error, Explanation, MissingExtra

__all__ = ["HttpDriver"]


class HttpDriver:
    """Sends requests with httpx, with a keep-alive connection for each origin.

    Args:
        base_url: The site's origin, e.g. ``http://127.0.0.1:8081`` or ``https://staging.example.com``.
        timeout: How long to wait for an answer, in seconds.
        exception_of: Returns what the view raised, by the number in a response's ``X-Journey-Request`` header, if the
            server is in this process.
        given: Returns the context of a response's templates, by the same number.
        before: Called before each request, e.g. with ``GET /articles/``; it may raise.
    """

    name = "http"

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 30.0,
        exception_of: Callable[[str], BaseException | None] | None = None,
        given: Callable[[str], Any] | None = None,
        before: Callable[[str], None] | None = None,
    ) -> None:
        try:
            import httpx
        except ImportError:
            raise MissingExtra("the http driver", extra="http", library="httpx") from None
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._exception_of = exception_of
        self._given = given
        self._before = before
        # Without redirects and cookies, which the page handles.
        own = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            timeout=timeout, follow_redirects=False, trust_env=not own, cookies=_no_cookies(), headers={}
        )

    def send(self, request: DriverRequest) -> DriverResponse:
        """Send one request.

        Raises:
            Error: No response came: the name is unknown, the connection was refused or closed, or the time-out expired.
        """
        import httpx

        if self._before is not None:
            self._before(f"{request.method} {urlsplit(request.url).path}")
        try:
            answer = self._client.send(
                httpx.Request(request.method, request.url, headers=request.headers, content=request.body)
            )
        except httpx.HTTPError as error:
            raise Error(
                Explanation(
                    f"no answer to {request.method} {request.url}",
                    where=f"{type(error).__name__}: {error}",
                    instead=_advice(error),
                )
            ) from error
        headers = tuple((name, value) for name, value in answer.headers.multi_items())
        mark = answer.headers.get("X-Journey-Request", "")
        return DriverResponse(
            status=answer.status_code,
            headers=headers,
            body=answer.content,
            reason=answer.reason_phrase,
            exception=self._exception_of(mark) if mark and self._exception_of is not None else None,
            facts={"given": self._given(mark)} if mark and self._given is not None else {},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _advice(error: Exception) -> str:
    if "Timeout" in type(error).__name__:
        return 'does the view wait for something? JOURNEY = {"timeout": milliseconds} allows for more than 30 seconds'
    return "is the site up, and is --journey-base-url right?"


def _no_cookies() -> Any:
    """Return a cookie jar that stores nothing: each page sends its own ``Cookie`` header."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
