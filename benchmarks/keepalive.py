"""How long one client, and a browser, wait for a page of 20 KB with six queries, over a connection that is kept alive.

Run by ``benchmarks.server``, once for each database; prints milliseconds as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks import tables


def page(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.models import Group

    counted = [Group.objects.filter(name=str(number)).count() for number in range(6)]
    icon = '<link rel="icon" href="data:,">'  # else a browser asks for one
    return HttpResponse(f"{icon}<p>{counted}</p>" + "<p>A line of a page.</p>\n" * 800)


urlpatterns = [path("", page)]


@contextmanager
def stock() -> Iterator[str]:
    """Django's own live server, as LiveServerTestCase and pytest-django's live_server start it."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


@contextmanager
def ours(kind: str) -> Iterator[str]:
    from django_journey._world.database.transactions import shared_transactions
    from django_journey._world.server.live import LiveServer

    with (
        LiveServer(kind) as server,  # type: ignore[arg-type]
        shared_transactions(["default"]) as shared,
        server.serving(shared) as url,
    ):
        yield url


def measure(rounds: int, requests: int) -> dict[str, float]:
    ways = {"stock": stock, "wsgi": lambda: ours("wsgi"), "asgi": lambda: ours("asgi")}
    times: dict[str, list[float]] = {}
    with browser_page() as browser:
        for _ in range(rounds):
            for name, way in ways.items():
                with way() as url:
                    times.setdefault(name, []).extend(_ask(url, requests))
                    if browser is not None:
                        times.setdefault(f"{name}_goto", []).extend(_visit(browser, url, requests))
    return {name: statistics.median(some) for name, some in times.items()}


@contextmanager
def browser_page() -> Iterator[Any]:
    """Open a page in the browser that stories find; ``None`` where there is none."""
    from django_journey._drivers.browser.session import BrowserSession, Launch
    from django_journey.errors import ConfigurationError, MissingExtra

    try:
        session = BrowserSession(Launch())
    except (ConfigurationError, MissingExtra) as missing:
        print(missing, file=sys.stderr)
        yield None
        return
    try:
        yield session.new_context().new_page()
    finally:
        session.close()


def _visit(page: Any, url: str, requests: int) -> list[float]:
    took: list[float] = []
    for number in range(requests + 5):
        began = time.perf_counter()
        answer = page.goto(url)
        if number >= 5:  # the first ones fill caches
            took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200
    return took


def _ask(url: str, requests: int) -> list[float]:
    took: list[float] = []
    with httpx.Client(timeout=30) as client:
        for number in range(requests + 20):
            began = time.perf_counter()
            answer = client.get(url)
            if (
                number >= 20
            ):  # the first ones load the site, and the system acknowledges a new connection at once
                took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
            assert len(answer.content) > 20_000
    return took


if __name__ == "__main__":
    tables.configure(
        sys.argv[1],
        27,
        ROOT_URLCONF="benchmarks.keepalive",
        STATIC_URL="/static/",
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # gives answers their length
        LOGGING_CONFIG=None,
    )
    with tables.database():
        found = measure(int(sys.argv[2]), int(sys.argv[3]))
    json.dump(found, sys.stdout)
