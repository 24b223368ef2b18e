"""Where all of Python's own connections pass: sockets, look-ups and TLS, wrapped and always restored."""

from __future__ import annotations

import _socket
import asyncio
import importlib.util
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol

__all__ = ["UNSEEN", "Policy", "passing_through"]


#: Libraries that connect past Python's sockets, by the modules that are loaded where they are used.
UNSEEN = frozenset({"confluent_kafka", "grpc", "ldap", "pycurl", "uvloop", "zmq"})


class Policy(Protocol):
    """What is asked about each connection."""

    def destination(self, sock: socket.socket, address: Any) -> Any:
        """Return where the socket shall really go, or raise."""

    def time_limit(self, sock: socket.socket, seconds: float | None) -> float | None:
        """Return how many seconds the socket shall wait where it wants to wait so many."""

    def patiently(self) -> AbstractContextManager[None]:
        """Leave this thread's time-outs alone while the block runs."""

    def addresses(self, host: Any, port: Any, family: int, kind: int, proto: int) -> list[Any] | None:
        """Return a look-up's answer, ``None`` to look it up for real, or raise."""

    def name_of(self, host: Any) -> str | None:
        """Return the name that an address is looked up for, ``None`` to look it up for real, or raise."""

    def secure(self, context: ssl.SSLContext, hostname: Any) -> ssl.SSLContext:
        """Return the TLS context to speak to that host with."""


@contextmanager
def passing_through(policy: Policy) -> Iterator[None]:
    """Ask the policy about every connection that this process opens through Python's sockets.

    C libraries with sockets of their own (libpq, MySQL's client, libcurl, gRPC) are not seen, nor is a real
    browser, nor event loops that connect below Python's sockets: uvloop, and asyncio's own on Windows.
    """
    with ExitStack() as undo:
        _wire_connections(undo, policy)
        _wire_datagrams(undo, policy)
        _wire_the_class_below(undo)
        _wire_look_ups(undo, policy)
        _wire_reverse_look_ups(undo, policy)
        _wire_tls(undo, policy)
        yield


