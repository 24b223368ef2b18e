"""The server of Playwright's suite without a socket: its asset folder, its routes, what it is told to answer."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import mimetypes
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.navigation.url_matching import url_matches
from django_journey.errors import Error

__all__ = ["Route", "Server", "SiteDriver", "TestServerRequest"]

for _type, _ending in (("text/html", ".html"), ("text/css", ".css"), ("application/javascript", ".js")):
    mimetypes.add_type(_type, _ending)


class TestServerRequest:
    """One request as the suite's route handlers see it, and the response that they write to it."""

    __test__ = False

    def __init__(self, server: Server, request: DriverRequest) -> None:
        parts = urlsplit(request.url)
        self._server = server
        self._request = request
        self.method = request.method.encode()
        self.path = parts.path.encode()
        self.uri = (parts.path + (f"?{parts.query}" if parts.query else "")).encode()
        self.post_body: bytes | None = request.body
        self.requestHeaders = self
        self.args = {
            key.encode(): [v.encode() for v in values] for key, values in self._fields(parts.query).items()
        }
        self.status = 200
        self.reason = ""
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.finished = False

    def _fields(self, query: str) -> dict[str, list[str]]:
        fields = parse_qs(query, keep_blank_values=True)
        if "x-www-form-urlencoded" in (self._request.header("Content-Type") or ""):
            fields.update(parse_qs(self._request.body.decode(), keep_blank_values=True))
        return fields

    def getHeader(self, name: str | bytes) -> str | None:
        return next(iter(self.getRawHeaders(_text(name), [])), None)

    def getRawHeaders(self, name: str, default: Any = None) -> Any:
        wanted = _text(name).lower()
        return [value for key, value in self._headers() if key.lower() == wanted] or default

    def _headers(self) -> list[tuple[str, str]]:
        """The headers with those that a connection adds."""
        added = [("Host", urlsplit(self._request.url).netloc.rpartition("@")[2])]
        if self._request.body or self._request.method in ("POST", "PUT", "PATCH"):
            added.append(("Content-Length", str(len(self._request.body))))
        return [*self._request.headers, *added]

    def getAllRawHeaders(self) -> list[tuple[bytes, list[bytes]]]:
        return [(key.encode(), [value.encode()]) for key, value in self._headers()]

    def setResponseCode(self, code: int, message: bytes = b"") -> None:
        self.status, self.reason = int(code), message.decode()

    def setHeader(self, name: str | bytes, value: Any) -> None:
        self.headers = [pair for pair in self.headers if pair[0].lower() != _text(name).lower()]
        self.headers.append((_text(name), _text(value)))

    @property
    def responseHeaders(self) -> TestServerRequest:
        return self

    def addRawHeader(self, name: str | bytes, value: Any) -> None:
        self.headers.append((_text(name), _text(value)))

    def setRawHeaders(self, name: str | bytes, values: list[Any]) -> None:
        self.headers.extend((_text(name), _text(value)) for value in values)

    def write(self, data: bytes) -> None:
        self.body += data

    def finish(self) -> None:
        self.finished = True

    def serve_file(self, path: Path) -> None:
        self._server._serve_file(self, Path(path))

    def response(self) -> DriverResponse:
        if not self.finished:
            raise Error("the suite's route does not answer by itself")
        reason = self.reason or (HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "")
        return DriverResponse(self.status, tuple(self.headers), self.body, reason)


class _Expected:
    def __init__(self) -> None:
        self.requests: list[TestServerRequest] = []

    @property
    def value(self) -> TestServerRequest:
        if not self.requests:
            raise ValueError("no received value")
        return self.requests[0]


