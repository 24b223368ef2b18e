"""The browserless page against Django's test client, django-webtest and Chromium, in one run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.rounds import medians

ROUNDS = 120
FIELDS = {"title": "Tides", "body": "Long text", "words": "12", "mail": "ada@example.org"}


def run() -> dict[str, float]:
    """Return ratios (``…_over_…``: how many times as long; ``…_faster_than_…``: how many times as fast) and ms."""
    with site():
        figures = {**opening(), **submitting(), **finding()}
    with site():
        return {**figures, **story()}


@contextmanager
def site() -> Iterator[None]:
    """Set Django up with the demo's settings and a test database in memory."""
    root = Path(__file__).parent.parent
    sys.path[:0] = [str(root / "demo")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    import django
    from django.test.runner import DiscoverRunner

    django.setup()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


def opening() -> dict[str, float]:
    """Open a page of 20 KB with its parse, against the client's ``get`` of it."""
    from django.test import Client, override_settings

    with override_settings(ROOT_URLCONF="benchmarks.page_site"):
        client = Client()
        page = signed_in(client)
        size = len(client.get("/list/").content)
        if not 18_000 <= size <= 22_000:
            raise RuntimeError(f"the page has {size} bytes, not about 20,000")

        def open_page() -> None:
            page.goto("/list/")
            page.document.tree  # noqa: B018 - parses

        found = medians(
            {
                "client": lambda: client.get("/list/"),
                "page": open_page,
                "unparsed": lambda: page.goto("/list/"),
            },
            rounds=ROUNDS,
        )
    print(f"open a page of {size} bytes: {shown(found)}", file=sys.stderr)
    return {
        "open_page_over_client_get": found["page"] / found["client"],
        "open_page_unparsed_over_client_get": found["unparsed"] / found["client"],
    }


def signed_in(client: object) -> object:
    """Sign the client in, and return a page of ours with the same session."""
    from accounts.models import User

    from django_journey._drivers.inprocess import InProcessDriver
    from django_journey._pages.page import BrowserContext

    user = User.objects.filter(username="ada").first() or User.objects.create_user("ada", password="secret")
    client.force_login(user)  # type: ignore[attr-defined]
    context = BrowserContext(InProcessDriver())
    cookies = client.cookies.items()  # type: ignore[attr-defined]
    context.add_cookies(
        {"name": name, "value": morsel.value, "url": "http://testserver/"} for name, morsel in cookies
    )
    return context.new_page()


def submitting() -> dict[str, float]:
    """Open a form, fill it and submit it; the client posts a dictionary made by hand, WebTest its form."""
    from django.test import Client, override_settings
    from django_webtest import DjangoTestApp

    from benchmarks.page_site import ROWS

    with override_settings(ROOT_URLCONF="benchmarks.page_site"):
        client = Client()
        page = signed_in(client)
        app = DjangoTestApp()

        size = len(client.get("/write/").content)
        rest = {f"source-{row}-{name}": "" for row in ROWS for name in ("name", "link", "id")}

        def with_client() -> None:
            client.get("/write/")
            answer = client.post(
                "/write/", {**FIELDS, "slug": "", "summary": "", "kind": "3", **rest}, follow=True
            )
            check(answer.content)

        def with_page() -> None:
            page.goto("/write/")
            for name, value in FIELDS.items():
                page.locator(f"[name={name}]").fill(value)
            page.locator("[name=kind]").select_option("3")
            page.get_by_role("button", name="Save").click()
            check(page.content().encode())

        def with_webtest() -> None:
            form = app.get("/write/").forms[0]
            for name, value in FIELDS.items():
                form[name] = value
            form["kind"] = "3"
            check(form.submit().follow().content)

        ways = {"client": with_client, "page": with_page, "webtest": with_webtest}
        found = medians(ways, rounds=ROUNDS)
    print(f"open, fill and submit a form of {size} bytes: {shown(found)}", file=sys.stderr)
    return {
        "submit_form_over_client": found["page"] / found["client"],
        "submit_form_faster_than_webtest": found["webtest"] / found["page"],
    }


def check(body: bytes) -> None:
    """Make sure that the form was really saved."""
    if b"Saved" not in body:
        raise RuntimeError(f"the form was not saved: {body[:500]!r}")


def finding() -> dict[str, float]:
    """Find a button by role and name among 1,200 elements, warm and right after the page came (milliseconds)."""
    from django.test import override_settings

    from django_journey._dom.tree.document import Document
    from django_journey._drivers.inprocess import InProcessDriver
    from django_journey._pages.page import BrowserContext

    with override_settings(ROOT_URLCONF="benchmarks.page_site"):
        page = BrowserContext(InProcessDriver()).new_page()
        page.goto("/wide/")
    markup = page.document.markup
    elements = sum(1 for _ in page.document.tree.iter_elements())
    button = page.get_by_role("button", name="Press 200", exact=True)

    def cold() -> None:
        page.history.current.document = Document(markup)
        if button.count() != 1:
            raise RuntimeError("the button was not found")

    found = medians({"warm": button.count, "cold": cold}, rounds=ROUNDS)
    print(f"find a button among {elements} elements: {shown(found)}", file=sys.stderr)
    return {"get_by_role_warm_ms": found["warm"], "get_by_role_with_parse_ms": found["cold"]}


def story() -> dict[str, float]:
    """Tell a story of eight requests of the demo in-process and in Chromium."""
    from django.test import override_settings

    from benchmarks.page_story import time_story

    # What is found may be the headless shell, which is about twice as fast as the browser that people have.
    whole = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    browsers = {"the_browser_that_is_found": "", **({"chromium": whole} if whole else {})}
    # All sign in users whose passwords were hashed quickly, as most suites do.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        found = {"inprocess": time_story("inprocess", 15)}
        for name, path in browsers.items():
            found[name] = time_story("browser", 7, path)
            found[f"{name}_with_pages_lent_again"] = time_story("browser", 7, path, reuse_pages=True)
    print(f"a story of eight requests: {shown(found)}", file=sys.stderr)
    in_process = found.pop("inprocess")
    return {f"story_faster_than_{name}": took / in_process for name, took in found.items()}


def shown(found: dict[str, float]) -> str:
    """Return times as a line."""
    return ", ".join(f"{name} {time:.2f} ms" for name, time in found.items())
