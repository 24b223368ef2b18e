"""Gives each journey caches of its own, so that nothing that one story caches reaches the next."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from django_journey.trace import recorder

__all__ = ["IsolatedCaches"]

_LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
_FILES = "django.core.cache.backends.filebased.FileBasedCache"
_UNTOUCHED = (
    "django.core.cache.backends.dummy.DummyCache",
    "django.core.cache.backends.db.DatabaseCache",  # its rows are rolled back with the others
)


class IsolatedCaches:
    """Every cache of ``CACHES``, apart from what others see of it, for as long as this is open.

    Local-memory and file caches begin with a copy of what was in them, other ones (Redis, Memcached) under a
    key prefix of their own, empty. What was written meanwhile is thrown away; of Memcached, which can't list its
    keys, it stays under that prefix until it expires.
    """

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._mark = f"journey-{uuid4().hex[:12]}"
        self._made: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        from django.core.cache import caches
        from django.core.signals import setting_changed
        from django.test import signals  # noqa: F401 - what forgets the caches when settings change, before this hears it

        self._closing.callback(_use, caches, caches.settings)
        try:
            self._isolate()
        except BaseException:
            self._closing.close()
            raise
        setting_changed.connect(self._on_change)
        self._closing.callback(setting_changed.disconnect, self._on_change)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def _on_change(self, *, setting: str, **_: object) -> None:
        """Isolate what a test sets with ``override_settings(CACHES=…)`` too, and afterwards what was there before."""
        if setting == "CACHES":
            self._isolate()

    def _isolate(self) -> None:
        from django.core.cache import caches

        isolated = {}
        for alias, config in caches.settings.items():
            # What was isolated once is found again with what the story cached in it.
            key = repr((alias, config))
            if key not in self._made:
                self._made[key] = self._isolated(dict(config), alias)
            isolated[alias] = self._made[key]
        _use(caches, isolated)

    def _isolated(self, config: dict[str, Any], alias: str) -> dict[str, Any]:
        backend = config.get("BACKEND", "")
        if backend in _UNTOUCHED:
            return config
        if backend == _LOCMEM:
            config["LOCATION"] = self._copied_memory(config.get("LOCATION", ""), alias)
        elif backend == _FILES:
            config["LOCATION"] = self._copied_folder(config.get("LOCATION", ""))
        else:
            config["KEY_PREFIX"] = f"{self._mark}:{config.get('KEY_PREFIX', '')}"
            self._closing.callback(_forget_keys, dict(config), alias)
        return config

    def _copied_memory(self, location: str, alias: str) -> str:
        from django.core.cache.backends import locmem

        name = f"{location}:{self._mark}:{alias}:{len(self._made)}"
        for part in ("_caches", "_expire_info", "_locks"):
            store: dict[str, Any] = getattr(locmem, part)
            if location in store and part != "_locks":
                store[name] = store[location].copy()
            self._closing.callback(store.pop, name, None)
        return name

    def _copied_folder(self, location: str) -> str:
        folder = tempfile.mkdtemp(prefix="journey-cache-")
        self._closing.callback(shutil.rmtree, folder, ignore_errors=True)
        if Path(location).is_dir():
            shutil.copytree(location, folder, dirs_exist_ok=True)
        return folder


def _forget_keys(config: dict[str, Any], alias: str) -> None:
    """Delete what was written under a journey's prefix, where the server can list its keys."""
    from django.utils.module_loading import import_string

    parameters = dict(config)
    try:
        # Made here: a cache of an override is none of the project's any more.
        kind = import_string(parameters.pop("BACKEND"))
        client = _redis_client(kind(parameters.pop("LOCATION", ""), parameters))
        if client is None:
            return
        keys = list(client.scan_iter(match=f"{_escaped(config['KEY_PREFIX'])}:*", count=1000))
        if keys:
            client.delete(*keys)
    except Exception as error:  # a server that went away must not change the story's outcome
        recorder.note("cache", f"the keys of the cache {alias!r} could not be deleted: {error}")


def _use(caches: Any, settings: dict[str, Any]) -> None:
    """Let every thread open its caches anew with these settings."""
    from asgiref.local import Local

    caches.settings = settings
    caches._connections = Local(caches.thread_critical)


def _redis_client(cache: Any) -> Any:
    """Return a client of the Redis server behind a cache: Django's backend, or django-redis's."""
    inner = getattr(cache, "_cache", None)
    if inner is not None and hasattr(inner, "get_client"):
        return inner.get_client(None, write=True)
    outer: Callable[..., Any] | None = getattr(getattr(cache, "client", None), "get_client", None)
    return outer(write=True) if outer is not None else None


def _escaped(pattern: str) -> str:
    return "".join(f"\\{char}" if char in "*?[]\\" else char for char in pattern)
