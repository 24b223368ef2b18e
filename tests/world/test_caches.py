"""Each journey has caches of its own."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import override_settings

from django_journey._world.caches import IsolatedCaches


def redis_answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", 6379)) == 0


@pytest.fixture(autouse=True)
def three_caches(settings: Any, tmp_path: Path) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"caches-{tmp_path}",
        },
        "files": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path),
        },
        "redis": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:6379/9",
            "KEY_PREFIX": "shop",
        },
    }


@pytest.mark.parametrize("alias", ["default", "files"])
def test_what_a_story_caches_is_gone_afterwards_and_what_was_there_is_seen(alias: str) -> None:
    caches[alias].set("before", 1)
    with IsolatedCaches():
        assert caches[alias].get("before") == 1
        caches[alias].set("during", 2)
        caches[alias].delete("before")
    assert caches[alias].get("during") is None
    assert caches[alias].get("before") == 1


@pytest.mark.parametrize("alias", ["default", "files"])
def test_caches_that_a_story_overrides_are_its_own_too_and_it_finds_its_others_again(
    alias: str, settings: Any, tmp_path: Path
) -> None:
    other = {name: {**settings.CACHES[name]} for name in ("default", "files")}
    other["default"]["LOCATION"] += "-other"
    other["files"]["LOCATION"] += "-other"
    with IsolatedCaches():
        caches[alias].set("key", "the story's")
        with override_settings(CACHES=other):
            assert caches[alias].get("key") is None
            caches[alias].set("key", "of the block")
        assert caches[alias].get("key") == "the story's"
    assert caches[alias].get("key") is None
    with override_settings(CACHES=other):
        assert caches[alias].get("key") is None


def test_other_threads_see_the_storys_caches() -> None:
    seen: list[Any] = []
    cache.get("opened-before-in-this-thread")
    with IsolatedCaches():
        cache.set("key", "value")
        thread = threading.Thread(target=lambda: seen.append(cache.get("key")))
        thread.start()
        thread.join()
    assert seen == ["value"]


def test_no_memory_is_kept_of_a_storys_local_cache() -> None:
    from django.core.cache.backends import locmem

    with IsolatedCaches():
        cache.set("key", "value")
    assert not [name for name in locmem._caches if "journey-" in name]


@pytest.mark.skipif(not redis_answers(), reason="no Redis answers on 127.0.0.1:6379")
def test_redis_is_isolated_by_a_key_prefix_and_cleaned() -> None:
    import redis

    caches["redis"].set("before", 1, timeout=60)
    try:
        with IsolatedCaches():
            assert caches["redis"].get("before") is None
            caches["redis"].set("during", 2)
            assert caches["redis"].get("during") == 2
        client = redis.Redis(port=6379, db=9)
        assert not list(client.scan_iter(match="journey-*"))
        client.close()
        assert caches["redis"].get("before") == 1
    finally:
        caches["redis"].delete("before")
        caches["redis"]._cache.get_client(None, write=True).connection_pool.disconnect()
