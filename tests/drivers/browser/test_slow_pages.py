"""A page that arrives in pieces is there when the verb that loads it ends, as on the other drivers."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from django_journey import Journey

pytestmark = [
    pytest.mark.usefixtures("browser"),
    pytest.mark.journey(driver="browser"),
    pytest.mark.urls(__name__),
]

asked_for_the_rest = Event()
#: Long after Playwright's click has ended.
ASK = "<script>setTimeout(() => fetch('/rest/'), 400)</script>"


def door(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Door</title><a href='/room/'>Enter</a>")


def room(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        yield "<!doctype html><title>Room</title><p>Wait</p>" + ASK + " " * 4096
        asked_for_the_rest.wait(30)
        yield "<ul><li>Chair</li></ul>"

    return StreamingHttpResponse(pieces())


def rest(request: HttpRequest) -> HttpResponse:
    asked_for_the_rest.set()
    return HttpResponse()


urlpatterns = [path("door/", door), path("room/", room), path("rest/", rest)]


def test_a_click_ends_when_the_page_has_been_read(journey: Journey) -> None:
    asked_for_the_rest.clear()
    actor = journey.visitor()
    actor.visit("/door/")
    actor.click("Enter")
    assert actor.page.locator("li").all_inner_texts() == ["Chair"]
