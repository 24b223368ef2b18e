"""The default driver: calls Django's handler in this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections
from django.http.request import split_domain_port, validate_host
from django.urls import is_valid_path

from django_journey._adapters.django import PausedReceiver
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._drivers.current_handler import CurrentHandler
from django_journey._drivers.linked_files import media_response, static_response
from django_journey._routes.url_names import below_script_name
from django_journey.errors import ConfigurationError, Error, Explanation

__all__ = ["InProcessDriver"]

_NO_BODY = frozenset((204, 304))

# In these contexts the signals do not close the test's database connections.
_STARTED_KEEPS_CONNECTIONS = PausedReceiver(request_started, close_old_connections)
_FINISHED_KEEPS_CONNECTIONS = PausedReceiver(request_finished, close_old_connections)


class InProcessDriver:
    """Answers requests in this process and thread, in the test's own database transaction.

    The middleware is loaded once and reused until the settings change. CSRF checks are on. A view's exception is
    returned with the response that Django made of it.

    Args:
        base_url: The site's origin.
        stream_seconds: How long a streaming response may take before it counts as endless.
        given: Returns the context of the templates of a request's response, once.
    """

    name = "inprocess"

    def __init__(
        self,
        base_url: str = "http://testserver",
        *,
        stream_seconds: float = 30.0,
        given: Callable[[WSGIRequest], Any] | None = None,
    ) -> None:
        self.base_url = base_url
        self._netloc = urlsplit(base_url).netloc
        self._stream_seconds = stream_seconds
        self._given = given
        self._handler = CurrentHandler(_new_handler)
        self._names: dict[str, str] = {}
        got_request_exception.connect(self._store_exception)

    def close(self) -> None:
        """Stop observing exceptions, and release the middleware."""
        got_request_exception.disconnect(self._store_exception)
        self._handler = CurrentHandler(_new_handler)

    def send(self, request: DriverRequest) -> DriverResponse:
        """Send one request through static files, middleware, URLconf and view.

        Raises:
            ConfigurationError: The host is not one of ``ALLOWED_HOSTS``.
            Error: The URL leads out of the site.
        """
        parts = urlsplit(request.url)
        if parts.netloc != self._netloc:
            self._check_served(request.url, parts.hostname or "")
        if request.method in ("GET", "HEAD"):
            found = static_response(parts.path)
            if found is None and _is_unrouted_media(parts.path):
                found = media_response(parts.path)
            if found is not None:
                return found
        response = self._dispatch(request, parts)
        if response.status in (400, 500):  # 500 where the page for 400 fails in its turn
            _check_host(parts.netloc)
        elif response.status == 404 and request.method in ("GET", "HEAD"):
            return media_response(parts.path) or response
        return response

    def _check_served(self, url: str, host: str) -> None:
        # "*" in ALLOWED_HOSTS does not make the site answer for the rest of the web.
        own = self._netloc.partition(":")[0]
        named = [allowed for allowed in settings.ALLOWED_HOSTS if allowed != "*"]
        if host == own or host.endswith(f".{own}") or validate_host(host, named):
            return
        raise Error(
            Explanation(
                f"{url} leads out of the site under test",
                where=f"ALLOWED_HOSTS = {settings.ALLOWED_HOSTS!r}",
                instead=f"add {host!r} to ALLOWED_HOSTS in the test settings if the site answers there too;\n"
                "otherwise look at the link's href instead of clicking it",
            )
        )

    def file(self, url: str) -> DriverResponse | None:
        """Return the static or media file behind a URL, or ``None``; no view is called for it."""
        parts = urlsplit(url)
        if parts.netloc != urlsplit(self.base_url).netloc:
            return None
        found = static_response(parts.path)
        if found is None and _is_unrouted_media(parts.path):
            found = media_response(parts.path)
        return found

    def _dispatch(self, request: DriverRequest, parts: Any) -> DriverResponse:
        environ = self._environ(request, parts)
        with below_script_name():
            # The middleware is loaded in here, too: it may keep the prefix that it finds.
            return self._handled(self._handler.get(), environ)

    def _handled(self, handler: BaseHandler, environ: dict[str, Any]) -> DriverResponse:
        with _STARTED_KEEPS_CONNECTIONS:
            request_started.send(sender=type(self), environ=environ)
        wsgi = WSGIRequest(environ)
        try:
            answer = handler.get_response(wsgi)
        except Exception as error:  # DEBUG_PROPAGATE_EXCEPTIONS lets it through
            return DriverResponse(500, exception=error, reason="Internal Server Error")
        try:
            return self._response(wsgi, answer)
        finally:
            with _FINISHED_KEEPS_CONNECTIONS:
                answer.close()

    def _environ(self, request: DriverRequest, parts: Any) -> dict[str, Any]:
        path = unquote_to_bytes(parts.path).decode("latin-1") if "%" in parts.path else parts.path
        script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
        if script and path.startswith(script):
            path = path[len(script) :]
        host = parts.hostname or ""
        secure = parts.scheme == "https"
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": script,
            "PATH_INFO": path or "/",
            "QUERY_STRING": parts.query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(parts.port or (443 if secure else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc.rpartition("@")[2],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
        }
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            environ["CONTENT_LENGTH"] = str(len(request.body))
        names = self._names
        for name, value in request.headers:
            key = names.get(name)
            if key is None:
                key = names[name] = _environ_name(name)
            environ[key] = value
        return environ

    def _response(self, request: WSGIRequest, answer: Any) -> DriverResponse:
        error = request.__dict__.get("_journey_exception")
        body = b""
        try:
            if not (request.method == "HEAD" or answer.status_code in _NO_BODY):
                body = self._streamed(request, answer) if answer.streaming else answer.content
        except Exception as failure:  # raised while a stream is read: a server would close the connection
            error = failure
        headers = [(name, value) for name, value in answer.items()]
        headers.extend(("Set-Cookie", morsel.OutputString()) for morsel in answer.cookies.values())
        # Not the request, which holds on to much more.
        facts: dict[str, Any] = {"resolver_match": request.resolver_match}
        if self._given is not None:
            facts["given"] = self._given(request)
        return DriverResponse(answer.status_code, tuple(headers), body, answer.reason_phrase, error, facts)

    def _streamed(self, request: WSGIRequest, answer: Any) -> bytes:
        ends = time.monotonic() + self._stream_seconds
        chunks: list[bytes] = []

        def add(chunk: bytes) -> None:
            chunks.append(chunk)
            if time.monotonic() > ends:
                raise Error(
                    Explanation(
                        f"the streaming response did not end within {self._stream_seconds:g} s",
                        where=request.get_full_path(),
                        instead="test an endless stream with --journey-driver=browser",
                    )
                )

        if answer.is_async:

            async def collect() -> None:
                async for chunk in answer:
                    add(chunk)

            async_to_sync(collect)()
        else:
            for chunk in answer:
                add(chunk)
        return b"".join(chunks)

    def _store_exception(self, *, request: Any = None, **_: Any) -> None:
        if request is not None:
            request._journey_exception = sys.exc_info()[1]


def _new_handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _environ_name(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _is_unrouted_media(path: str) -> bool:
    # A project may serve its media by a view of its own, with its own permissions: that one comes first.
    media = urlsplit(settings.MEDIA_URL or "").path
    return len(media) > 1 and path.startswith(media) and not is_valid_path(path, settings.ROOT_URLCONF)


def _check_host(netloc: str) -> None:
    host, _ = split_domain_port(netloc)
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    if not validate_host(host, allowed):
        raise ConfigurationError(
            Explanation(
                f"Django refuses the host {host!r}: it is not in ALLOWED_HOSTS",
                where=f"ALLOWED_HOSTS = {list(allowed)!r}",
                instead="run the test under Django's test runner or pytest-django: they allow 'testserver';\n"
                f"or add {host!r} to ALLOWED_HOSTS in the test settings",
            )
        )
