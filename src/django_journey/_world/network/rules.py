"""What may leave the machine: rules as users write them, and rules derived from the settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["NetworkRule", "is_loopback", "parse_rule", "rules_of_settings", "split_host_port"]

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_URL_SETTINGS = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "BROKER_URL", "RESULT_BACKEND", "REDIS_URL")


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """One thing that a connection may reach.

    Args:
        host: A name, perhaps with ``*``; empty for a rule about addresses.
        network: A range of addresses, or ``None`` for a rule about names.
        port: The only port that is meant, or ``None`` for all.
    """

    host: str = ""
    network: IPNetwork | None = None
    port: int | None = None

    def fits(self, host: str, port: int | None) -> bool:
        """Whether a connection to ``host`` (a name or an address) on ``port`` is meant; no port fits any."""
        if self.port is not None and port is not None and self.port != port:
            return False
        if self.network is None:
            return fnmatchcase(host.lower().rstrip("."), self.host)
        address = address_of(host)
        return address is not None and address in self.network

    @property
    def is_plain_name(self) -> bool:
        """Whether the rule is one name that can be looked up."""
        return self.network is None and "*" not in self.host


def address_of(text: str) -> IPAddress | None:
    """Return the address that a text writes, IPv4 in IPv6 clothes unwrapped, or ``None`` for a name."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's loopback (RFC 6761 section 6.3 for the names)."""
    address = address_of(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    name = host.lower().rstrip(".")
    return name in _LOOPBACK_NAMES or name.endswith(".localhost")


def split_host_port(text: str) -> tuple[str, int | None]:
    """Split ``host``, ``host:port``, ``[v6]:port`` or a bare IPv6 address; no port gives ``None``."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, int(rest[1:]) if rest[1:].isdigit() else None
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and ":" not in host:
        return host, int(port)
    return text, None


def parse_rule(text: str) -> NetworkRule:
    """Read one entry of ``allow``.

    Args:
        text: A host (``api.example``, ``*.example``), ``host:port``, an address, or a range (CIDR).

    Raises:
        ConfigurationError: The entry is none of these.
    """
    entry = text.strip()
    if entry and "://" not in entry and not entry.startswith("/"):
        try:
            return NetworkRule(network=ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            host, port = split_host_port(entry)
        if host and "/" not in host and " " not in host:
            address = address_of(host)
            if address is not None:
                return NetworkRule(network=ipaddress.ip_network(str(address)), port=port)
            return NetworkRule(host=host.lower().rstrip("."), port=port)
    parts = urlsplit(entry)
    raise ConfigurationError(
        Explanation(
            f"{text!r} does not say what the network guard may let through",
            nearest=(parts.netloc,) if parts.netloc else (),
            instead='a host ("api.example", "*.example"), a host with its port ("api.example:8443"),\n'
            'an address, or a range ("10.0.0.0/8", "2001:db8::/32")',
        )
    )


def rules_of_settings(settings: Any) -> tuple[NetworkRule, ...]:
    """Return the rules for what the site is made of: its databases, caches, brokers and channel layers."""
    return tuple(dict.fromkeys(_rule(host, port) for host, port in _endpoints(settings) if host))


def _rule(host: str, port: int | None) -> NetworkRule:
    address = address_of(host)
    if address is not None:
        return NetworkRule(network=ipaddress.ip_network(str(address)), port=port)
    return NetworkRule(host=host.lower().rstrip("."), port=port)


def _endpoints(settings: Any) -> Iterator[tuple[str, int | None]]:
    for database in _mappings(getattr(settings, "DATABASES", {})):
        for host in str(database.get("HOST") or "").split(","):  # libpq takes several
            yield host, _number(database.get("PORT"))
    for cache in _mappings(getattr(settings, "CACHES", {})):
        yield from _locations(cache.get("LOCATION"))
    for layer in _mappings(getattr(settings, "CHANNEL_LAYERS", {})):
        yield from _locations((layer.get("CONFIG") or {}).get("hosts"))
    for name in _URL_SETTINGS:
        yield from _locations(getattr(settings, name, None))


def _mappings(setting: Any) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in (setting or {}).values() if isinstance(entry, Mapping)]


def _locations(value: Any) -> Iterator[tuple[str, int | None]]:
    """Read servers out of what caches, layers and brokers take: URLs, ``host:port``, pairs, lists."""
    if isinstance(value, Mapping):
        yield from _locations(value.get("address") or (value.get("host"), value.get("port")))
    elif isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], int):
        yield str(value[0] or ""), value[1]
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _locations(entry)
    elif isinstance(value, str):
        for entry in value.replace(";", ",").split(","):
            if "://" in entry:
                parts = urlsplit(entry.strip())
                yield parts.hostname or "", parts.port
            elif ":" in entry and "/" not in entry:
                yield split_host_port(entry.strip())


def _number(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None
