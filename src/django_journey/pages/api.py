"""Requests to an API: Playwright's ``APIRequestContext`` and ``APIResponse`` over a driver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django_journey.dom.urls import join, parse_url
from django_journey.drivers import base
from django_journey.errors import Error, Explanation, TooManyRedirects
from django_journey.pages.api_body import body_of
from django_journey.pages.exchange import Exchange, Order, redirect_target, redirected
from django_journey.pages.received import Received
from django_journey.pages.traffic import Request
from django_journey.trace.recorder import step

__all__ = ["APIRequestContext", "APIResponse"]


class APIResponse(Received):
    """The answer to an API request, as ``playwright.sync_api.APIResponse``; ``facts`` is what only Django knows."""

    def __init__(self, received: base.Response, url: str) -> None:
        self._received = received
        self.url = url

    def __repr__(self) -> str:
        return f"<APIResponse url={self.url!r} status={self.status!r} status_text={self.status_text!r}>"

    @property
    def headers_array(self) -> list[dict[str, str]]:
        """The headers in order, none joined."""
        return self._in_order()

    def dispose(self) -> None:
        """Do nothing: the response holds nothing that would have to be freed."""


class APIRequestContext:
    """Requests that share the cookies of a browser context.

    Nothing is sent that a client would not send: for Django's CSRF check, a request that changes something needs
    the token in a header, ``headers=request.csrf_headers``, after a page or endpoint has set the cookie.
    """

    def __init__(self, exchange: Exchange, base_url: str) -> None:
        self._exchange = exchange
        self._base_url = base_url

    @property
    def csrf_headers(self) -> dict[str, str]:
        """The headers by which a script passes Django's CSRF check: the cookie's token, and where it comes from.

        Empty while no CSRF cookie is set.
        """
        from django.conf import settings

        sent = {cookie.name: cookie.value for cookie in self._exchange.jar.all([self._base_url])}
        token = sent.get(settings.CSRF_COOKIE_NAME)
        if not token:
            return {}
        name = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-").title()
        return {name: token, "Referer": join(self._base_url, "/")}

    def get(self, url: str, **options: Any) -> APIResponse:
        """Send a GET request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="GET", **options)

    def post(self, url: str, **options: Any) -> APIResponse:
        """Send a POST request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="POST", **options)

    def put(self, url: str, **options: Any) -> APIResponse:
        """Send a PUT request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="PUT", **options)

    def patch(self, url: str, **options: Any) -> APIResponse:
        """Send a PATCH request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="PATCH", **options)

    def delete(self, url: str, **options: Any) -> APIResponse:
        """Send a DELETE request; the arguments are those of ``fetch``."""
        return self.fetch(url, method="DELETE", **options)

    def head(self, url: str, **options: Any) -> APIResponse:
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
            params: What is added to the URL's query: a query string, or names with values (``None`` leaves one out).
            method: The HTTP method.
            headers: Headers, beside the context's own.
            data: Bytes or text as they are, or anything else as JSON.
            form: Fields that are sent URL-encoded.
            multipart: Fields that are sent as a form with files: texts, ``{"name", "mimeType", "buffer"}``, open files.
            timeout: Accepted; nothing is waited for.
            fail_on_status_code: Whether any status beyond 2xx and 3xx is an error.
            ignore_https_errors: Accepted; there are no certificates here.
            max_redirects: How many redirects to follow; 0 returns the redirect itself.
            max_retries: Accepted; the connection can't be lost.

        Raises:
            TooManyRedirects: There were more redirects than ``max_redirects``.
            Error: The status is an error and ``fail_on_status_code`` is set, or the arguments contradict.
        """
        if sum(given is not None for given in (data, form, multipart)) > 1:
            raise Error('Only one of "data", "form" or "multipart" can be specified')
        again = url_or_request if isinstance(url_or_request, Request) else None
        order = self._order(again.url if again else str(url_or_request), params)
        sent_headers = {name.lower(): value for name, value in (again.headers if again else {}).items()}
        sent_headers.update(
            {name.lower(): _header_value(name, value) for name, value in (headers or {}).items()}
        )
        body, content_type = body_of(data, form, multipart, sent_headers)
        if again is not None and not body:
            body = again.post_data_buffer or b""
        order = replace(order, method=(method or (again.method if again else "GET")).upper(), body=body)
        if content_type:
            sent_headers.setdefault("content-type", content_type)
        limit = self._exchange.max_redirects if max_redirects is None else max_redirects
        with step(order.method.lower(), order.url.target, actor=self._exchange.actor):
            answer = self._followed(order, sent_headers, limit)
        if fail_on_status_code and not 200 <= answer.status < 400:
            raise Error(
                Explanation(
                    f"{answer.status} {answer.status_text}: {order.method} {answer.url}",
                    where=f"Response text:\n{answer.text()[:500]}",
                )
            )
        return answer

    def _order(self, url: str, params: Mapping[str, Any] | str | None) -> Order:
        try:
            target = parse_url(url, parse_url(self._base_url))
        except ValueError as error:
            raise Error(f"Invalid URL: {error}") from error
        if params:
            added = (
                _percent_encoded(params.lstrip("?")) if isinstance(params, str) else urlencode(_texts(params))
            )
            target = target.with_query("&".join(filter(None, [target.query, added])))
        return Order(target)

    def _followed(self, order: Order, headers: dict[str, str], limit: int) -> APIResponse:
        chain = [f"{order.method} {order.url}"]
        while True:
            received = self._send(order, headers)
            target = redirect_target(order.url, received.status, received) if limit else None
            if target is None:
                return _readable(APIResponse(received, str(order.url.with_fragment(None))))
            if len(chain) > limit:
                raise TooManyRedirects(
                    Explanation("Max redirect count exceeded", where=chain[0], nearest=tuple(chain[:8]))
                )
            following = redirected(order, received.status, target, order.policy)
            if following.method != order.method:
                headers = {name: value for name, value in headers.items() if not name.startswith("content-")}
            if target.origin != order.url.origin:
                headers.pop("authorization", None)
            order = following
            chain.append(f"{order.method} {order.url}")

    def _send(self, order: Order, headers: dict[str, str]) -> base.Response:
        everything = {name.lower(): value for name, value in self._exchange.headers.items()}
        everything = {"accept": "*/*", **everything, **headers}
        cookies = self._exchange.jar.header(order.url)
        if cookies and "cookie" not in headers:
            everything["cookie"] = cookies
        request = base.Request(
            order.method, str(order.url.with_fragment(None)), tuple(everything.items()), order.body
        )
        received = self._exchange.driver.send(request)
        for cookie in received.header_values("Set-Cookie"):
            self._exchange.jar.store(cookie, order.url)
        if received.exception is not None and self._exchange.raise_server_errors:
            raise received.exception
        return received

    def storage_state(
        self, *, path: str | Path | None = None, indexed_db: bool | None = None
    ) -> dict[str, Any]:
        """Return the cookies in Playwright's shape, and write them to a file if one is given."""
        state: dict[str, Any] = {
            "cookies": [cookie.as_playwright() for cookie in self._exchange.jar.all()],
            "origins": [],
        }
        if path is not None:
            Path(path).write_text(json.dumps(state, indent=2), encoding="utf-8")
        return state

    def dispose(self, *, reason: str | None = None) -> None:
        """Do nothing: the context holds nothing that would have to be freed."""


def _texts(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, ("true" if value else "false") if isinstance(value, bool) else str(value))
        for name, value in params.items()
        if value is not None
    ]


def _percent_encoded(query: str) -> str:
    """Encode what a URL can't hold as it is; what is encoded already stays."""
    return quote(query, safe="!$%&'()*+,-./:;=?@_~[]")


def _header_value(name: str, value: Any) -> str:
    text = str(value)
    if any(ord(char) > 0xFF or (ord(char) < 0x20 and char != "\t") for char in text):
        raise Error(f"Invalid character in header content [{name!r}]")
    return text


def _readable(answer: APIResponse) -> APIResponse:
    """Return the answer if its body is what its ``Content-Encoding`` says."""
    coding = answer.headers.get("content-encoding")
    if coding is not None:
        try:
            answer.body()
        except Error as error:
            raise Error(Explanation(f"failed to decompress '{coding}' encoding", where=str(error))) from error
    return answer
