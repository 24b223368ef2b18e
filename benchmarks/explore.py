"""What a walk costs over the same requests by the test client in savepoints; a walk of 200 patterns as four roles."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from typing import Any

from benchmarks.page import site
from django_journey._explore.command import Exploration, Result, explore
from django_journey._explore.support import prepared
from django_journey._explore.walk import Bounds
from django_journey._pages.http.fetch import Fetcher, FetchRequest

REQUESTS = 1000
ROUNDS = 2

Sent = tuple[str, FetchRequest]


def run() -> dict[str, float]:
    """Return the ratio in processor time, and what the walk of 200 patterns takes of it and by the clock."""
    from django.test import override_settings

    figures = {}
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with site(), override_settings(PASSWORD_HASHERS=hashers):
        bounds = Bounds(seconds=600, requests=REQUESTS)
        with recorded() as sent:
            explore(Exploration(bounds))
        client_replay(sent)
        walks, replays = [], []
        for _ in range(ROUNDS):
            walks.append(taken(lambda: explore(Exploration(bounds))))
            replays.append(taken(lambda: client_replay(sent)))
        figures["walk_over_client_in_savepoints"] = min(walks) / min(replays)
        figures["requests"] = len(sent)
        with override_settings(ROOT_URLCONF="benchmarks.explore_site"):
            began = time.perf_counter()
            results: list[Result] = []
            figures["patterns_200_as_4_roles_processor_s"] = taken(
                lambda: results.append(explore(Exploration(Bounds(seconds=120, per_pattern=1))))
            )
            figures["patterns_200_as_4_roles_s"] = time.perf_counter() - began
            figures["patterns_reached"] = len(results[0].reached)
            figures["patterns_requests"] = results[0].requests
    return figures


def taken(call: Callable[[], object]) -> float:
    """Return the processor time of a call in seconds."""
    began = time.process_time()
    call()
    return time.process_time() - began


@contextmanager
def recorded() -> Iterator[list[Sent]]:
    """Note each request that is sent by a page of anybody's."""
    sent: list[Sent] = []
    follow = Fetcher.follow

    def noting(fetcher: Fetcher, request: FetchRequest, *rest: Any) -> Any:
        sent.append((fetcher.actor, request))
        return follow(fetcher, request, *rest)

    Fetcher.follow = noting  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        Fetcher.follow = follow  # type: ignore[method-assign]


def client_replay(sent: list[Sent]) -> None:
    """Send the same requests by the test client, each in a savepoint."""
    from django.db import transaction
    from django.test import Client
    from django.test.client import RedirectCycleError

    with transaction.atomic():
        people, _ = prepared(())
        clients = {}
        for name in {actor for actor, _ in sent}:
            clients[name] = Client(raise_request_exception=False)
            if (user := people.get(name)) is not None:
                clients[name].force_login(user)
        cookies = {name: client.cookies.output(header="") for name, client in clients.items()}
        for actor, request in sent:
            client = clients[actor]
            client.cookies = SimpleCookie(cookies[actor])  # a log-out is undone, as in the walk
            given = {} if request.method == "GET" else {"content_type": request.content_type or "text/plain"}
            with transaction.atomic():
                # Django's client follows no redirect of a plain HttpResponse.
                with suppress(RedirectCycleError, AttributeError):
                    send = getattr(client, request.method.lower())
                    send(request.url.target, data=request.body or None, follow=True, **given)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
