"""A browser page is reused by the next story where nothing of the last one can be seen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest

from django_journey import Journey
from django_journey._drivers.browser import call_watch, page_pool
from django_journey._drivers.browser.session import session_for
from django_journey._story.actor import Actor
from django_journey._story.browser_pages import launch_of
from django_journey._story.settings import Options

pytestmark = pytest.mark.usefixtures("browser")


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.drivers.browser.pool_site"


@pytest.fixture(autouse=True)
def reused_as_long_as_possible(browser: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page counts as hanging on a busy machine, and the stories of other tests leave no page in the pool."""
    while pool()._idle:
        pool()._idle.pop().page.context.close()
    monkeypatch.setattr(page_pool, "_PATIENCE", 30.0)
    monkeypatch.setattr(page_pool, "_MOST_STORIES", 1_000_000)


def pool() -> page_pool.PagePool:
    return session_for(launch_of(Options(driver="browser"))).pool


def where_the_browser_reacts(test: Callable[[], None]) -> Callable[[], None]:
    """Begin a test anew where the browser, not the pool, is why a page was closed: it may always fail to clear one."""

    @wraps(test)
    def begun_anew() -> None:
        for _ in range(3):
            pool().refusals.clear()
            try:
                return test()
            except AssertionError as error:
                if not any(refusal.startswith(page_pool.UNREACHABLE) for refusal in pool().refusals):
                    error.add_note(f"Closed, because: {list(pool().refusals)}")
                    raise
        return test()

    return begun_anew


@contextmanager
def visitor(**options: Any) -> Iterator[Actor]:
    """Somebody in a story of their own."""
    with Journey(Options(driver="browser", timeout=30_000, **options), databases=()) as journey:
        yield journey.visitor()


