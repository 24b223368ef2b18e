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

from django_journey.errors import ConfigurationError, Explanation
from django_journey.world.gate import REQUEST_ID, Database, Gate

__all__ = ["PATIENCE", "REQUEST_ID", "Kind", "LiveServer"]

Kind = Literal["wsgi", "asgi"]
PATIENCE = 10.0  # seconds that running requests are waited for at the end of a story


class _Server(Protocol):
    @property
    def port(self) -> int:
        """The port that it listens at."""

    def hang_up(self) -> None:
        """Close the connections on which no request is running."""

    def stop(self) -> None:
        """Listen no more."""


class LiveServer:
    """Serves the site over real sockets; one for a process, used by one story after the other.

    Between stories it answers 503. A request may carry a number in ``X-Journey-Request`` (the site does
    not see it); each answer carries its own, and ``exceptions`` has what the view raised under it.

    Args:
        kind: ``wsgi``, a thread for each connection; or ``asgi``, for async views and websockets.
        host: The address to listen at; the port is the system's choice.

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
        self._gate = Gate()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The origin that it answers at, e.g. ``http://127.0.0.1:40123``."""
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
        """Listen, if it does not yet."""
        if self._server is None:
            self._server = _started(self.kind, self.host, self._gate)

    def stop(self) -> None:
        """Listen no more."""
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
        """Answer requests as a part of a story, until it ends.

        Args:
            database: The story's ``SharedTransactions``, or ``None`` for real connections and commits.
            context: Each request runs in a copy of it; by default of the caller's.
            patience: How long to wait at the end for running requests, in seconds.

        Returns:
            The origin to reach it at.

        Raises:
            WorldError: At the end a request is still running; it is named, with where it stands.
        """
        self.start()
        assert self._server is not None
        with _allowed(self.host):
            got_request_exception.connect(self._gate.keep_exception)
            self._gate.open(context if context is not None else contextvars.copy_context(), database)
            try:
                yield self.url
            finally:
                try:
                    self._gate.close(patience)
                finally:
                    got_request_exception.disconnect(self._gate.keep_exception)
                    self._server.hang_up()


def _started(kind: Kind, host: str, gate: Gate) -> _Server:
    if kind == "asgi":
        from django_journey.world.asgi_server import AsgiServer

        return AsgiServer(host, gate)
    from django_journey.world.wsgi_server import WsgiServer

    return WsgiServer(host, gate)


@contextmanager
def _allowed(host: str) -> Iterator[None]:
    hosts: list[Any] = list(settings.ALLOWED_HOSTS)
    if validate_host(host, hosts):
        yield
        return
    with override_settings(ALLOWED_HOSTS=[*hosts, host]):
        yield
