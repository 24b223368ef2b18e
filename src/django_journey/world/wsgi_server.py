"""A threaded HTTP/1.1 server for WSGI that answers at once and ends with its story."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import Any

from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections

from django_journey.world.gate import LATE, REQUEST_ID, Gate, Visit, standing_of_thread
from django_journey.world.site import Current, SiteWsgi

__all__ = ["WsgiServer"]

_LONGEST_LINE = 65_536
_WITHOUT_BODY = ("204", "304")
_log = logging.getLogger("django_journey.server")


class WsgiServer:
    """Answers each connection in a thread of its own.

    Args:
        host: The address to listen at.
        gate: Lets requests in.
    """

    def __init__(self, host: str, gate: Gate) -> None:
        self._server = _Server((host, 0), gate)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="journey-server", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._server.server_address[1])

    def hang_up(self) -> None:
        """Close the connections on which no request is running."""
        self._server.hang_up()

    def stop(self) -> None:
        """Listen no more and close every connection."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up(all_of_them=True)
        self._thread.join()


class _Server(ThreadedWSGIServer):
    request_queue_size = 128  # a page with many parts opens its connections at once

    def __init__(self, address: tuple[str, int], gate: Gate) -> None:
        self.gate = gate
        self.site = Current(SiteWsgi)
        self._handlers: set[_Handler] = set()
        self._handlers_lock = threading.Lock()
        super().__init__(address, _Handler, allow_reuse_address=False)

    def entered(self, handler: _Handler) -> None:
        with self._handlers_lock:
            self._handlers.add(handler)

    def left(self, handler: _Handler) -> None:
        with self._handlers_lock:
            self._handlers.discard(handler)

    def hang_up(self, *, all_of_them: bool = False) -> None:
        with self._handlers_lock:
            for handler in self._handlers:
                if all_of_them or handler.visit is None:
                    handler.hang_up()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that goes away in the middle of an answer is no news.
        _log.debug("connection from %s ended badly", client_address, exc_info=True)


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's delayed ACK
    server: _Server

    def setup(self) -> None:
        super().setup()
        threading.current_thread().name = "journey-connection"
        self.visit: Visit | None = None
        self.server.entered(self)

    def finish(self) -> None:
        self.server.left(self)
        super().finish()

    def hang_up(self) -> None:
        # The stubs take the connection for Django's request; it is the socket.
        connection: Any = self.connection
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Say nothing: the trace tells of requests."""

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
        visit = self.server.gate.admit(self.command, self.path, self.headers.get(REQUEST_ID, ""))
        if visit is None:
            self._turn_away()
            return
        visit.standing = standing_of_thread(threading.get_ident())
        self.visit = visit
        try:
            visit.run(self._answer, visit)
        finally:
            self.visit = None
            self.server.gate.leave(visit)

    def _answer(self, visit: Visit) -> None:
        try:
            del self.headers[REQUEST_ID]
            answer = _Answer(self.rfile, self.wfile, self.get_stderr(), self.get_environ(), visit=visit)
            answer.request_handler = self
            answer.run(self.server.site)
        finally:
            if visit.database is not None:
                visit.database.expire()
            else:
                connections.close_all()

    def _turn_away(self) -> None:
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


class _Answer(ServerHandler):
    headers: Any
    headers_sent: bool
    request_handler: _Handler
    result: Any
    status: str

    def __init__(self, *args: Any, visit: Visit) -> None:
        super().__init__(*args)
        self._visit = visit
        self._ends = False
        visit.cut = self._cut

    def cleanup_headers(self) -> None:
        # Whatever the middleware, a complete answer has its length: else the connection could not be kept.
        given = "Content-Length" in self.headers or getattr(self.result, "streaming", True)
        if not given:
            self.headers["Content-Length"] = str(len(self.result.content))
        super().cleanup_headers()
        if not given and self.status[:3] in _WITHOUT_BODY:
            del self.headers["Content-Length"]  # RFC 9110, section 8.6
        self.headers[REQUEST_ID] = self._visit.number
        self._visit.streaming = "Content-Length" not in self.headers and self.status[:3] not in _WITHOUT_BODY

    def write(self, data: bytes) -> None:
        # An endless stream ends with the story, between two of its pieces.
        if self._ends and self.headers_sent and self._visit.streaming:
            raise ConnectionAbortedError("the story is over")
        super().write(data)

    def log_exception(self, exc_info: Any) -> None:
        """Keep what a streaming answer raised in its middle."""
        error = exc_info[1]
        if error is not None and not isinstance(error, ConnectionError):
            self.request_handler.server.gate.exceptions[self._visit.number] = error

    def _cut(self) -> None:
        self._ends = True
