"""What the shared transaction costs a story in-process, over the same inside ``TestCase``'s own atomics."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import count
from typing import Any

from benchmarks.page import shown, site
from benchmarks.rounds import medians

ROUNDS = 120
CALLS = 40

_numbers = count(1)


def run() -> dict[str, float]:
    """Return ratios of processor time over that in ``TestCase``'s atomics, on SQLite in memory."""
    from django.test import override_settings

    figures = {}
    with site(), override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        for name, told in {"a_story_of_pages": story, **orm_calls()}.items():
            ways = {way: _inside(opened, told) for way, opened in (("atomics", atomics), ("shared", shared))}
            found = medians(ways, rounds=ROUNDS)
            print(f"{name}: {shown(found)}", file=sys.stderr)
            figures[f"{name}_shared_over_atomics"] = found["shared"] / found["atomics"]
    return figures


def _inside(
    opened: Callable[[], AbstractContextManager[None]], told: Callable[[], None]
) -> Callable[[], None]:
    def way() -> None:
        with opened():
            told()

    return way


@contextmanager
def atomics() -> Iterator[None]:
    """Do as ``TestCase`` does: an atomic block for the class, one for the test, callbacks by hand."""
    from django.db import transaction

    with transaction.atomic():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        transaction.set_rollback(True)


@contextmanager
def shared() -> Iterator[None]:
    """Open the shared transaction of a story."""
    from django_journey._world.database.transactions import shared_transactions

    with shared_transactions(["default"]):
        yield


def story() -> None:
    """An author writes an article, an editor publishes it, a reader reads it: nine requests of pages."""
    from accounts.factories import EditorFactory, UserFactory
    from django.test import TestCase

    number = next(_numbers)
    author, editor, reader = (
        page_of(user) for user in (UserFactory(username=f"author{number}"), EditorFactory(), None)
    )
    author.goto("/newsroom/write/")
    author.get_by_label("Title").fill("The tide clock")
    author.get_by_label("Summary").fill("Somebody wound it backwards.")
    author.get_by_label("Body").fill("Nobody saw who did it.")
    author.get_by_role("button", name="Save draft").click()
    editor.goto("/newsroom/drafts/")
    editor.get_by_role("link", name="The tide clock").click()
    # A commit runs them in a story, and nothing but this does in a TestCase.
    with TestCase.captureOnCommitCallbacks(execute=True):
        editor.get_by_role("button", name="Publish").click()
    reader.goto("/newsroom/")
    reader.get_by_role("link", name="The tide clock").click()
    if "Nobody saw who did it." not in reader.content():
        raise RuntimeError(f"the article is not to be read: {reader.content()[:500]!r}")


def page_of(user: Any) -> Any:
    """Return a browserless page, signed in as that user."""
    from django.test import Client

    from django_journey._pages.page import BrowserContext

    context = BrowserContext(driver())
    if user is not None:
        client = Client()
        client.force_login(user)
        context.add_cookies(
            {"name": name, "value": morsel.value, "url": "http://testserver/"}
            for name, morsel in client.cookies.items()
        )
    return context.new_page()


@cache
def driver() -> Any:
    """Return the one driver of all stories: its middleware is loaded once."""
    from django_journey._drivers.inprocess import InProcessDriver

    return InProcessDriver()


def orm_calls() -> dict[str, Callable[[], None]]:
    """Return the ORM's most usual calls, each made often enough to be measured."""
    from accounts.models import User
    from django.contrib.auth.models import Group
    from django.db import transaction

    def committed() -> None:
        with transaction.atomic():
            Group.objects.create(name=f"group {next(_numbers)}")

    calls: dict[str, Callable[[], object]] = {
        "get": lambda: User.objects.filter(username="nobody").first(),
        "count": lambda: User.objects.filter(username="nobody").count(),
        "create": lambda: Group.objects.create(name=f"group {next(_numbers)}"),
        "update": lambda: Group.objects.filter(name="none").update(name="one"),
        "create_in_atomic": committed,
    }
    return {name: _often(call) for name, call in calls.items()}


def _often(call: Callable[[], object]) -> Callable[[], None]:
    def many() -> None:
        for _ in range(CALLS):
            call()

    return many
