"""Carries a call on to the real service, byte for byte, and its answer back."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from django_journey._world.services.exchange import Asked, Reply

__all__ = ["forwarded"]

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


def forwarded(asked: Asked, url: str, *, proxies: Mapping[str, str], timeout: float = 60.0) -> Reply:
    """Ask the real service and return what it answers; redirects are the client's own business.

    Args:
        asked: What the site asked.
        url: Where to ask it.
        proxies: The proxy of each scheme, as ``urllib.request.getproxies`` returns them.
        timeout: Seconds.

    Raises:
        OSError: The service can't be reached.
        http.client.HTTPException: What came back is no HTTP.
    """
    connection, target = _connection(url, proxies, timeout)
    try:
        connection.putrequest(asked.method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", urlsplit(url).netloc.rpartition("@")[2])
        for name, value in asked.headers:
            # Hop-by-hop headers end here (RFC 9110 section 7.6.1); the body's length is set again.
            if name.lower() not in _HOP_BY_HOP and name.lower() not in ("host", "content-length", "expect"):
                connection.putheader(name, value.encode("latin-1"))
        if asked.body or asked.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(asked.body)))
        connection.endheaders(asked.body or None)
        response = connection.getresponse()
        body = response.read()
        headers = tuple(
            (name, value) for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP
        )
        return Reply(response.status, body, headers)
    finally:
        connection.close()


def _connection(
    url: str, proxies: Mapping[str, str], timeout: float
) -> tuple[http.client.HTTPConnection, str]:
    """Open the way to a URL, through its proxy if it has one; return it with what to ask for."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    proxy = proxies.get(parts.scheme)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        if proxy is None:
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=secure), target
        way = urlsplit(proxy)
        tunnel = http.client.HTTPSConnection(way.hostname or "", way.port, timeout=timeout, context=secure)
        tunnel.set_tunnel(host, port)
        return tunnel, target
    if proxy is None:
        return http.client.HTTPConnection(host, port, timeout=timeout), target
    way = urlsplit(proxy)
    return http.client.HTTPConnection(way.hostname or "", way.port, timeout=timeout), url
