"""Certificates for one journey: a service's fake answers over TLS, and only this journey's calls trust it."""

from __future__ import annotations

import ssl
from threading import Lock
from typing import Any

from django_journey.errors import MissingExtra

__all__ = ["Certificates"]


class Certificates:
    """A certificate authority for one journey; only TLS contexts of calls to its services trust it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._authority: Any = None
        self._clients: dict[tuple[ssl.VerifyMode, bool], ssl.SSLContext] = {}

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return the context that answers in a host's name.

        Raises:
            MissingExtra: trustme, which makes the certificates, is not installed.
        """
        with self._lock:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._made().issue_cert(host).configure_cert(context)
        return context

    def client_context(self, like: ssl.SSLContext) -> ssl.SSLContext:
        """Return a context that trusts the authority and is as strict as the caller's own.

        It offers no HTTP/2: what answers speaks HTTP/1.1, and clients then do.
        """
        key = (like.verify_mode, like.check_hostname)
        with self._lock:
            if key not in self._clients:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname = False
                context.verify_mode = like.verify_mode
                context.check_hostname = like.check_hostname
                self._made().configure_trust(context)
                self._clients[key] = context
            return self._clients[key]

    def _made(self) -> Any:
        if self._authority is None:
            try:
                import trustme
            except ImportError as error:
                raise MissingExtra("a service over https", extra="services", library="trustme") from error
            self._authority = trustme.CA()
        return self._authority
