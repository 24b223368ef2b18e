"""A thread that a story has left at work gets no connection of the next story, and commits nothing after the last."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client

from django_journey._world.database.cleanup import committed_transactions
from django_journey._world.database.transactions import shared_transactions
from django_journey._world.server.live import LiveServer
from django_journey.errors import SharedDatabaseError
from tests.site.groups import LATE, Late

Start = Callable[[str, Any], None]


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.groups"
    settings.MIDDLEWARE = []
    LATE.clear()


@pytest.fixture(scope="module", params=["test", "in-process", "wsgi", "asgi"])
def way(request: pytest.FixtureRequest) -> Iterator[Start]:
    """Let a thread be started: by the test itself, by a view in-process, or by one of a live server."""

    def by_the_test(alias: str, shared: Any) -> None:
        LATE.append(Late(alias, "late"))
        LATE[0].start()

    def by_a_view(alias: str, shared: Any) -> None:
        assert Client().post(f"/{alias}/late/late/").status_code == 200

    if request.param in ("test", "in-process"):
        yield by_the_test if request.param == "test" else by_a_view
        return
    with LiveServer(request.param) as server:

        def over_http(alias: str, shared: Any) -> None:
            with server.serving(shared) as url:
                assert httpx.post(f"{url}/{alias}/late/late/", timeout=60).status_code == 200

        yield over_http


def names(alias: str) -> list[str]:
    return sorted(Group.objects.using(alias).values_list("name", flat=True))


def test_a_late_thread_writes_nothing_into_the_next_story(alias: str, way: Start) -> None:
    with shared_transactions([alias]) as shared:
        way(alias, shared)
    with shared_transactions([alias]):
        error = LATE[0].finish()
        assert names(alias) == []
    assert isinstance(error, SharedDatabaseError)
    assert "the story that shared this connection is over" in str(error)
    assert names(alias) == []


def test_a_late_thread_commits_nothing_between_stories(alias: str, way: Start) -> None:
    with shared_transactions([alias]) as shared:
        way(alias, shared)
    with shared_transactions([alias]):
        pass
    assert isinstance(LATE[0].finish(), SharedDatabaseError)
    assert names(alias) == []


def test_a_thread_of_a_committing_story_writes_nothing_into_the_next_story(alias: str) -> None:
    with committed_transactions([alias]):
        LATE.append(Late(alias, "late"))
        LATE[0].start()
    with shared_transactions([alias]):
        assert isinstance(LATE[0].finish(), SharedDatabaseError)
        assert names(alias) == []


def test_a_server_that_goes_on_serves_the_next_story(alias: str) -> None:
    for kind in ("wsgi", "asgi"):
        with LiveServer(kind) as server, httpx.Client(timeout=60) as client:  # type: ignore[arg-type]
            for _ in range(2):
                with shared_transactions([alias]) as shared, server.serving(shared) as url:
                    assert client.post(f"{url}/{alias}/add/one/").status_code == 200
                    assert client.get(f"{url}/{alias}/list/").json() == ["one"]


def add(alias: str, name: str) -> None:
    try:
        Group.objects.using(alias).create(name=name)
    finally:
        connections.close_all()


def test_a_pools_thread_that_waits_for_work_works_for_the_next_story(alias: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        for name in ("one", "two"):
            with shared_transactions([alias]):
                pool.submit(add, alias, name).result(60)
                assert names(alias) == [name]


def test_a_consumer_that_waits_at_its_queue_works_for_the_next_story(alias: str) -> None:
    waiting: queue.Queue[str] = queue.Queue()

    def consume() -> None:
        while name := waiting.get():
            add(alias, name)
            waiting.task_done()
        waiting.task_done()

    consumer = threading.Thread(target=consume, daemon=True)
    for name in ("one", "two"):
        with shared_transactions([alias]):
            if not consumer.ident:
                consumer.start()
            waiting.put(name)
            waiting.join()
            assert names(alias) == [name]
    waiting.put("")
    consumer.join(60)
    assert not consumer.is_alive()
