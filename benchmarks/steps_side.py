"""One side of the benchmark of steps: ``python -m benchmarks.steps_side plain|traced small|large|wide|fresh``."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.inside import atomics
from benchmarks.page import site

SIZES = {"small": (2_800, 3_500), "large": (18_500, 21_500)}  # of the stories' pages, in bytes
ELEMENTS = {"wide": 1_200, "fresh": 200}  # more than so many, and less than a twentieth more

_numbers = count(1)


def main(side: str, pages: str) -> None:
    """Answer each line of the standard input with the milliseconds of what it asks for."""
    with tempfile.TemporaryDirectory() as folder, _ways(side, pages, Path(folder)) as ways:
        for line in sys.stdin:
            way = ways.get(line.strip())
            print(way() if way else 0.0, flush=True)
            if line == "end\n":
                return


@contextmanager
def _ways(side: str, pages: str, folder: Path) -> Iterator[dict[str, Callable[[], float]]]:
    if pages in ELEMENTS:
        with _opened_page(pages) as ways:
            yield ways
    elif side == "plain":
        yield {
            "client": lambda: _timed(lambda: by_hand(pages)),
            "story": lambda: _timed(lambda: story(pages)),
        }
    else:
        yield _traced(pages, folder)


def _timed(way: Callable[[], object]) -> float:
    began = time.process_time()
    way()
    return (time.process_time() - began) * 1000


def _traced(size: str, folder: Path) -> dict[str, Callable[[], float]]:
    """Return the ways to run a traced story, and to write the report of all that were run, for each of them."""
    from django_journey import reports
    from django_journey._trace.record import run_id
    from django_journey._trace.tracing import Tracing

    tracing = Tracing(run_id.begin(folder), runner="benchmark")
    numbers = count(1)

    def traced() -> None:
        scope = tracing.begin(f"story {next(numbers)}", name="story")
        with tracing.entered(scope):
            story(size)
        tracing.end(scope, "passed")

    def report() -> None:
        tracing.close()
        reports.build(folder)

    return {"traced": lambda: _timed(traced), "report": lambda: _timed(report) / (next(numbers) - 1)}


def by_hand(size: str) -> None:
    """Make the story's requests with the client, in the transactions of a ``TestCase``."""
    from django.test import Client

    least, most = SIZES[size]
    with atomics():
        user, item = _made()
        client = Client()
        client.force_login(user)
        response = client.get(f"/{size}/")
        if not least <= len(response.content) <= most:
            raise RuntimeError(f"the page has {len(response.content)} bytes")
        _check(response, "Permissions")
        _check(client.get(f"/{size}/{item.pk}/"), item.codename)
        _check(client.get(f"/{size}/{item.pk}/edit/"), "Edit ")
        data = {"name": "A better name", "codename": item.codename}
        _check(client.post(f"/{size}/{item.pk}/edit/", data, follow=True), "A better name was saved")
        _check(client.get(f"/{size}/"), "A better name")
        _check(client.get(f"/{size}/{item.pk}/"), item.codename)
        _check(client.get(f"/{size}/"), "Permissions")


def _made() -> tuple[Any, Any]:
    from accounts.factories import UserFactory
    from django.contrib.auth.models import Permission

    return UserFactory(username=f"user{next(_numbers)}"), Permission.objects.order_by("pk")[2]


def _check(response: Any, text: str) -> None:
    if response.status_code != 200 or text not in response.content.decode():
        raise RuntimeError(f"{text!r} is not on the page: {response.content!r}")


def story(size: str) -> None:
    """Make the same eight requests as a user does: by links, a form and its button."""
    with _journey() as journey:
        user, item = _made()
        actor = journey.actor(user)
        actor.visit("listing", size)
        actor.should_see("Permissions")
        actor.click(item.name)
        actor.should_see(item.codename)
        actor.click("Edit it")
        actor.should_see("Edit ")
        actor.fill("Name", "A better name")
        actor.click("Save")
        actor.should_see("A better name was saved")
        actor.visit("listing", size)
        actor.should_see("A better name")
        actor.click("A better name")
        actor.should_see(item.codename)
        actor.visit("listing", size)
        actor.should_see("Permissions")


def _journey() -> Any:
    from django_journey._story.journey import Journey
    from django_journey._story.settings import Options

    return Journey(Options(seed=1))


@contextmanager
def _opened_page(pages: str) -> Iterator[dict[str, Callable[[], float]]]:
    """Yield the ways to get a page with the client, and to do something on it right after a visit."""
    from django.test import Client

    path = f"/{pages}/"
    with _journey() as journey:
        user, _ = _made()
        actor, client = journey.actor(user), Client()
        client.force_login(user)
        actor.visit(path)
        elements = sum(1 for _ in actor.page.document.tree.iter_elements())
        if not ELEMENTS[pages] <= elements <= ELEMENTS[pages] * 1.05:
            raise RuntimeError(f"the page has {elements} elements")

        def look_up() -> None:
            if actor.page.get_by_role("button", name="Press 200").count() != 1:
                raise RuntimeError("the button was not found")

        def fill_and_click() -> None:
            actor.fill("Name", "Tides")
            actor.click("Look it up")

        def after_visit(steps: Callable[[], None]) -> Callable[[], float]:
            def way() -> float:
                actor.visit(path)  # its CSRF token is another one each time, and so its bytes are new
                return _timed(steps)

            return way

        ways = {"look_up": look_up, "fill_and_click": fill_and_click}
        yield {"get": lambda: _timed(lambda: client.get(path))} | {
            name: after_visit(steps) for name, steps in ways.items()
        }


if __name__ == "__main__":
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with site(), override_settings(ROOT_URLCONF="benchmarks.steps_site", PASSWORD_HASHERS=hashers):
        main(*sys.argv[1:])
