"""A test's own requests are distinguished from ``assertRedirects``' requests and from direct calls of views."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client, RequestFactory, SimpleTestCase
from django.test.testcases import LiveServerThread
from django.urls import path
from django.views.generic import TemplateView

from django_journey._trace.record.events import Noted, RequestServed
from django_journey._trace.tracing import Tracing
from tests.trace.conftest import Traced


def made(word: str) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(word)

    return view


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


def away(request: HttpRequest) -> HttpResponse:
    return redirect("/home/")


class About(TemplateView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(str(self.content_type))


urlpatterns = [
    path("home/", home),
    path("away/", away),
    path("one/", made("one"), name="one"),
    path("about/", About.as_view()),
    path("terms/", About.as_view(content_type="text/plain")),
]


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


def served(traced: Traced) -> list[RequestServed]:
    return [event for event in traced.events() if isinstance(event, RequestServed)]


def notes(traced: Traced) -> list[str]:
    return [event.title for event in traced.events() if isinstance(event, Noted) and event.topic == "view"]


def test_the_request_by_which_assert_redirects_sees_an_address_is_marked(
    traced: Traced, client: Client
) -> None:
    response = client.get("/away/")
    SimpleTestCase().assertRedirects(response, "/home/")
    client.get("/home/")
    assert [event.check for event in served(traced)] == [False, True, False]


def test_assert_redirects_that_fails_marks_nothing_afterwards(traced: Traced, client: Client) -> None:
    with pytest.raises(AssertionError):
        SimpleTestCase().assertRedirects(client.get("/away/"), "/elsewhere/")
    client.get("/home/")
    assert not served(traced)[-1].check


def test_a_view_that_is_called_with_a_request_of_the_factory_is_noted(traced: Traced) -> None:
    request = RequestFactory().post("/home/?q=1")
    assert notes(traced) == [], "nothing has answered it yet"
    home(request)
    HttpResponse("of the test's own")
    assert notes(traced) == ["POST /home/, made by RequestFactory, was answered"]
    assert served(traced) == []


def test_a_client_makes_no_request_by_hand(traced: Traced, client: Client) -> None:
    client.get("/home/")
    HttpResponse("of the test's own")
    assert notes(traced) == []


@pytest.mark.parametrize(
    ("address", "shared"), [("/home/", False), ("/one/", True), ("/about/", False), ("/terms/", True)]
)
def test_views_that_share_their_name_with_others_are_marked(
    traced: Traced, client: Client, address: str, shared: bool
) -> None:
    client.get(address)
    assert served(traced)[0].shared is shared


def test_a_browser_is_recognised_by_its_headers_over_a_socket(traced: Traced, client: Client) -> None:
    server = LiveServerThread("localhost", _NoFiles, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    try:
        for headers in ({}, {"Sec-Fetch-Mode": "navigate"}, {"User-Agent": "Mozilla/5.0"}):
            _get(server.port, headers)
    finally:
        server.terminate()
        server.join()
    client.get("/home/", headers={"user-agent": "Mozilla/5.0", "sec-fetch-mode": "navigate"})
    assert [event.browser for event in served(traced)] == [False, True, True, False]


def test_the_time_of_what_tests_share_is_no_tests_own(tracing: Tracing) -> None:
    scope = tracing.begin("a-test", name="a-test")
    with tracing.entered(scope):
        began = scope.began
        with tracing.outside():
            with tracing.outside():
                pass
            assert scope.began == began, "what is nested is not taken off twice"
        assert scope.began > began


def _NoFiles(handler: Any) -> Any:
    return handler


def _get(port: int, headers: dict[str, str]) -> None:
    import http.client

    connection = http.client.HTTPConnection("localhost", port)
    connection.request("GET", "/home/", headers=headers)
    connection.getresponse().read()
    connection.close()
