"""The live server for WSGI: HTTP/1.1, with a thread for each connection."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import Any

from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections

from django_journey._drivers.current_handler import CurrentHandler
from django_journey._world.server.in_flight import (
    LATE,
    REQUEST_ID,
    InFlightRequest,
    RequestGate,
    stack_reporter,
)
from django_journey._world.server.site import SiteWsgi

__all__ = ["WsgiServer"]

_LONGEST_LINE = 65_536
_WITHOUT_BODY = ("204", "304")
_log = logging.getLogger("django_journey.server")


class WsgiServer:
    """Answers each connection in a thread of its own.

    Args:
        host: The address to listen at.
        gate: Admits requests.
    """

    def __init__(self, host: str, gate: RequestGate) -> None:
        self._server = _Server((host, 0), gate)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="journey-server", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._server.server_address[1])

    def hang_up(self) -> None:
        """Close the idle connections."""
        self._server.hang_up()

    def stop(self) -> None:
        """Stop listening, and close every connection."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up(all_of_them=True)
        self._thread.join()


class _Server(ThreadedWSGIServer):
    request_queue_size = 128  # a browser opens many connections at once

    def __init__(self, address: tuple[str, int], gate: RequestGate) -> None:
        self.gate = gate
        self.site = CurrentHandler(SiteWsgi)
        self._handlers: set[_Handler] = set()
        self._handlers_lock = threading.Lock()
        super().__init__(address, _Handler, allow_reuse_address=False)

    def add(self, handler: _Handler) -> None:
        with self._handlers_lock:
            self._handlers.add(handler)

    def remove(self, handler: _Handler) -> None:
        with self._handlers_lock:
            self._handlers.discard(handler)

    def hang_up(self, *, all_of_them: bool = False) -> None:
        with self._handlers_lock:
            for handler in self._handlers:
                if all_of_them or handler.in_flight is None:
                    handler.hang_up()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Browsers often close a connection in the middle of a response.
        _log.debug("connection from %s ended badly", client_address, exc_info=True)


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # otherwise each response waits 40 ms for the client's delayed ACK
    server: _Server

    def setup(self) -> None:
        super().setup()
        threading.current_thread().name = "journey-connection"
        self.in_flight: InFlightRequest | None = None
        self.server.add(self)

    def finish(self) -> None:
        self.server.remove(self)
        super().finish()

    def hang_up(self) -> None:
        # The socket; the stubs declare another type.
        connection: Any = self.connection
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Print nothing: the trace records requests."""

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
        except OSError:
            self.close_connection = True
            return
        if len(self.raw_requestline) > _LONGEST_LINE:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
            return
        if not self.parse_request():
            return
        if "transfer-encoding" in self.headers:
            self.close_connection = True
            self.send_error(411, "send the body with its length")
            return
        in_flight = self.server.gate.admit(self.command, self.path, self.headers.get(REQUEST_ID, ""))
        if in_flight is None:
            self._reject()
            return
        in_flight.stack = stack_reporter(threading.get_ident())
        self.in_flight = in_flight
        try:
            in_flight.run(self._answer, in_flight)
        finally:
            self.in_flight = None
            self.server.gate.leave(in_flight)

    def _answer(self, in_flight: InFlightRequest) -> None:
        try:
            del self.headers[REQUEST_ID]
            handler = _ResponseHandler(
                self.rfile, self.wfile, self.get_stderr(), self.get_environ(), in_flight=in_flight
            )
            handler.request_handler = self
            handler.run(self.server.site)
        finally:
            if in_flight.database is not None:
                in_flight.database.expire()
            else:
                connections.close_all()

    def _reject(self) -> None:
        self.close_connection = True
        self.send_response(503)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(LATE))),
            ("Retry-After", "1"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(LATE)


class _ResponseHandler(ServerHandler):
    headers: Any
    headers_sent: bool
    request_handler: _Handler
    result: Any
    status: str

    def __init__(self, *args: Any, in_flight: InFlightRequest) -> None:
        super().__init__(*args)
        self._in_flight = in_flight
        self._ends = False
        in_flight.cut = self._cut

    def cleanup_headers(self) -> None:
        # With its length, whatever the middleware: otherwise the connection could not be reused.
        given = "Content-Length" in self.headers or getattr(self.result, "streaming", True)
        if not given:
            self.headers["Content-Length"] = str(len(self.result.content))
        super().cleanup_headers()
        if not given and self.status[:3] in _WITHOUT_BODY:
            del self.headers["Content-Length"]  # RFC 9110, section 8.6
        self.headers[REQUEST_ID] = self._in_flight.number
        self._in_flight.streaming = (
            "Content-Length" not in self.headers and self.status[:3] not in _WITHOUT_BODY
        )

    def write(self, data: bytes) -> None:
        # A stream ends with its story, between two chunks.
        if self._ends and self.headers_sent and self._in_flight.streaming:
            raise ConnectionAbortedError("the story is over")
        super().write(data)

    def log_exception(self, exc_info: Any) -> None:
        """Store what a view raised while its response was streamed."""
        error = exc_info[1]
        if error is not None and not isinstance(error, ConnectionError):
            self.request_handler.server.gate.exceptions[self._in_flight.number] = error

    def _cut(self) -> None:
        self._ends = True