def _replace(undo: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put ``make(what was there)`` in its place, and take it away again at the end."""
    before = getattr(owner, name)
    inherited = name not in vars(owner)
    setattr(owner, name, make(before))
    if inherited:
        undo.callback(delattr, owner, name)
    else:
        undo.callback(setattr, owner, name, before)


def _wire_connections(undo: ExitStack, policy: Policy) -> None:
    def connecting(real: Any) -> Any:
        def connect(self: socket.socket, address: Any, /) -> Any:
            return real(self, policy.destination(self, address))

        return connect

    def connecting_quietly(real: Any) -> Any:
        def connect_ex(self: socket.socket, address: Any, /) -> Any:
            try:
                there = policy.destination(self, address)
            except OSError as error:
                # A refusal that has a number is what the caller of connect_ex looks for.
                if error.errno is None:
                    raise
                return error.errno
            return real(self, there)

        return connect_ex

    def limiting(real: Any) -> Any:
        def settimeout(self: socket.socket, value: float | None, /) -> None:
            real(self, policy.time_limit(self, value))

        return settimeout

    _replace(undo, socket.socket, "connect", connecting)
    _replace(undo, socket.socket, "connect_ex", connecting_quietly)
    _replace(undo, socket.socket, "settimeout", limiting)


def _wire_datagrams(undo: ExitStack, policy: Policy) -> None:
    def sending(real: Any) -> Any:
        def sendto(self: socket.socket, data: Any, *where: Any) -> Any:
            if not where:
                return real(self, data)  # raises what it raises
            return real(self, data, *where[:-1], policy.destination(self, where[-1]))

        return sendto

    def sending_message(real: Any) -> Any:
        def sendmsg(
            self: socket.socket, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None, /
        ) -> Any:
            if address is None:
                return real(self, buffers, ancdata, flags)
            return real(self, buffers, ancdata, flags, policy.destination(self, address))

        return sendmsg

    _replace(undo, socket.socket, "sendto", sending)
    if hasattr(socket.socket, "sendmsg"):  # not on Windows
        _replace(undo, socket.socket, "sendmsg", sending_message)


_GUARDED = ("connect", "connect_ex", "sendto", "sendmsg", "settimeout")


class _AsBefore(type):
    """The class of a stand-in: what is an instance of the real class is one of the stand-in too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return issubclass(type(instance), cls.__bases__[0] if "_stands_in" in vars(cls) else cls)


def _wire_the_class_below(undo: ExitStack) -> None:
    """Guard code that uses ``_socket.socket`` itself, too."""
    guarded = {name: vars(socket.socket)[name] for name in _GUARDED if name in vars(socket.socket)}
    stand_in = _AsBefore("socket", (_socket.socket,), {"__slots__": (), "_stands_in": True, **guarded})
    for owner, name in ((_socket, "socket"), (_socket, "SocketType"), (socket, "SocketType")):
        if hasattr(owner, name):
            _replace(undo, owner, name, lambda _: stand_in)


def _wire_look_ups(undo: ExitStack, policy: Policy) -> None:
    def looking_up(real: Any) -> Any:
        # As socket.getaddrinfo() calls it: everything by position.
        def getaddrinfo(
            host: Any, port: Any, family: int = 0, kind: int = 0, proto: int = 0, flags: int = 0
        ) -> Any:
            answer = policy.addresses(host, port, family, kind, proto)
            return real(host, port, family, kind, proto, flags) if answer is None else answer

        return getaddrinfo

    def looking_up_one(real: Any) -> Any:
        def gethostbyname(host: Any, /) -> Any:
            answer = policy.addresses(host, None, socket.AF_INET, socket.SOCK_STREAM, 0)
            return real(host) if answer is None else answer[0][4][0]

        return gethostbyname

    def looking_up_all(real: Any) -> Any:
        def gethostbyname_ex(host: Any, /) -> Any:
            answer = policy.addresses(host, None, socket.AF_INET, socket.SOCK_STREAM, 0)
            return real(host) if answer is None else (host, [], [entry[4][0] for entry in answer])

        return gethostbyname_ex

    def looking_up_awaited(real: Any) -> Any:
        # Asked here too, where the caller is still on the stack: the look-up itself runs in a pool's thread.
        async def getaddrinfo(self: Any, host: Any, port: Any, **options: Any) -> Any:
            policy.addresses(host, port, options.get("family", 0), options.get("type", 0), 0)
            return await real(self, host, port, **options)

        return getaddrinfo

    # socket.getaddrinfo() asks _socket's each time, so code that imported it by name is guarded too.
    _replace(undo, _socket, "getaddrinfo", looking_up)
    for name, make in (
        ("gethostbyname", looking_up_one),
        ("gethostbyname_ex", looking_up_all),
    ):
        _replace(undo, socket, name, make)
        _replace(undo, _socket, name, make)
    _replace(undo, asyncio.BaseEventLoop, "getaddrinfo", looking_up_awaited)
    if importlib.util.find_spec("aiodns") and importlib.util.find_spec("aiohttp"):
        _wire_aiodns(undo)


def _wire_reverse_look_ups(undo: ExitStack, policy: Policy) -> None:
    def naming(real: Any) -> Any:
        def gethostbyaddr(host: Any, /) -> Any:
            answer = policy.name_of(host)
            return real(host) if answer is None else (answer, [], [host])

        return gethostbyaddr

    def naming_with_port(real: Any) -> Any:
        def getnameinfo(address: Any, flags: int, /) -> Any:
            if flags & socket.NI_NUMERICHOST or not isinstance(address, tuple):
                return real(address, flags)
            answer = policy.name_of(address[0])
            return real(address, flags) if answer is None else (answer, str(address[1]))

        return getnameinfo

    for name, make in (("gethostbyaddr", naming), ("getnameinfo", naming_with_port)):
        _replace(undo, socket, name, make)
        _replace(undo, _socket, name, make)


def _wire_aiodns(undo: ExitStack) -> None:
    """Keep aiohttp from asking name servers through a C library where aiodns is installed."""
    from aiohttp import resolver

    async def resolve(self: Any, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        return await resolver.ThreadedResolver().resolve(host, port, family)

    _replace(undo, resolver.AsyncResolver, "resolve", lambda _: resolve)


def _wire_tls(undo: ExitStack, policy: Policy) -> None:
    def wrapping(real: Any) -> Any:
        def wrap(self: ssl.SSLContext, *args: Any, server_hostname: Any = None, **options: Any) -> Any:
            context = policy.secure(self, server_hostname) if server_hostname else self
            # A service that is about to hang hangs after the handshake, which may take its time.
            with policy.patiently():
                wrapped = real(context, *args, server_hostname=server_hostname, **options)
            if isinstance(wrapped, socket.socket):
                wrapped.settimeout(wrapped.gettimeout())
            return wrapped

        return wrap

    _replace(undo, ssl.SSLContext, "wrap_socket", wrapping)
    _replace(undo, ssl.SSLContext, "wrap_bio", wrapping)
