"""A live server of the site, inside the story's own transaction."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Protocol, Self

from django.conf import settings
from django.core.signals import got_request_exception
from django.http.request import validate_host
from django.test.utils import override_settings

from django_journey._world.server.in_flight import REQUEST_ID, Database, RequestGate
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["PATIENCE", "REQUEST_ID", "Kind", "LiveServer"]

Kind = Literal["wsgi", "asgi"]
PATIENCE = 10.0  # seconds to wait for running requests at the end of a story


class _Listener(Protocol):
    @property
    def port(self) -> int:
        """The port that it listens at."""

    def hang_up(self) -> None:
        """Close the idle connections."""

    def stop(self) -> None:
        """Stop listening."""


class LiveServer:
    """Serves the site over real sockets; one server for a process, used by one story after the other.

    Between stories every request gets a 503. A request may have a number in the header ``X-Journey-Request``, which
    the site does not see. Each response has its request's number; ``exceptions`` holds what views raised, by number.

    Args:
        kind: ``wsgi``, a thread for each connection; or ``asgi``, for async views and websockets.
        host: The address to listen at; the operating system chooses the port.

    Raises:
        MissingExtra: ``asgi`` needs uvicorn.
    """

    def __init__(self, kind: Kind = "wsgi", *, host: str = "127.0.0.1") -> None:
        if kind not in ("wsgi", "asgi"):
            raise ConfigurationError(
                Explanation(
                    f"there is no kind of live server {kind!r}",
                    nearest=("wsgi", "asgi"),
                    instead='LiveServer("asgi") for async views and websockets, else LiveServer("wsgi")',
                )
            )
        self.kind = kind
        self.host = host
        self._gate = RequestGate()
        self._server: _Listener | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The origin of the site, e.g. ``http://127.0.0.1:40123``."""
        if self._server is None:
            raise ConfigurationError(
                Explanation("this server has not been started", instead="with LiveServer() as server: …")
            )
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self._server.port}"

    @property
    def exceptions(self) -> Mapping[str, BaseException]:
        """What views raised in the current story, by the number of the request."""
        return self._gate.exceptions

    def start(self) -> None:
        """Start listening, unless it has started already."""
        if self._server is None:
            self._server = _started(self.kind, self.host, self._gate)

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    @contextmanager
    def serving(
        self,
        database: Database | None = None,
        context: contextvars.Context | None = None,
        *,
        patience: float = PATIENCE,
    ) -> Iterator[str]:
        """Answer requests as a part of a story while the block runs.

        Args:
            database: The story's ``SharedTransactions``, or ``None`` for real connections and commits.
            context: Each request runs in a copy of it; by default of the caller's.
            patience: How long to wait at the end for running requests, in seconds.

        Returns:
            The origin of the site.

        Raises:
            WorldError: At the end a request is still running; the error names it and the line that it is running.
        """
        self.start()
        assert self._server is not None
        with _allowed(self.host):
            got_request_exception.connect(self._gate.store_exception)
            self._gate.open(context if context is not None else contextvars.copy_context(), database)
            try:
                yield self.url
            finally:
                try:
                    self._gate.close(patience)
                finally:
                    got_request_exception.disconnect(self._gate.store_exception)
                    self._server.hang_up()


def _started(kind: Kind, host: str, gate: RequestGate) -> _Listener:
    if kind == "asgi":
        from django_journey._world.server.asgi import AsgiServer

        return AsgiServer(host, gate)
    from django_journey._world.server.wsgi import WsgiServer

    return WsgiServer(host, gate)


@contextmanager
def _allowed(host: str) -> Iterator[None]:
    hosts: list[Any] = list(settings.ALLOWED_HOSTS)
    if validate_host(host, hosts):
        yield
        return
    with override_settings(ALLOWED_HOSTS=[*hosts, host]):
        yield
