"""Gives each journey caches of its own, so that nothing that one story caches reaches the next."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from django_journey._adapters.django import locmem_stores, redis_client, replace_connections
from django_journey._trace.record import recorder

__all__ = ["IsolatedCaches"]

_LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
_FILES = "django.core.cache.backends.filebased.FileBasedCache"
_UNTOUCHED = (
    "django.core.cache.backends.dummy.DummyCache",
    "django.core.cache.backends.db.DatabaseCache",  # its rows are rolled back with the others
)


class IsolatedCaches:
    """Every cache of ``CACHES``, isolated while this is open.

    Local-memory and file caches begin with a copy of what was in them, other ones (Redis, Memcached) under a
    key prefix of their own, empty. What was written to them is deleted at the end; Memcached can't list its keys,
    so there it stays under that prefix until it expires.

    Args:
        name: Names their places; two of one name, one after the other, use the same ones. Made up by default.
    """

    def __init__(self, name: str = "") -> None:
        self._closing = ExitStack()
        self._mark = f"journey-{name or uuid4().hex[:12]}"
        self._made: dict[str, dict[str, Any]] = {}
        self._settings: dict[str, tuple[dict[str, Any], str]] = {}

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
                self._add(key, config, alias)
            isolated[alias] = self._made[key]
        _use(caches, isolated)

    def _add(self, key: str, config: dict[str, Any], alias: str) -> None:
        self._settings[key] = dict(config), alias
        self._made[key] = self._isolated(dict(config), alias)

    def state(self) -> dict[str, Any] | None:
        """Return the settings and a copy of the contents of each cache; ``None`` if one can't be listed."""
        found: dict[str, Any] = {}
        for key, config in self._made.items():
            backend = config.get("BACKEND", "")
            if backend in _UNTOUCHED:
                continue
            contents = (
                _memory(config) if backend == _LOCMEM else _folder(config) if backend == _FILES else None
            )
            if contents is None and (contents := _dumped(config)) is None:
                return None
            found[key] = self._settings[key], contents
        return found

    def set_state(self, state: dict[str, Any]) -> None:
        """Put back the contents that ``state`` returned, under the same name."""
        for key, (settings, contents) in state.items():
            if key not in self._made:
                self._add(key, *settings)
            config = self._made[key]
            if config["BACKEND"] == _LOCMEM:
                for store, before in zip(locmem_stores()[:2], contents, strict=True):
                    part = store.setdefault(config["LOCATION"], type(before)())
                    part.clear()
                    part.update(before)
            elif config["BACKEND"] == _FILES:
                for name, content in contents.items():
                    Path(config["LOCATION"], name).write_bytes(content)
            else:
                for name, (lifetime, content) in contents.items():
                    _client(config).restore(name, max(lifetime, 0), content, replace=True)

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
        name = f"{location}:{self._mark}:{alias}:{len(self._made)}"
        contents, expiry, locks = locmem_stores()
        for store in (contents, expiry):
            if location in store:
                store[name] = store[location].copy()
        for store in (contents, expiry, locks):
            self._closing.callback(store.pop, name, None)
        return name

    def _copied_folder(self, location: str) -> str:
        folder = str(Path(tempfile.gettempdir(), f"{self._mark}-cache-{len(self._made)}"))
        Path(folder).mkdir(mode=0o700)
        self._closing.callback(shutil.rmtree, folder, ignore_errors=True)
        if Path(location).is_dir():
            shutil.copytree(location, folder, dirs_exist_ok=True)
        return folder


def _forget_keys(config: dict[str, Any], alias: str) -> None:
    """Delete what was written under a journey's prefix, where the server can list its keys."""
    try:
        client = _client(config)
        if client is not None and (keys := _keys(client, config)):
            client.delete(*keys)
    except Exception as error:  # a server that went away must not change the story's outcome
        recorder.note("cache", f"the keys of the cache {alias!r} could not be deleted: {error}")


def _client(config: dict[str, Any]) -> Any:
    """Return a client of the Redis server of a cache, or ``None``; the settings may have been overridden since."""
    from django.utils.module_loading import import_string

    parameters = dict(config)
    kind = import_string(parameters.pop("BACKEND"))
    return redis_client(kind(parameters.pop("LOCATION", ""), parameters))


def _keys(client: Any, config: dict[str, Any]) -> list[Any]:
    return list(client.scan_iter(match=f"{_escaped(config['KEY_PREFIX'])}:*", count=1000))


def _memory(config: dict[str, Any]) -> list[Any]:
    return [store.get(config["LOCATION"], OrderedDict()).copy() for store in locmem_stores()[:2]]


def _folder(config: dict[str, Any]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(config["LOCATION"]).iterdir()}


def _dumped(config: dict[str, Any]) -> dict[Any, Any] | None:
    """Return what a cache of a Redis server holds, with what is left of its lifetime; ``None`` for other servers."""
    client = _client(config)
    if client is None:
        return None
    return {name: (client.pttl(name), client.dump(name)) for name in _keys(client, config)}


def _use(caches: Any, settings: dict[str, Any]) -> None:
    """Let every thread open its caches anew with these settings."""
    caches.settings = settings
    replace_connections(caches)


def _escaped(pattern: str) -> str:
    return "".join(f"\\{char}" if char in "*?[]\\" else char for char in pattern)