LEAVE_ALL_THERE_IS = """async () => {
  document.cookie = "told=1"; localStorage.told = "1"; sessionStorage.told = "1"; window.name = "told";
  history.pushState({}, "", "/?told");
  await new Promise((done, failed) => {
    const opening = indexedDB.open("told", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("told").put("1", "told");
    opening.onsuccess = done; opening.onerror = failed;
  });
  await (await caches.open("told")).put("/told", new Response("told"));
  await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  await (await fetch("/number/")).text();
}"""
TELL_WHAT_IS_THERE = """async () => ({
  cookies: document.cookie, name: window.name, history: history.length, referrer: document.referrer,
  local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage),
  databases: (await indexedDB.databases()).map(database => database.name),
  caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@where_the_browser_reacts
def test_a_page_is_reused() -> None:
    with visitor() as first:
        first.visit("/")
        page = first.page
    with visitor() as second:
        assert second.page is page
        assert page.url == "about:blank"
        assert second.context.pages == [page]


@where_the_browser_reacts
def test_a_page_that_is_reused_is_as_a_fresh_one() -> None:
    """E1: a story does not see in its browser what another has done there."""
    with visitor(reuse_pages=False) as newcomer:
        newcomer.visit("/")
        fresh = newcomer.page.evaluate(TELL_WHAT_IS_THERE)
    with visitor() as first:
        first.visit("/")
        page = first.page
        page.evaluate(LEAVE_ALL_THERE_IS)
        page.goto("/?once-more")
        left = page.evaluate(TELL_WHAT_IS_THERE)
        number = page.evaluate("async () => (await fetch('/number/')).text()")
        assert number == page.evaluate("async () => (await fetch('/number/')).text()"), "it is not cached"
    assert {name for name, value in left.items() if value != fresh[name]} >= {
        *("cookies", "local", "session", "databases", "caches", "workers", "history")
    }
    with visitor() as second:
        assert second.page is page
        assert second.context.cookies() == []
        second.visit("/")
        assert page.evaluate(TELL_WHAT_IS_THERE) == fresh
        assert page.evaluate("async () => (await fetch('/number/')).text()") != number
        assert page.go_back() is None or page.url == "about:blank"


@where_the_browser_reacts
def test_a_page_that_is_reused_has_nothing_of_the_site_before_it_goes_anywhere() -> None:
    tell = "() => [origin, document.baseURI, document.referrer, history.length, document.body.innerHTML]"
    with visitor(reuse_pages=False) as newcomer:
        fresh = newcomer.page.evaluate(tell)
    with visitor() as first:
        first.visit("/")
        page = first.page
    with visitor() as second:
        assert second.page is page
        assert page.evaluate(tell) == fresh
        second.visit("/")
    with visitor() as third:
        assert third.page is page
        page.set_content("<a href='/told/'>told</a>")
        assert page.evaluate("() => document.links[0].href") == "/told/", "it is an address of the site"


@where_the_browser_reacts
def test_a_picture_of_the_story_before_is_not_shown() -> None:
    width = "() => document.images[0].naturalWidth"
    with visitor() as first:
        first.visit("/")
        page = first.page
        before = page.evaluate(width)
        first.visit("/?again")
        assert page.evaluate(width) == before, "it is not cached"
    with visitor() as second:
        second.visit("/")
        assert second.page is page
        assert page.evaluate(width) != before


def failed(call: Callable[[], Any]) -> None:
    from playwright.sync_api import Error as PlaywrightError

    with pytest.raises(PlaywrightError):
        call()


def popup_at_another_origin(page: Any) -> None:
    page.evaluate("() => { window.open('data:text/html,told') }")
    page.wait_for_function("() => true")
    for other in page.context.pages[1:]:
        other.close()


CANT_BE_UNDONE: dict[str, Callable[[Any], Any]] = {
    "an init script": lambda page: page.add_init_script("window.told = 1"),
    "a route": lambda page: page.route("**/told", lambda route: route.abort()),
    "a listener": lambda page: page.on("console", print),
    "a binding": lambda page: page.expose_function("told", print),
    "a viewport": lambda page: page.set_viewport_size({"width": 300, "height": 300}),
    "a medium": lambda page: page.emulate_media(color_scheme="dark"),
    "a clock": lambda page: page.clock.install(),
    "a time-out": lambda page: page.set_default_timeout(1),
    "headers": lambda page: page.set_extra_http_headers({"told": "1"}),
    "a permission": lambda page: page.context.grant_permissions(["geolocation"]),
    "no network": lambda page: page.context.set_offline(True),
    "a key that is held down": lambda page: page.keyboard.down("Shift"),
    "a button that is held down": lambda page: page.mouse.down(),
    "a session of the protocol": lambda page: page.context.new_cdp_session(page),
    "a request without a page": lambda page: page.request.get("/number/"),
    "a name and a password": lambda page: page.goto(page.url.replace("://", "://ada:told@")),
    "a second page": lambda page: page.context.new_page(),
    "a window": lambda page: page.evaluate("() => { window.open('/') }"),
    "a window that was closed again": lambda page: page.context.new_page().close(),
    "a popup that was closed again": lambda page: popup_at_another_origin(page),
    "no page": lambda page: page.close(),
    "no context": lambda page: page.context.close(),
    "no requests without a page": lambda page: page.request.dispose(),
    "a key of a press that failed": lambda page: failed(lambda: page.keyboard.press("Shift+Nope")),
    "a button of a drag that failed": lambda page: failed(
        lambda: page.drag_and_drop("img", "#nowhere", timeout=50)
    ),
    "no address": lambda page: page.goto("about:blank"),
    "another origin": lambda page: page.goto("data:text/html,told"),
    "a frame of another origin": lambda page: page.set_content("<iframe src='data:text/html,told'></iframe>"),
}


@pytest.mark.parametrize("what", CANT_BE_UNDONE)
def test_a_page_is_not_reused_after(what: str) -> None:
    with visitor() as first:
        first.visit("/")
        page = first.page
        CANT_BE_UNDONE[what](page)
    with visitor() as second:
        assert second.page is not page
    assert page.is_closed()


def test_a_page_that_was_written_at_no_address_is_not_reused() -> None:
    with visitor() as first:
        page = first.page
        page.set_content("<p>told</p>")
    with visitor() as second:
        assert second.page is not page
        assert "told" not in second.page.content()


def test_a_page_that_its_story_went_on_with_is_not_reused() -> None:
    with visitor() as first:
        first.visit("/")
        page = first.page
    page.goto("/")
    with visitor() as second:
        assert second.page is not page
    assert page.is_closed()


@where_the_browser_reacts
def test_what_the_console_said_before_is_not_reported_again() -> None:
    with visitor() as first:
        first.visit("/")
        page = first.page
        with page.expect_console_message():
            page.evaluate("() => { setTimeout(() => { console.error('told'); throw Error('told') }) }")
    with visitor() as second:
        assert second.page is page
        assert page.console_messages(filter="all") == []
        assert page.page_errors(filter="all") == []


@where_the_browser_reacts
def test_an_actor_without_a_page_does_not_keep_the_others_from_being_reused() -> None:
    with Journey(Options(driver="browser", timeout=30_000), databases=()) as journey:
        journey.visitor("a browser").visit("/")
        page = journey.actors[0].page
        assert journey.visitor("a client").context.pages == []
    with visitor() as second:
        assert second.page is page


def test_pages_that_wait_after_each_step_are_not_reused() -> None:
    options = Options(driver="browser", timeout=30_000, slowmo=1)
    with Journey(options, databases=()) as journey:
        page = journey.visitor().page
    assert page.is_closed()
    session_for(launch_of(options)).close()


def test_a_page_that_hangs_is_not_reused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pool, "_PATIENCE", 0.3)
    with visitor() as first:
        first.visit("/")
        page = first.page
        page.evaluate("() => { setTimeout(() => { for (;;); }, 1) }")
    with visitor() as second:
        second.visit("/")
        assert second.page is not page
    assert page.is_closed()


@where_the_browser_reacts
def test_a_page_that_had_its_share_of_stories_is_not_reused() -> None:
    with visitor(locale="fr-CH") as first:
        first.visit("/")
        page = first.page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_pool, "_MOST_STORIES", 2)
        with visitor(locale="fr-CH") as second:
            second.visit("/")
            assert second.page is page
        assert list(pool().refusals) == ["2 stories have had it"]
        with visitor(locale="fr-CH") as third:
            assert third.page is not page
    assert page.is_closed()


def test_each_actor_has_a_page_alone() -> None:
    with visitor() as first:
        first.visit("/")
    with Journey(Options(driver="browser", timeout=30_000), databases=()) as journey:
        one, other = journey.visitor("one"), journey.visitor("other")
        assert one.page is not other.page
        assert one.context is not other.context


@where_the_browser_reacts
def test_a_page_made_otherwise_is_not_reused() -> None:
    with visitor(locale="de-CH") as first:
        first.visit("/")
        page = first.page
    with visitor() as second:
        assert second.page is not page
    with visitor(locale="de-CH") as third:
        assert third.page is page


def test_pages_are_not_reused_where_the_options_say_so() -> None:
    with visitor(reuse_pages=False) as first:
        first.visit("/")
        page = first.page
    assert page.is_closed()


def test_a_context_that_is_looked_at_before_its_page_is_a_fresh_one() -> None:
    with visitor() as first:
        first.visit("/")
    with visitor() as second:
        assert second.context.pages == []


def test_every_safe_call_is_one_of_playwrights() -> None:
    from playwright import sync_api

    classes = [cls for cls in vars(sync_api).values() if isinstance(cls, type)]
    assert [
        name for name in sorted(call_watch.SAFE_CALLS) if not any(hasattr(cls, name) for cls in classes)
    ] == []
