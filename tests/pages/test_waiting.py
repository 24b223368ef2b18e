"""The waiting calls of a page and of its context: events, requests, pages and file choosers, as in Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest

from django_journey._pages.page import BrowserContext
from django_journey.errors import NeedsBrowser
from tests.pages.conftest import Opening
from tests.pages.fake_site import FakeSite

SITE = {
    "/": """<!doctype html><title>Start</title><a id=a href=/next?x=1>next</a><a id=new href=/next target=_blank>new</a>
      <a id=file href=/next download=it.html>file</a><form action=/next><label>Files <input type=file name=f multiple>
      </label><input type=file id=one><button>send</button></form>""",
    "/next": "<!doctype html><title>Next</title><a href=/>back</a>",
}


def test_a_request_and_its_response_are_awaited(opened: Opening) -> None:
    page = opened(SITE)
    with (
        page.expect_request("**/next?x=1") as request,
        page.expect_response(re.compile(r"/next\?x=1$")) as response,
        page.expect_request_finished(lambda request: "next" in request.url) as finished,
        page.expect_event("framenavigated") as navigated,
    ):
        page.locator("#a").click()
    assert request.value.method == "GET"
    assert request.value.url.endswith("/next?x=1")
    assert response.value.status == 200
    assert response.value.request.url == finished.value.url == request.value.url
    assert navigated.value.url == page.url
    assert page.requests()[-1].url == page.url


def test_a_request_matches_a_function(opened: Opening) -> None:
    page = opened(SITE)
    with page.expect_request(lambda request: request.is_navigation_request()) as request:
        page.goto("/next")
    assert request.value.url.endswith("/next")


def test_a_context_emits_the_events_of_its_pages(opened: Opening) -> None:
    page = opened(SITE)
    requested: list[str] = []
    page.context.on("request", lambda request: requested.append(request.url.rpartition("/")[2]))
    with page.context.expect_page() as new, page.context.expect_event("page") as same:
        page.locator("#new").click()
    new.value.wait_for_load_state()
    assert new.value is same.value
    assert new.value.title() == "Next"
    assert requested == ["next"]
    with page.context.expect_event("response") as response:
        new.value.get_by_role("link").click()
    assert response.value.status == 200


def test_a_file_chooser_sets_the_files_of_the_clicked_input(opened: Opening) -> None:
    page = opened(SITE)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Files").click()
    assert chooser.value.is_multiple()
    assert chooser.value.page is page
    chooser.value.set_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    with page.expect_event("filechooser") as other:
        page.locator("#one").click()
    assert not other.value.is_multiple()
    page.get_by_role("button").last.click()
    assert page.url.endswith("/next?f=a.txt")


def test_events_of_scripts_are_never_emitted(opened: Opening) -> None:
    page = opened(SITE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.on("console", lambda message: pytest.fail(message))
    page.once("pageerror", lambda error: pytest.fail(error))
    page.context.on("weberror", lambda error: pytest.fail(error))
    page.locator("#a").click()
    page.wait_for_url("**/next?x=1")


@pytest.mark.parametrize(
    ("wait", "event"),
    [
        (lambda page: page.expect_request("**/other", timeout=200), "request"),
        (lambda page: page.expect_event("popup", timeout=200), "popup"),
        (lambda page: page.expect_file_chooser(timeout=200), "filechooser"),
        (lambda page: page.expect_download(timeout=200), "download"),
        (lambda page: page.context.expect_page(timeout=200), "page"),
        (lambda page: page.context.expect_event("page", lambda page: False, timeout=200), "page"),
    ],
)
def test_a_missing_event_is_named(opened: Opening, wait: Any, event: str) -> None:
    page = opened(SITE)
    with (
        pytest.raises(Exception, match=f'Timeout 200ms exceeded while waiting for event "{event}"'),
        wait(page),
    ):
        page.locator("#a").hover()


def test_the_expected_request_is_named(opened: Opening) -> None:
    page = opened(SITE)
    with (
        pytest.raises(Exception, match='waiting for response "a long, long name of some kind that is not'),
        page.expect_response("a long, long name of some kind that is not to be read to its end", timeout=200),
    ):
        page.locator("#a").hover()


def test_waiting_for_an_event_follows_an_announced_refresh(opened: Opening) -> None:
    page = opened(
        {"/": "<!doctype html><meta http-equiv=refresh content='1;url=/next'>", "/next": SITE["/next"]}
    )
    request = page.wait_for_event("request", lambda request: "next" in request.url, timeout=4_000)
    assert request.url.endswith("/next")
    with pytest.raises(Exception, match='Timeout 100ms exceeded while waiting for event "request"'):
        page.wait_for_event("request", timeout=100)
    with pytest.raises(Exception, match='Timeout 100ms exceeded while waiting for event "page"'):
        page.context.wait_for_event("page", timeout=100)


def test_listening_to_events_of_a_browser_needs_a_browser() -> None:
    page = FakeSite(SITE).open()
    for target in (page, page.context):
        with pytest.raises(NeedsBrowser, match="websocket"):
            target.on("websocket", print)
    assert isinstance(page.context, BrowserContext)
    page.pause()
