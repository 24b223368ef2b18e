"""The loopback server that gives Chromium a generated form and keeps what it sends."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.conformance.form_pages import FormPage

__all__ = ["DOT", "PLACE", "FormServer", "Sent", "encoded", "sent_from", "type_of"]

PLACE = "/forms/page"
#: A picture of one pixel.
DOT = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_BOUNDARY = re.compile(r"boundary=(\S+)")
_COMPARED = (
    *("content-type", "referer", "origin", "upgrade-insecure-requests", "cache-control"),
    *("sec-fetch-site", "sec-fetch-mode", "sec-fetch-user", "sec-fetch-dest"),
)


@dataclass(frozen=True)
class Sent:
    """A request: its method, its path with the query, the headers that matter, and its body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.target} {dict(self.headers)} {self.body!r}"


def sent_from(method: str, target: str, headers: dict[str, str], body: bytes) -> Sent:
    """Return a request to compare, with the boundary of multipart bodies always the same."""
    kept = {name: headers[name] for name in _COMPARED if name in headers}
    match = _BOUNDARY.search(kept.get("content-type", ""))
    if match:
        body = body.replace(match[1].encode(), b"BOUNDARY")
        kept["content-type"] = kept["content-type"].replace(match[1], "BOUNDARY")
    return Sent(method, target, tuple(kept.items()), body)


def encoded(page: FormPage) -> bytes:
    """Return the page's bytes in its own encoding."""
    return page.markup.encode(page.charset, "xmlcharrefreplace")


def type_of(page: FormPage) -> str:
    """Return the page's content type."""
    return f"text/html; charset={page.charset.replace('-le', 'le')}"


class FormServer:
    """Serves one page at a time on a free port; everything else that is asked for is kept in ``requests``."""

    def __init__(self) -> None:
        self.page: FormPage | None = None
        self.requests: list[Sent] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FormServer:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that the browser dropped."""


def _handler(forms: FormServer) -> Any:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path in ("/favicon.ico", "/dot.gif"):
                self.reply(200, "image/gif", DOT)
            elif self.command == "GET" and self.path == PLACE:
                assert forms.page is not None
                self.reply(200, type_of(forms.page), encoded(forms.page))
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                forms.requests.append(sent_from(self.command, self.path, headers, body))
                self.reply(204, "", b"")

        do_GET = do_POST = answer  # noqa: N815 - the server calls them so

        def reply(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            with suppress(BrokenPipeError, ConnectionResetError):  # the browser has gone on to the next page
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
