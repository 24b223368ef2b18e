"""The requests and responses of a navigation, as Playwright has them."""

from __future__ import annotations

import json
from typing import Any

from django_journey._drivers import base
from django_journey._pages.http.response_headers import BaseResponse, headers_in_order
from django_journey.errors import Error

__all__ = ["Request", "Response"]


class Request:
    """A request that a page sent, as ``playwright.sync_api.Request``."""

    def __init__(
        self, sent: base.DriverRequest, redirected_from: Request | None = None, kind: str = "document"
    ) -> None:
        self._sent = sent
        self._kind = kind
        self._response: Response | None = None
        self.redirected_from = redirected_from
        self.redirected_to: Request | None = None
        #: The page or frame that sent it; typed ``Any`` because this module is below pages.
        self.frame: Any = None
        if redirected_from is not None:
            redirected_from.redirected_to = self

    def __repr__(self) -> str:
        return f"<Request url={self.url!r} method={self.method!r}>"

    @property
    def url(self) -> str:
        """The URL it was sent to."""
        return self._sent.url

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._sent.method

    @property
    def headers(self) -> dict[str, str]:
        """The headers, their names in lower case."""
        return {name.lower(): value for name, value in self._sent.headers}

    def all_headers(self) -> dict[str, str]:
        """Return the headers, their names in lower case."""
        return self.headers

    def headers_array(self) -> list[dict[str, str]]:
        """Return the headers in order."""
        return headers_in_order(self._sent.headers)

    def header_value(self, name: str) -> str | None:
        """Return one header, whatever the letter case of its name."""
        return self._sent.header(name)

    @property
    def post_data_buffer(self) -> bytes | None:
        """The body, or ``None`` without one."""
        return self._sent.body or None

    @property
    def post_data(self) -> str | None:
        """The body as text, or ``None`` without one."""
        return self._sent.body.decode("utf-8", "replace") if self._sent.body else None

    @property
    def post_data_json(self) -> Any:
        """The body parsed as JSON, or as the fields of a URL-encoded form."""
        if not self._sent.body:
            return None
        if (self._sent.header("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
            from urllib.parse import parse_qsl

            return dict(parse_qsl(self.post_data or "", keep_blank_values=True))
        return json.loads(self._sent.body)

    @property
    def resource_type(self) -> str:
        """What the page uses the response as: ``document``, or ``xhr`` for the request of a script."""
        return self._kind

    @property
    def failure(self) -> str | None:
        """Why there is no response; always ``None``: a failed request raises."""
        return None

    def is_navigation_request(self) -> bool:
        """Tell whether it led to a page."""
        return self._kind == "document"

    def response(self) -> Response | None:
        """Return the response."""
        return self._response


class Response(BaseResponse):
    """The response to a request, as ``playwright.sync_api.Response``."""

    def __init__(self, raw: base.DriverResponse, request: Request) -> None:
        super().__init__(raw)
        self.request = request
        request._response = self

    def __repr__(self) -> str:
        return f"<Response url={self.url!r} request={self.request!r}>"

    @property
    def url(self) -> str:
        """The URL that answered."""
        return self.request.url

    @property
    def frame(self) -> Any:
        """The page or frame that sent the request."""
        return self.request.frame

    def all_headers(self) -> dict[str, str]:
        """Return the headers, their names in lower case."""
        return self.headers

    def headers_array(self) -> list[dict[str, str]]:
        """Return the headers in order, none joined."""
        return headers_in_order(self.raw.headers)

    def header_value(self, name: str) -> str | None:
        """Return one header, whatever the letter case of its name."""
        return self.headers.get(name.lower())

    def header_values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return self.raw.header_values(name)

    def body(self) -> bytes:
        """Return the body, its content encoding undone.

        Raises:
            Error: The response is a redirect: browsers drop its body.
        """
        if self.request.redirected_to is not None:
            raise Error("Response body is unavailable for redirect responses")
        return super().body()

    def finished(self) -> None:
        """Return ``None``: the response is complete."""

    @property
    def from_service_worker(self) -> bool:
        """Whether a service worker answered; never."""
        return False
