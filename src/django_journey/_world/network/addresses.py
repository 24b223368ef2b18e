"""Converts addresses between sockets, look-ups and text, and recognizes this machine's own."""

from __future__ import annotations

import _socket
import socket
from typing import Any

from django_journey._world.network.rules import address_of

__all__ = ["INTERNET", "is_literal", "is_own_address", "look_up_answer", "reached_from", "text_of"]

INTERNET = (socket.AF_INET, socket.AF_INET6)

_connect = _socket.socket.connect  # past the guard's own


def look_up_answer(addresses: list[str], port: Any, family: int, kind: int) -> list[Any]:
    """Write addresses as ``getaddrinfo`` does: IPv6 ones only for who asks for these alone."""
    number = int(port) if str(port or "").isdigit() else _port_of_scheme(port)
    row = (kind or socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    if family == socket.AF_INET6:
        return [(socket.AF_INET6, *row, (entry, number, 0, 0)) for entry in addresses if ":" in entry]
    return [(socket.AF_INET, *row, (entry, number)) for entry in addresses if ":" not in entry]


def _port_of_scheme(port: Any) -> int:
    return {"https": 443, "http": 80}.get(text_of(port), 0)


def reached_from(family: int, address: tuple[str, int]) -> tuple[Any, ...]:
    """Write an IPv4 address as a socket of that family takes it."""
    host, port = address
    return (f"::ffff:{host}", port, 0, 0) if family == socket.AF_INET6 else (host, port)


def is_own_address(family: int, host: str) -> bool:
    """Whether an address is one of this machine's own: those can be bound, as broadcast and multicast can."""
    if not is_literal(host):
        return host == socket.gethostname().lower()
    address = address_of(host)
    if address is None or address.is_multicast:
        return False
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
            _connect(probe, (host, 9))  # sends nothing; a broadcast is refused where it was not asked for
        except OSError:
            return False
        return True


def is_literal(host: str) -> bool:
    """Tell an address from a name."""
    for family in INTERNET:
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
        return True
    return False


def text_of(value: Any) -> str:
    """Return a host as its ASCII text: names of other scripts as name servers know them (IDNA)."""
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("ascii", "replace")
    name = "" if value is None else str(value)
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name
