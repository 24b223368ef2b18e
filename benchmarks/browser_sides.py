"""One browser test told in one of two ways, once for each line that comes in; prints its parts' milliseconds as JSON.

Run by ``benchmarks.browser``: ``python -m benchmarks.browser_sides SIDE TABLES PROGRAM``. A line of the standard input
says how the user logs in: by the login ``page``, or at once by a ``session``.
"""

from __future__ import annotations

import json
import os
import sys
import time
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import tables

PASSWORD = "zebra-crossing-9"
Test = Callable[[str], dict[str, float]]


class Parts:
    """Milliseconds by what they were spent on."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.times[name] = self.times.get(name, 0.0) + (time.perf_counter() - began) * 1000

    def whole(self, began: float) -> dict[str, float]:
        """Return them with the whole, and with what it took beyond them."""
        whole = (time.perf_counter() - began) * 1000
        return {**self.times, "reset": whole - sum(self.times.values()), "whole": whole}


def user() -> Any:
    from django.contrib.auth.models import User

    return User.objects.create_user("ada", "ada@example.org", PASSWORD)


def saved() -> None:
    from django.contrib.auth.models import Group

    assert Group.objects.filter(name="Tide watchers").count() == 1


@contextmanager
def live_server(program: str) -> Iterator[Test]:
    """Django's own way: its live server, a flush after each test, and Playwright in it with a context each test."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from django.conf import settings
    from django.contrib.staticfiles.testing import StaticLiveServerTestCase
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        parts, how = Parts(), ""

        class GroupTest(StaticLiveServerTestCase):
            def test_group(self) -> None:
                ada = user()
                with parts("context and page"):
                    context = browser.new_context()
                    page = context.new_page()
                with parts("log in"):
                    if how == "session":
                        self.client.force_login(ada)
                        value = self.client.cookies[settings.SESSION_COOKIE_NAME].value
                        name = settings.SESSION_COOKIE_NAME
                        context.add_cookies([{"name": name, "value": value, "url": self.live_server_url}])
                    else:
                        page.goto(f"{self.live_server_url}/login/")
                        page.get_by_label("Username").fill("ada")
                        page.get_by_label("Password").fill(PASSWORD)
                        with page.expect_navigation():
                            page.get_by_role("button", name="Log in").click()
                with parts("visit"):
                    page.goto(f"{self.live_server_url}/groups/")
                with parts("fill"):
                    page.get_by_label("Name").fill("Tide watchers")
                with parts("click"):
                    page.get_by_role("button", name="Save").click()
                with parts("assert"):
                    expect(page.get_by_text("Tide watchers")).to_be_visible()
                saved()
                with parts("close"):
                    context.close()

        def test(said: str) -> dict[str, float]:
            nonlocal parts, how
            parts, how = Parts(), said
            result = unittest.TestResult()
            began = time.perf_counter()
            GroupTest("test_group")(result)
            times = parts.whole(began)
            if not result.wasSuccessful():
                raise RuntimeError(str(result.errors + result.failures))
            return times

        GroupTest.setUpClass()
        try:
            yield test
        finally:
            GroupTest.doClassCleanups()
            browser.close()


@contextmanager
def story(program: str) -> Iterator[Test]:
    """A story in a browser on one transaction that is rolled back."""
    from django_journey._story.journey import Journey
    from django_journey._story.settings import Options

    options = Options(driver="browser", browser_path=program)

    def test(how: str) -> dict[str, float]:
        parts = Parts()
        began = time.perf_counter()
        journey = Journey(options)
        with parts("open"):
            journey.__enter__()
        try:
            ada = user()
            actor = journey.visitor() if how == "page" else None
            with parts("context and page"):
                if actor is not None:
                    actor.page  # noqa: B018 - opens it
            with parts("log in"):
                if actor is not None:
                    actor.login(ada, PASSWORD)
                else:
                    actor = journey.actor(ada)
            with parts("visit"):
                actor.visit("groups")
            with parts("fill"):
                actor.fill("Name", "Tide watchers")
            with parts("click"):
                actor.click("Save")
            with parts("assert"):
                actor.should_see("Tide watchers")
            saved()
        finally:
            with parts("close"):
                journey.__exit__(*sys.exc_info())
        return parts.whole(began)

    yield test


SIDES = {"live_server": live_server, "story": story}


def main(side: str, size: int, program: str) -> None:
    tables.configure(
        "postgresql",
        size,
        apps=("django.contrib.staticfiles",),
        ROOT_URLCONF="benchmarks.browser_site",
        STATIC_URL="/static/",
        STATICFILES_DIRS=[Path(__file__).parent.parent / "demo" / "static"],
        LOGIN_URL="/login/",
        LOGIN_REDIRECT_URL="/groups/",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # as most suites have it
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                    ]
                },
            }
        ],
        LOGGING_CONFIG=None,
    )
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    with tables.database() as connection, SIDES[side](program) as test:
        there = len(connection.introspection.table_names())
        assert there == size, f"{there} tables, not {size}"
        print("{}", flush=True)
        for line in sys.stdin:
            print(json.dumps(test(line.strip())), flush=True)
    teardown_test_environment()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
