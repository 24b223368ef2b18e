"""The network guard: nothing leaves the machine unless a service, the settings or ``allow`` explains it."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from django_journey._trace.record.recorder import note
from django_journey._world.network.addresses import (
    INTERNET,
    is_literal,
    is_own_address,
    look_up_answer,
    reached_from,
    text_of,
)
from django_journey._world.network.caller import calling_line
from django_journey._world.network.children import guarded_children
from django_journey._world.network.rules import NetworkRule, is_loopback, parse_rule, split_host_port
from django_journey._world.network.sockets import passing_through
from django_journey.errors import Explanation, NetworkBlocked

__all__ = ["BlockedConnection", "Network", "ServiceRoute"]

# Families that leave the machine in other ways than by the internet's addresses.
_OTHERS = tuple(
    getattr(socket, name)
    for name in ("AF_PACKET", "AF_VSOCK", "AF_BLUETOOTH", "AF_TIPC", "AF_CAN")
    if hasattr(socket, name)
)

#: Seconds that a client waits for a service that is set to hang.
_HURRY = 0.25


@dataclass(frozen=True, slots=True)
class ServiceRoute:
    """The way to a declared service: what is asked of ``host`` and ``port`` is answered on loopback.

    Args:
        host: The service's host name, in lower case; ``*`` in it stands for any part of a name.
        port: Its port.
        dial: Gives the address and port on loopback that answer now; raises what a connection may raise.
        secure: Gives a TLS context that trusts the answer, made after the caller's own.
        name: Who declared it, for messages.
        hurried: Whether its clients' time-outs are to be shortened now: it is about to hang.
    """

    host: str
    port: int
    dial: Callable[[], tuple[str, int]]
    secure: Callable[[ssl.SSLContext], ssl.SSLContext] | None = None
    name: str = ""
    hurried: Callable[[], bool] = lambda: False

    def fits(self, host: str) -> bool:
        """Whether the route leads to that host, which is no loopback name."""
        return fnmatchcase(host, self.host) and not is_loopback(host)


@dataclass(frozen=True, slots=True)
class BlockedConnection:
    """A connection that was refused: to whom (``host:port``), and the line that asked for it."""

    target: str
    place: str


@dataclass(eq=False)
class Network:
    """Watches and routes what this process connects to, from entering to leaving it.

    Loopback, Unix sockets and this machine's own addresses always pass. Proxies of the environment are
    bypassed: through one, everything would look like a connection to the proxy. Python processes that are started in
    that time get a guard of their own, for which a declared service is like any other host.

    Args:
        allow: What may be reached besides: hosts, ``host:port``, addresses, ranges as CIDR writes them.
        rules: Rules that were read elsewhere, e.g. ``rules_of_settings(settings)``.
        guard: ``False`` lets everything through; declared services are routed all the same.
        strict: Whether leaving raises for a connection whose refusal the site swallowed.

    Raises:
        ConfigurationError: An entry of ``allow`` can't be read.
        NetworkBlocked: By whatever opens an undeclared connection; and on leaving, if ``strict``.
    """

    allow: Iterable[str] = ()
    rules: tuple[NetworkRule, ...] = ()
    guard: bool = True
    strict: bool = True
    proxies: dict[str, str] = field(default_factory=urllib.request.getproxies)
    blocked: list[BlockedConnection] = field(default_factory=list)
    _routes: dict[tuple[str, int], ServiceRoute] = field(default_factory=dict)
    _dialled: dict[tuple[str, int], ServiceRoute] = field(default_factory=dict)
    _invented: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _resolved: set[tuple[str, int | None]] = field(default_factory=set)
    _thread: threading.local = field(default_factory=threading.local)
    _undo: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.rules = (*self.rules, *(parse_rule(entry) for entry in self.allow))

    def __enter__(self) -> Network:
        self._undo.enter_context(passing_through(self))
        self._undo.enter_context(_without_proxies(self.proxies))
        if self.guard:
            self._undo.enter_context(guarded_children(self.rules))
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        self._undo.close()
        if kind is None and self.strict and self.blocked:
            raise self._swallowed()

    def forgive(self) -> list[BlockedConnection]:
        """Take what was refused so far as meant: leaving will not raise for it.

        Returns:
            What was refused, in order.
        """
        forgiven = list(self.blocked)
        self.blocked.clear()
        return forgiven

    def add(self, route: ServiceRoute) -> None:
        """Send what is asked of the route's host and port to where it dials."""
        self._routes[route.host, route.port] = route
        if not is_loopback(route.host) and "*" not in route.host:
            self._invent(route.host)

    def _invent(self, host: str) -> list[str]:
        """Give a host addresses that are reserved for benchmarks and documentation (RFC 2544, RFC 3849)."""
        number = next(self._numbers)
        found = [f"198.18.{number // 256}.{number % 256}", f"2001:db8::{number:x}"]
        self._invented.update(dict.fromkeys(found, host))
        return found

    def remove(self, route: ServiceRoute) -> None:
        """Forget a route."""
        self._routes.pop((route.host, route.port), None)

    @contextmanager
    def directly(self) -> Iterator[None]:
        """Let connections of this thread reach the real addresses, as a live service needs."""
        with self._setting("direct"):
            yield

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Leave this thread's time-outs alone while the block runs."""
        with self._setting("patient"):
            yield

    @contextmanager
    def _setting(self, word: str) -> Iterator[None]:
        """Set a flag for this thread alone."""
        before = getattr(self._thread, word, False)
        setattr(self._thread, word, True)
        try:
            yield
        finally:
            setattr(self._thread, word, before)

    # The methods of sockets.Policy.

    def destination(self, sock: socket.socket, address: Any) -> Any:
        """Return where a socket shall really go: a service on loopback, or where it wanted to."""
        if sock.family in _OTHERS and self.guard and not self._is_direct:
            raise self._refused(repr(address), None)
        if sock.family not in INTERNET or not isinstance(address, tuple) or self._is_direct:
            return address
        host, port = text_of(address[0]).removeprefix("::ffff:"), address[1]
        host = self._invented.get(host, host).lower()
        route = self._route_to(host, port)
        if route is not None and sock.type & socket.SOCK_STREAM:
            there = route.dial()
            self._dialled[there] = route
            if route.hurried() and route.secure is None and sock.gettimeout():
                sock.settimeout(min(sock.gettimeout() or 0, _HURRY))
            return reached_from(sock.family, there)
        if not self.guard or self._passes(host, port) or is_own_address(sock.family, host):
            return address
        raise self._refused(host, port)

    def addresses(self, host: Any, port: Any, family: int, kind: int, proto: int) -> list[Any] | None:
        """Answer a look-up for a declared service; let an explained one through; refuse the others."""
        name = text_of(host).lower().rstrip(".")
        if not name or self._is_direct:
            return None
        invented = [address for address, owner in list(self._invented.items()) if owner == name]
        if not invented and any(route.fits(name) for route in list(self._routes.values())):
            invented = self._invent(name)
        if invented:
            return look_up_answer(invented, port, family, kind)
        number = port if isinstance(port, int) else None
        if not self.guard or self._passes(name, number) or name == socket.gethostname().lower():
            return None
        if is_literal(name):  # nothing is asked of a name server; connecting decides
            return None
        raise self._refused(name, number)

    def name_of(self, host: Any) -> str | None:
        """Answer a look-up of an address for a declared service, or let it through, or refuse it: as ``addresses``."""
        name = text_of(host).lower().rstrip(".")
        if not name or self._is_direct:
            return None
        owner = self._invented.get(name, name)
        if owner in self._invented.values() or any(
            route.fits(owner) for route in list(self._routes.values())
        ):
            return owner
        own = name == socket.gethostname().lower() or any(is_own_address(family, name) for family in INTERNET)
        if not self.guard or own or self._passes(name, None):
            return None
        raise self._refused(name, None)

    def secure(self, context: ssl.SSLContext, hostname: Any) -> ssl.SSLContext:
        """Return a context that trusts a declared service's answer, or the caller's own for all others."""
        if self._is_direct:
            return context
        name = text_of(hostname).lower()
        for route in self._routes.values():
            if (route.host == name or route.fits(name)) and route.secure is not None:
                return route.secure(context)
        return context

    def time_limit(self, sock: socket.socket, seconds: float | None) -> float | None:
        """Return how long a socket shall wait: shorter than it wanted to where a service is about to hang."""
        if not seconds or seconds <= _HURRY or getattr(self._thread, "patient", False):
            return seconds
        if not any(route.hurried() for route in self._routes.values()):
            return seconds
        try:
            host, port = sock.getpeername()[:2]
        except (OSError, ValueError):  # not connected yet, or to something without a port
            return seconds
        route = self._dialled.get((str(host).removeprefix("::ffff:"), port))
        return _HURRY if route is not None and route.hurried() else seconds

    @property
    def _is_direct(self) -> bool:
        return getattr(self._thread, "direct", False)

    def _route_to(self, host: str, port: int) -> ServiceRoute | None:
        route = self._routes.get((host, port))
        if route is None and is_loopback(host):  # a service of this machine, by any of its names
            local = (
                entry for entry in self._routes.values() if entry.port == port and is_loopback(entry.host)
            )
            return next(local, None)
        if route is None:
            return next(
                (entry for entry in self._routes.values() if entry.port == port and entry.fits(host)), None
            )
        return route

    def _passes(self, host: str, port: int | None) -> bool:
        if is_loopback(host) or any(rule.fits(host, port) for rule in self.rules):
            return True
        return is_literal(host) and self._belongs_to_an_allowed_name(host, port)

    def _belongs_to_an_allowed_name(self, address: str, port: int | None) -> bool:
        """Whether an address is what one of the allowed names stands for; only asked before a refusal."""
        if (address, port) in self._resolved:
            return True
        for rule in self.rules:
            if not rule.is_plain_name or (rule.port is not None and rule.port != port):
                continue
            try:
                with self.directly():
                    found = socket.getaddrinfo(rule.host, None)
            except OSError:
                continue
            if any(entry[4][0] == address for entry in found):
                self._resolved.add((address, port))
                return True
        return False

    def _refused(self, host: str, port: int | None) -> NetworkBlocked:
        target = host if port is None else f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        place = calling_line()
        self.blocked.append(BlockedConnection(target, place))
        note("network", f"blocked a connection to {target}", target=target, place=place)
        return NetworkBlocked(
            Explanation(
                f"{target} is outside this machine, and nothing declares it",
                where=place,
                nearest=tuple(
                    f"{route.name or route.host} is declared at {route.host}:{route.port}"
                    for route in self._routes.values()
                ),
                instead=_how_to_declare(host, port),
            )
        )

    def _swallowed(self) -> NetworkBlocked:
        first = self.blocked[0]
        lines = tuple(dict.fromkeys(f"{entry.target} from {entry.place}" for entry in self.blocked))
        host, port = split_host_port(first.target)
        return NetworkBlocked(
            Explanation(
                "the site tried to leave this machine, and swallowed the error",
                where=first.place,
                nearest=lines,
                instead=f"{_how_to_declare(host, port)}\n"
                "or, where the refusal is what the story is about: journey.network.forgive()",
            )
        )


@contextmanager
def _without_proxies(proxies: Mapping[str, str]) -> Iterator[None]:
    """Let clients reach hosts themselves; every one of them reads ``no_proxy``."""
    if not proxies:
        yield
        return
    before = {name: os.environ.get(name) for name in ("no_proxy", "NO_PROXY")}
    os.environ.update(dict.fromkeys(before, "*"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _how_to_declare(host: str, port: int | None) -> str:
    name = "".join(part.capitalize() for part in host.split(".")[-2:-1]) or "Outside"
    name = name if name.isidentifier() else "Outside"
    scheme = "http" if port == 80 else "https"
    end = "" if port in (None, 80, 443) else f":{port}"
    shown = f"[{host}]" if ":" in host else host
    return (
        f'declare it, and answer for it: class {name}(Service): base_url = "{scheme}://{shown}{end}",\n'
        f'named in JOURNEY = {{"outside": ["….{name}"]}} or in journey_services = [{name}] of a test case;\n'
        f'or let it through: JOURNEY = {{"allow_network": ["{host}"]}}'
    )
