"""The live server for async views, streams and websockets: uvicorn in a thread, behind the story's gate."""

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

from django_journey.errors import ConfigurationError, Explanation, MissingExtra
from django_journey.world.gate import LATE, REQUEST_ID, Gate, Visit
from django_journey.world.site import Current, SiteAsgi
from django_journey.world.turns import stack_of

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
        gate: Lets requests in.

    Raises:
        MissingExtra: uvicorn is not installed.
    """

    def __init__(self, host: str, gate: Gate) -> None:
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
            _Doorman(gate),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        # The socket listens already: who comes before the loop runs waits in its queue.
        self._thread = threading.Thread(target=self._run, name="journey-server", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that the system gave it."""
        return int(self._socket.getsockname()[1])

    def hang_up(self) -> None:
        """Leave idle connections alone: in the next story they are as good as new ones here."""

    def stop(self) -> None:
        """Listen no more and close every connection."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        # asyncio's own loop, whatever the project has installed (uvloop): its connections pass the network guard.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        await self._server.serve(sockets=[self._socket])
        # A client that does not read its answer to the end would keep its connection from being closed.
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # what aborting has put into the loop's queue comes first


class _Doorman:
    """The ASGI application: asks the gate, then the site (or the project's own websocket application)."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = Current(SiteAsgi)

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        websocket = scope["type"] == "websocket"
        headers = dict(scope["headers"])
        query = scope["query_string"].decode("latin-1")
        visit = self._gate.admit(
            "WEBSOCKET" if websocket else scope["method"],
            scope["path"] + ("?" + query if query else ""),
            headers.get(_ID, b"").decode("latin-1"),
        )
        if visit is None:
            await _turn_away(websocket, receive, send)
            return
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != _ID]
        call = _Call(visit, receive, send, asyncio.get_running_loop())
        visit.cut = call.cut
        visit.context.run(visit.enter)
        app = _websocket_app if websocket else self._site
        task = asyncio.create_task(_answer(app, scope, call), context=visit.context)
        visit.standing = lambda: _standing(task)
        try:
            await task
        except Exception as error:
            self._gate.exceptions[visit.number] = error
            if websocket or call.has_begun:
                raise
            await call.send({"type": "http.response.start", "status": 500, "headers": _FAILED})
            await call.send({"type": "http.response.body", "body": b"Internal Server Error"})
        finally:
            visit.cut = None
            self._gate.leave(visit)


async def _answer(app: Any, scope: _Scope, call: _Call) -> None:
    # In this context all synchronous code of the request runs in one thread, which ends with it.
    async with ThreadSensitiveContext():
        try:
            await app(scope, call.receive, call.send)
        finally:
            database = call.visit.database
            await sync_to_async(connections.close_all if database is None else database.expire)()


class _Call:
    """One request's ends of the line; at the story's end, what streams is told that its client went away."""

    def __init__(self, visit: Visit, receive: _Receive, send: _Send, loop: asyncio.AbstractEventLoop) -> None:
        self.visit = visit
        self.has_begun = False
        self._receive = receive
        self._send = send
        self._loop = loop
        self._ending = False
        self._gone = asyncio.Event()
        self._websocket = visit.method == "WEBSOCKET"

    def cut(self) -> None:
        """End what would go on for ever (called from the story's thread)."""
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
            self.visit.streaming = not any(name.lower() == b"content-length" for name, _ in headers)
            message = {**message, "headers": [*headers, (_ID, self.visit.number.encode("latin-1"))]}
            if self._ending:
                self._end()
        await self._send(message)

    def _end(self) -> None:
        self._ending = True
        if self.visit.streaming or self._websocket:
            self._gone.set()


async def _turn_away(websocket: bool, receive: _Receive, send: _Send) -> None:
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
    # Django itself has no websockets; a project that uses channels names its application here.
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


def _standing(task: asyncio.Task[Any]) -> tuple[str, ...]:
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
