"""Answers in place of an outside service, on loopback: with real sockets and TLS, so any client's own code runs."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from django_journey._world.services.exchange import Asked, Reply
from django_journey.errors import MissingExtra

__all__ = ["Delivery", "Origin"]

_CHUNK = 65536
_MOST_HEADERS = 1024 * 1024
_OWN_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer, and how it is sent.

    Args:
        reply: The answer; with ``None`` nothing is sent until the client gives up.
        delay: Seconds to wait before it is sent, or for the client to give up.
        share: How much of the body is sent before the connection is closed, from 0 to 1.
        gave_up: Called after waiting for the client, with whether the client has closed the connection.
    """

    reply: Reply | None
    delay: float = 0.0
    share: float = 1.0
    gave_up: Callable[[bool], None] | None = None


class Origin:
    """A small HTTP/1.1 server for one scheme, host and port; it listens from its first call on.

    Args:
        name: The host with its port, for the threads' names.
        base: The service's origin, for the URLs of requests, e.g. ``https://api.example``.
        answer: Answers one request; must not raise.
        tls: Gives the context to answer with, for https.
        context: Gives the context variables that a request is answered in: the test's own.
    """

    def __init__(
        self,
        name: str,
        base: str,
        answer: Callable[[Asked], Delivery],
        *,
        tls: Callable[[], ssl.SSLContext] | None,
        context: Callable[[], Context],
    ) -> None:
        self._name = name
        self._base = base
        self._answer = answer
        self._make_tls = tls
        self._tls: ssl.SSLContext | None = None
        self._context = context
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._open: dict[socket.socket, threading.Thread] = {}
        self._ended = threading.Event()

    def dial(self) -> tuple[str, int]:
        """Return the address on loopback that answers, which listens from now on.

        Raises:
            MissingExtra: A library that this needs is not installed.
        """
        with self._lock:
            if self._listener is None:
                self._listener = self._listen()
            address: tuple[str, int] = self._listener.getsockname()[:2]
            return address

    def _listen(self) -> socket.socket:
        try:
            import h11  # noqa: F401 - here, where an error still reaches the caller
        except ImportError as error:
            raise MissingExtra("an outside service", extra="services", library="h11") from error
        if self._make_tls is not None:
            self._tls = self._make_tls()
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._acceptor = threading.Thread(
            target=self._accept, args=(listener,), name=f"journey: {self._name}", daemon=True
        )
        self._acceptor.start()
        return listener

    def hang_up(self) -> None:
        """Close the connections that are open, as a service that restarts does."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self, patience: float = 5.0) -> None:
        """Stop listening, hang up, and wait so many seconds for each thread that still answers."""
        self._ended.set()
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            # An accept() that waits is woken by a last visitor: closing alone does not wake it everywhere.
            with suppress(OSError), socket.socket() as last:
                last.connect(listener.getsockname())
        self.hang_up()
        with self._lock:
            threads = list(self._open.values())
        for thread in (*threads, *filter(None, [self._acceptor])):
            if thread is not threading.current_thread():
                thread.join(patience)

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if self._ended.is_set():
                    connection.close()
                    return
                thread = threading.Thread(
                    target=self._context().run,
                    args=(self._serve, connection),
                    name=f"journey: {self._name}",
                    daemon=True,
                )
                with self._lock:  # started under the lock, so that close() can wait for it
                    self._open[connection] = thread
                    thread.start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
                with self._lock:
                    self._open[connection] = self._open.pop(raw)
                connection.do_handshake()
            while not self._ended.is_set() and self._exchange_one(connection):
                pass
        except OSError:
            pass  # the client went away, as clients may
        finally:
            with suppress(OSError):
                connection.close()
            _close_databases()
            with self._lock:
                self._open.pop(connection, None)
                self._open.pop(raw, None)

    def _exchange_one(self, connection: socket.socket) -> bool:
        """Answer requests till the connection is over; return whether another one may be read."""
        import h11

        state = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEADERS)
        while True:
            try:
                asked = self._read(state, connection)
            except h11.RemoteProtocolError as error:
                reply = Reply(error.error_status_hint, f"{error}".encode(), (("Content-Type", "text/plain"),))
                if state.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                    self._write(state, connection, Delivery(reply))
                return False
            if asked is None:
                return False
            answer = self._answer(asked)
            if not self._deliver(state, connection, answer, asked.method):
                return False
            if state.our_state is not h11.DONE or state.their_state is not h11.DONE:
                return False
            state.start_next_cycle()

    def _read(self, state: Any, connection: socket.socket) -> Asked | None:
        import h11

        head: Any = None
        body = bytearray()
        while True:
            event = state.next_event()
            if event is h11.NEED_DATA:
                if state.they_are_waiting_for_100_continue:
                    connection.sendall(state.send(h11.InformationalResponse(status_code=100, headers=[])))
                state.receive_data(connection.recv(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return self._asked(head, bytes(body))
            else:  # closed between two requests
                return None

    def _asked(self, head: Any, body: bytes) -> Asked:
        target = head.target.decode("latin-1")
        host = next((value.decode("latin-1") for name, value in head.headers if name == b"host"), "")
        base = f"{self._base.partition('://')[0]}://{host}" if "*" in self._base and host else self._base
        url = target if "://" in target.partition("?")[0] else base + target
        headers = tuple(
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in head.headers.raw_items()
        )
        return Asked(head.method.decode("ascii"), url, headers, body)

    def _deliver(self, state: Any, connection: socket.socket, answer: Delivery, method: str) -> bool:
        """Send an answer; return whether the connection can be used again."""
        if answer.reply is None:
            connection.settimeout(answer.delay)
            try:
                gone = connection.recv(1) == b""
            except TimeoutError:
                gone = False
            except OSError:
                gone = True
            if answer.gave_up is not None:
                answer.gave_up(gone or self._ended.is_set())
            return False
        if answer.delay:
            self._ended.wait(answer.delay)
        self._write(state, connection, answer, with_body=method != "HEAD")
        return answer.share >= 1.0

    def _write(
        self, state: Any, connection: socket.socket, answer: Delivery, *, with_body: bool = True
    ) -> None:
        import h11

        reply = answer.reply
        assert reply is not None
        has_body = reply.status >= 200 and reply.status not in (204, 304)
        headers = [pair for pair in reply.headers if pair[0].lower() not in _OWN_HEADERS]
        if has_body:
            # The response to HEAD has the length of the body that it leaves out.
            length = "" if with_body else reply.header("content-length")
            headers.append(("Content-Length", length or str(len(reply.body))))
        out = state.send(h11.Response(status_code=reply.status, headers=headers, reason=b""))
        if has_body and with_body:
            sent = reply.body if answer.share >= 1.0 else reply.body[: int(len(reply.body) * answer.share)]
            out += state.send(h11.Data(data=sent))
        if answer.share >= 1.0:
            out += state.send(h11.EndOfMessage())
        connection.sendall(out)


def _close_databases() -> None:
    """Close the database connections of this thread, should a fake's function have asked a database."""
    import sys

    database = sys.modules.get("django.db")
    if database is not None:
        database.connections.close_all()
