"""Requests to an API: Playwright's ``APIRequestContext`` and ``APIResponse`` over a driver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack
from urllib.parse import quote, urlencode

from django_journey._dom.tree.urls import join, parse_url
from django_journey._drivers import base
from django_journey._pages.http.api_body import body_of, text_of
from django_journey._pages.http.fetch import Fetcher, FetchRequest, redirect_target, redirected
from django_journey._pages.http.request_response import Request
from django_journey._pages.http.response_headers import BaseResponse, headers_in_order
from django_journey._trace.record.recorder import step
from django_journey.errors import Error, Explanation, TooManyRedirects

__all__ = ["APIRequestContext", "APIResponse"]


class APIResponse(BaseResponse):
    """The response to an API request, as ``playwright.sync_api.APIResponse``."""

    def __init__(self, raw: base.DriverResponse, url: str) -> None:
        super().__init__(raw)
        self.url = url

    def __repr__(self) -> str:
        return f"<APIResponse url={self.url!r} status={self.status!r} status_text={self.status_text!r}>"

    @property
    def headers_array(self) -> list[dict[str, str]]:
        """The headers in request, none joined."""
        return headers_in_order(self.raw.headers)

    def dispose(self) -> None:
        """Do nothing: there is nothing to free."""


class FetchOptions(TypedDict, total=False):
    """The arguments that ``APIRequestContext.fetch`` shares with ``get``, ``post`` and the others."""

    params: Mapping[str, Any] | str | None
    headers: Mapping[str, str] | None
    data: Any
    form: Mapping[str, Any] | None
    multipart: Mapping[str, Any] | None
    timeout: float | None
    fail_on_status_code: bool | None
    ignore_https_errors: bool | None
    max_redirects: int | None
    max_retries: int | None


class APIRequestContext:
    """API requests with the cookies of a browser context.

    Django's CSRF check is not bypassed: an unsafe request needs the token in a header,
    ``headers=request.csrf_headers``, after a page or endpoint has set the cookie.
    """

    def __init__(self, fetcher: Fetcher, base_url: str) -> None:
        self._fetcher = fetcher
        self._base_url = base_url

    @property
    def csrf_headers(self) -> dict[str, str]:
        """The headers with which a script passes Django's CSRF check: the cookie's token, and ``Referer``.

        Empty while no CSRF cookie is set.
        """
        from django.conf import settings

        sent = {cookie.name: cookie.value for cookie in self._fetcher.jar.all([self._base_url])}
        token = sent.get(settings.CSRF_COOKIE_NAME)
        if not token:
            return {}
        name = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-").title()
        return {name: token, "Referer": join(self._base_url, "/")}

    def get(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a GET request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="GET", **options)

    def post(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a POST request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="POST", **options)

    def put(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a PUT request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="PUT", **options)

    def patch(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a PATCH request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="PATCH", **options)

    def delete(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a DELETE request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="DELETE", **options)

    def head(self, url: str, **options: Unpack[FetchOptions]) -> APIResponse:
        """Send a HEAD request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="HEAD", **options)

    def fetch(
        self,
        url_or_request: str | Request,
        *,
        params: Mapping[str, Any] | str | None = None,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
        form: Mapping[str, Any] | None = None,
        multipart: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        fail_on_status_code: bool | None = None,
        ignore_https_errors: bool | None = None,
        max_redirects: int | None = None,
        max_retries: int | None = None,
    ) -> APIResponse:
        """Send a request and follow its redirects.

        Args:
            url_or_request: A URL, relative to the base URL or absolute; or a request to send again.
            params: Added to the URL's query: a query string, or names with values (``None`` omits one).
            method: The HTTP method.
            headers: Headers in addition to those of the context.
            data: The body: bytes or text unchanged, anything else as JSON.
            form: Fields of a URL-encoded body.
            multipart: Fields of a multipart body: texts, ``{"name", "mimeType", "buffer"}``, open files.
            timeout: Accepted; nothing is waited for.
            fail_on_status_code: Whether any status other than 2xx and 3xx raises an error.
            ignore_https_errors: Accepted; there are no certificates.
            max_redirects: How many redirects to follow; 0 returns the redirect itself.
            max_retries: Accepted; the connection can't be lost.

        Raises:
            TooManyRedirects: There were more redirects than ``max_redirects``.
            Error: The status is an error and ``fail_on_status_code`` is set, or several bodies are given.
        """
        if sum(given is not None for given in (data, form, multipart)) > 1:
            raise Error('Only one of "data", "form" or "multipart" can be specified')
        repeated = url_or_request if isinstance(url_or_request, Request) else None
        request = self._request(repeated.url if repeated else str(url_or_request), params)
        sent_headers = {name.lower(): value for name, value in (repeated.headers if repeated else {}).items()}
        sent_headers.update(
            {name.lower(): _header_value(name, value) for name, value in (headers or {}).items()}
        )
        body, content_type = body_of(data, form, multipart, sent_headers)
        if repeated is not None and not body:
            body = repeated.post_data_buffer or b""
        request = replace(
            request, method=(method or (repeated.method if repeated else "GET")).upper(), body=body
        )
        if content_type:
            sent_headers.setdefault("content-type", content_type)
        limit = self._fetcher.max_redirects if max_redirects is None else max_redirects
        with step(request.method.lower(), request.url.target, actor=self._fetcher.actor):
            response = self._followed(request, sent_headers, limit)
        if fail_on_status_code and not 200 <= response.status < 400:
            raise Error(
                Explanation(
                    f"{response.status} {response.status_text}: {request.method} {response.url}",
                    where=f"Response text:\n{response.text()[:500]}",
                )
            )
        return response

    def _request(self, url: str, params: Mapping[str, Any] | str | None) -> FetchRequest:
        try:
            target = parse_url(url, parse_url(self._base_url))
        except ValueError as error:
            raise Error(f"Invalid URL: {error}") from error
        if params:
            added = (
                _percent_encoded(params.lstrip("?")) if isinstance(params, str) else urlencode(_texts(params))
            )
            target = target.with_query("&".join(filter(None, [target.query, added])))
        return FetchRequest(target)

    def _followed(self, request: FetchRequest, headers: dict[str, str], limit: int) -> APIResponse:
        chain = [f"{request.method} {request.url}"]
        while True:
            received = self._send(request, headers)
            target = redirect_target(request.url, received.status, received) if limit else None
            if target is None:
                return _checked(APIResponse(received, str(request.url.with_fragment(None))))
            if len(chain) > limit:
                raise TooManyRedirects(
                    Explanation("Max redirect count exceeded", where=chain[0], nearest=tuple(chain[:8]))
                )
            following = redirected(request, received.status, target, request.policy)
            if following.method != request.method:
                headers = {name: value for name, value in headers.items() if not name.startswith("content-")}
            if target.origin != request.url.origin:
                headers.pop("authorization", None)
            request = following
            chain.append(f"{request.method} {request.url}")

    def _send(self, request: FetchRequest, headers: dict[str, str]) -> base.DriverResponse:
        context_headers = {name.lower(): value for name, value in self._fetcher.headers.items()}
        all_headers = {"accept": "*/*", **context_headers, **headers}
        cookies = self._fetcher.jar.header(request.url)
        if cookies and "cookie" not in headers:
            all_headers["cookie"] = cookies
        sent = base.DriverRequest(
            request.method, str(request.url.with_fragment(None)), tuple(all_headers.items()), request.body
        )
        received = self._fetcher.driver.send(sent)
        for cookie in received.header_values("Set-Cookie"):
            self._fetcher.jar.store(cookie, request.url)
        if received.exception is not None and self._fetcher.raise_server_errors:
            raise received.exception
        return received

    def storage_state(
        self, *, path: str | Path | None = None, indexed_db: bool | None = None
    ) -> dict[str, Any]:
        """Return the cookies as Playwright's dictionary, and write it to a file if one is given."""
        state: dict[str, Any] = {
            "cookies": [cookie.as_playwright() for cookie in self._fetcher.jar.all()],
            "origins": [],
        }
        if path is not None:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(json.dumps(state, indent=2), encoding="utf-8")
        return state

    def dispose(self, *, reason: str | None = None) -> None:
        """Do nothing: there is nothing to free."""


def _texts(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, text_of(value)) for name, value in params.items() if value is not None]


def _percent_encoded(query: str) -> str:
    """Percent-encode the characters that a URL must not contain; existing escapes stay."""
    return quote(query, safe="!$%&'()*+,-./:;=?@_~[]")


def _header_value(name: str, value: Any) -> str:
    text = str(value)
    if any(ord(char) > 0xFF or (ord(char) < 0x20 and char != "\t") for char in text):
        raise Error(f"Invalid character in header content [{name!r}]")
    return text


def _checked(response: APIResponse) -> APIResponse:
    """Return the response, after a check that its body can be decoded."""
    coding = response.headers.get("content-encoding")
    if coding is not None:
        try:
            response.body()
        except Error as error:
            raise Error(Explanation(f"failed to decompress '{coding}' encoding", where=str(error))) from error
    return response