class Server:
    """Answers for one origin; the suite tells it what to answer."""

    def __init__(self, assets: Path, port: int, protocol: str = "http") -> None:
        self.static_path = assets
        self.PORT = port
        self.HOSTNAME = "localhost"
        self.HOST = f"localhost:{port}"
        self.PREFIX = f"{protocol}://localhost:{port}"
        self.EMPTY_PAGE = f"{self.PREFIX}/empty.html"
        self.CROSS_PROCESS_PREFIX = f"{protocol}://127.0.0.1:{port}"
        self.reset()

    def reset(self) -> None:
        self.routes: dict[str, Callable[[Any], Any]] = {}
        self.auth: dict[str, tuple[str, str]] = {}
        self.csp: dict[str, str] = {}
        self.extra_headers: dict[str, dict[str, str]] = {}
        self.gzip_routes: set[str] = set()
        self.expected: dict[str, _Expected] = {}

    def set_route(self, path: str, callback: Callable[[Any], Any]) -> None:
        self.routes[path] = callback

    def set_redirect(self, from_: str, to: str) -> None:
        def redirect(request: TestServerRequest) -> None:
            request.setResponseCode(302)
            for name, value in self.extra_headers.get(from_, {}).items():
                request.setHeader(name, value)
            request.setHeader("location", to)
            request.finish()

        self.set_route(from_, redirect)

    def set_content(self, path: str, content: str, mime_type: str) -> None:
        def answer(request: TestServerRequest) -> None:
            request.setHeader("Content-Type", mime_type)
            request.write((f"<!DOCTYPE html>{content}" if mime_type == "text/html" else content).encode())
            request.finish()

        self.set_route(path, answer)

    def set_auth(self, path: str, username: str, password: str) -> None:
        self.auth[path] = (username, password)

    def set_csp(self, path: str, value: str) -> None:
        self.csp[path] = value

    def set_extra_headers(self, path: str, headers: dict[str, str]) -> None:
        self.extra_headers[path] = headers

    def enable_gzip(self, path: str) -> None:
        self.gzip_routes.add(path)

    @contextlib.contextmanager
    def expect_request(self, path: str) -> Iterator[_Expected]:
        expected = self.expected[path] = _Expected()
        yield expected

    def answer(self, request: DriverRequest) -> DriverResponse:
        served = TestServerRequest(self, request)
        parts = urlsplit(request.url)
        keys = [f"{parts.path}?{parts.query}", parts.path] if parts.query else [parts.path]
        for key in keys:
            if key in self.auth and not self._is_signed_in(key, request):
                body = b"HTTP Error 401 Unauthorized: Access is denied"
                return DriverResponse(
                    401, (("WWW-Authenticate", 'Basic realm="Secure Area"'),), body, "Unauthorized"
                )
        for key in keys:
            if key in self.expected:
                self.expected.pop(key).requests.append(served)
        if parts.path in self.csp:
            served.setHeader("Content-Security-Policy", self.csp[parts.path])
        route = next((self.routes[key] for key in keys if key in self.routes), None)
        if route is None:
            path = "/index.html" if parts.path == "/" else parts.path
            self._serve_file(served, self.static_path / path[1:])
        else:
            outcome = route(served)
            if asyncio.iscoroutine(outcome):
                outcome.close()
        return served.response()

    def _is_signed_in(self, key: str, request: DriverRequest) -> bool:
        said = (request.header("Authorization") or "").removeprefix("Basic ")
        return base64.b64decode(said).decode() == ":".join(self.auth[key])

    def _serve_file(self, request: TestServerRequest, path: Path) -> None:
        path_text = request.path.decode()
        if not path.is_file():
            request.setHeader("Content-Type", "text/plain")
            request.setResponseCode(404)
            request.write(f"File not found: {path}".encode())
            request.finish()
            return
        content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        if re.match(r"^text/|^application/(javascript|json)", content_type):
            content_type += "; charset=utf-8"
        request.setHeader("Content-Type", content_type)
        request.setHeader("Cache-Control", "no-cache, no-store")
        for name, value in self.extra_headers.get(path_text, {}).items():
            request.setHeader(name, value)
        body = path.read_bytes()
        if path_text in self.gzip_routes:
            request.setHeader("Content-Encoding", "gzip")
            body = gzip.compress(body)
        request.write(body)
        request.finish()


class SiteDriver:
    """Sends requests to the suite's servers; nothing else can be reached."""

    name = "suite"

    def __init__(self, *servers: Server) -> None:
        self.servers = servers
        self.base_url = servers[0].PREFIX
        self.routes: list[tuple[str, Callable[[Route], object]]] = []

    def send(self, request: DriverRequest) -> DriverResponse:
        for pattern, handler in reversed(self.routes):
            if url_matches(request.url, pattern, self.base_url):
                handler(route := Route(request))
                if route.response is not None:
                    return route.response
        for server in self.servers:
            if request.url.startswith((server.PREFIX + "/", server.CROSS_PROCESS_PREFIX + "/")):
                return server.answer(request)
        raise Error(f"net::ERR_CONNECTION_REFUSED at {request.url}")

    def close(self) -> None:
        """Nothing is held."""


class Route:
    """A request that a test answers itself; the product has no such call."""

    def __init__(self, request: DriverRequest) -> None:
        self.request = request
        self.response: DriverResponse | None = None

    def fulfill(self, *, body: str = "", content_type: str = "text/plain", status: int = 200) -> None:
        """Answer it."""
        self.response = DriverResponse(status, (("Content-Type", content_type),), body.encode())

    def continue_(self) -> None:
        """Let the server answer it."""

    fallback = continue_


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
