"""The live server for async views, streams and websockets: uvicorn in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from django_journey._drivers.current_handler import CurrentHandler
from django_journey._world.server.in_flight import LATE, REQUEST_ID, InFlightRequest, RequestGate
from django_journey._world.server.site import SiteAsgi
from django_journey._world.server.thread_stacks import stack_of
from django_journey.errors import ConfigurationError, Explanation, MissingExtra

__all__ = ["AsgiServer"]

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ID = REQUEST_ID.lower().encode()
_FAILED = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")]
_GOING_AWAY = 1001  # RFC 6455, section 7.4.1


class AsgiServer:
    """Answers every connection in one event loop, in a thread of its own.

    Args:
        host: The address to listen at.
        gate: Admits requests.

    Raises:
        MissingExtra: uvicorn is not installed.
    """

    def __init__(self, host: str, gate: RequestGate) -> None:
        try:
            import uvicorn
        except ImportError:
            raise MissingExtra("the ASGI live server", extra="asgi", library="uvicorn") from None
        # asyncio sends at once (TCP_NODELAY) only where a socket says that its protocol is TCP.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind((host, 0))
        self._socket.listen(128)
        config = uvicorn.Config(
            _Application(gate),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        # The socket is listening already: a client that connects before the loop runs waits in its queue.
        self._thread = threading.Thread(target=self._run, name="journey-server", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._socket.getsockname()[1])

    def hang_up(self) -> None:
        """Do nothing: here an idle connection holds nothing of the story."""

    def stop(self) -> None:
        """Stop listening, and close every connection."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        # Always asyncio's own loop, since uvloop's connections bypass the network guard.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._socket])
        # A connection whose client does not read the whole response would never close.
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # runs the callbacks that abort() has scheduled


class _Application:
    """The ASGI application: admits a request, then calls the site, or the project's own websocket application."""

    def __init__(self, gate: RequestGate) -> None:
        self._gate = gate
        self._site = CurrentHandler(SiteAsgi)

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        websocket = scope["type"] == "websocket"
        headers = dict(scope["headers"])
        query = scope["query_string"].decode("latin-1")
        in_flight = self._gate.admit(
            "WEBSOCKET" if websocket else scope["method"],
            scope["path"] + ("?" + query if query else ""),
            headers.get(_ID, b"").decode("latin-1"),
        )
        if in_flight is None:
            await _reject(websocket, receive, send)
            return
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != _ID]
        call = _Call(in_flight, receive, send, asyncio.get_running_loop())
        in_flight.cut = call.cut
        in_flight.context.run(in_flight.enter)
        app = _websocket_app if websocket else self._site
        task = asyncio.create_task(_answer(app, scope, call), context=in_flight.context)
        in_flight.stack = lambda: _stack_of(task)
        try:
            await task
        except Exception as error:
            self._gate.exceptions[in_flight.number] = error
            if websocket or call.has_begun:
                raise
            await call.send({"type": "http.response.start", "status": 500, "headers": _FAILED})
            await call.send({"type": "http.response.body", "body": b"Internal Server Error"})
        finally:
            in_flight.cut = None
            self._gate.leave(in_flight)


async def _answer(app: Any, scope: _Scope, call: _Call) -> None:
    # Runs all synchronous code of the request in one thread, which ends with the request.
    async with ThreadSensitiveContext():
        try:
            await app(scope, call.receive, call.send)
        finally:
            database = call.in_flight.database
            await sync_to_async(connections.close_all if database is None else database.expire)()


class _Call:
    """The channels of one request; at the end of the story, a stream or a websocket gets a disconnect."""

    def __init__(
        self, in_flight: InFlightRequest, receive: _Receive, send: _Send, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.in_flight = in_flight
        self.has_begun = False
        self._receive = receive
        self._send = send
        self._loop = loop
        self._ending = False
        self._gone = asyncio.Event()
        self._websocket = in_flight.method == "WEBSOCKET"

    def cut(self) -> None:
        """End a stream or a websocket (called by the story's thread)."""
        self._loop.call_soon_threadsafe(self._end)

    async def receive(self) -> MutableMapping[str, Any]:
        received = asyncio.ensure_future(self._receive())
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({received, gone}, return_when=asyncio.FIRST_COMPLETED)
            if received.done():
                return received.result()
            if self._websocket:
                with contextlib.suppress(Exception):  # the client may be gone already
                    await self._send({"type": "websocket.close", "code": _GOING_AWAY})
                return {"type": "websocket.disconnect", "code": _GOING_AWAY}
            return {"type": "http.disconnect"}
        finally:
            received.cancel()
            gone.cancel()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = list(message.get("headers", ()))
            self.in_flight.streaming = not any(name.lower() == b"content-length" for name, _ in headers)
            message = {**message, "headers": [*headers, (_ID, self.in_flight.number.encode("latin-1"))]}
            if self._ending:
                self._end()
        await self._send(message)

    def _end(self) -> None:
        self._ending = True
        if self.in_flight.streaming or self._websocket:
            self._gone.set()


async def _reject(websocket: bool, receive: _Receive, send: _Send) -> None:
    if websocket:
        await receive()
        await send({"type": "websocket.close", "code": _GOING_AWAY})
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(LATE)).encode()),
        (b"retry-after", b"1"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": LATE})


async def _websocket_app(scope: _Scope, receive: _Receive, send: _Send) -> None:
    # Django has no websockets; a project that uses channels names its application in this setting.
    application = getattr(settings, "ASGI_APPLICATION", None)
    if not application:
        raise ConfigurationError(
            Explanation(
                f"a websocket was opened at {scope['path']}, and no application answers websockets",
                where="the setting ASGI_APPLICATION",
                instead='ASGI_APPLICATION = "config.asgi.application", with a ProtocolTypeRouter of channels in it',
            )
        )
    await import_string(application)(scope, receive, send)


def _stack_of(task: asyncio.Task[Any]) -> tuple[str, ...]:
    frames = task.get_stack()
    lines = tuple(f"{f.f_code.co_filename}:{f.f_lineno} in {f.f_code.co_name}" for f in frames)
    busy = [
        thread
        for thread in threading.enumerate()
        if thread.name.startswith(("ThreadPoolExecutor", "asyncio"))
    ]
    for thread in busy:
        lines += (f"thread {thread.name!r}:", *stack_of(thread.ident))
    return lines or ("(it has ended)",)
