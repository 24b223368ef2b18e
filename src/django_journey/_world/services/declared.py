"""Reads the declaration of a service: where it is, how it answers, and what it needs for that."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from urllib.parse import urlsplit

from django_journey._world.services.exchange import Mode
from django_journey._world.services.service import Service
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["check_live", "credential", "live_url", "mode_of", "place_of"]


def mode_of(service: type[Service], mode: Mode, live: Collection[str]) -> Mode:
    """Return how a service answers, where it may be one of those that are really called."""
    return "live" if "all" in live or service.name in live else mode


def place_of(url: str) -> tuple[str, str, int]:
    """Return the scheme, the host and the port of a base URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            Explanation(
                f"a service's base_url is {url!r}, which is no HTTP address",
                instead='base_url = "https://api.example/v1"',
            )
        )
    host = parts.hostname.lower()
    return (
        parts.scheme,
        host if host.isascii() else host.encode("idna").decode(),
        parts.port or {"https": 443, "http": 80}[parts.scheme],
    )


def live_url(service: Service, url: str) -> str:
    """Return where a live call of that URL goes."""
    if not service.live_url:
        return url
    rest = url.removeprefix(service.base_url.rstrip("/"))
    return service.live_url.rstrip("/") + rest


def credential(name: str) -> str | None:
    """Return an environment variable, or the setting of that name."""
    from django.conf import settings

    value = os.environ.get(name) or (getattr(settings, name, None) if settings.configured else None)
    return str(value) if value else None


def check_live(live: Collection[str], services: Iterable[type[Service]]) -> None:
    """Refuse a name that is meant for one of these services and misses it; others may be of other stories."""
    known = sorted(service.name for service in services)
    for name in live:
        near = get_close_matches(name, known, n=3)
        if name not in (*known, "all") and near:
            raise ConfigurationError(
                Explanation(
                    f"no service is called {name!r}",
                    nearest=tuple(near),
                    instead=f"--journey-live={near[0]}",
                )
            )
