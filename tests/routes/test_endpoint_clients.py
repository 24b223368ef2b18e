"""A1, A6: the same endpoints through Django's client, an actor's API without a browser, and Playwright's own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from django_journey._drivers.inprocess import InProcessDriver
from django_journey._pages.page import BrowserContext
from django_journey._routes.clients import client_for
from django_journey._routes.endpoints import Endpoints, delete, get, patch, post, put
from django_journey.errors import ExpectationError
from tests.routes import test_endpoints

pytestmark = pytest.mark.urls(test_endpoints.__name__)


class SchoolApi(Endpoints):
    csrf_page = "page"
    headers = {"User-Agent": "SchoolApp/2"}

    create_student = post("students", json={"first_name": "smartie", "role": "pupil"})
    list_students = get("students", query={"page": None})
    replace_student = put("student", form={"role": "a&b", "tags": ["x", "y"], "active": True})
    change_student = patch("student", json={"role": "tutor"})
    remove_student = delete("student")
    upload = post("students", multipart={"photo": {"name": "me.png", "buffer": b"PNG"}, "title": "Me & you"})
    moved = post("moved", form={})
    refused = post("refuse", json={})


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the URLconf of the test on a loopback port."""
    server = WSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def playwrights_own() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with served() as address, sync_playwright() as playwright:
        context = playwright.request.new_context(base_url=address)
        # Django refuses its ORM while Playwright's loop runs; another thread answers these requests.
        yield SimpleNamespace(name="teacher", api=context)
        context.dispose()


@pytest.fixture(params=["django", "twin", "playwright"])
def source(request: pytest.FixtureRequest, settings) -> Iterator[Any]:
    if request.param == "django":
        yield Client(enforce_csrf_checks=True)
    elif request.param == "twin":
        driver = InProcessDriver()
        try:
            yield SimpleNamespace(name="teacher", api=BrowserContext(driver).request)
        finally:
            driver.close()
    else:
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        with playwrights_own() as actor:
            yield actor


def status_of(response: Any) -> int:
    return getattr(response, "status_code", None) or response.status


def test_a1_every_client_sends_the_same(source: Any) -> None:
    """A1: every client sends the same."""
    api = SchoolApi(source, room_pk=3)
    created = api.create_student(first_name="ä").json()
    assert (created["method"], created["path"]) == ("POST", "/rooms/3/students/")
    assert created["json"] == {"first_name": "ä", "role": "pupil"}
    assert created["agent"] == "SchoolApp/2"
    assert len(created["token"]) >= 32, "the token of the page's cookie"
    assert api.list_students(page=2).json()["path"] == "/rooms/3/students/?page=2"
    replaced = api.replace_student(pk=7).json()
    assert (replaced["method"], replaced["type"]) == ("PUT", "application/x-www-form-urlencoded")
    assert api.change_student(pk=7).json()["json"] == {"role": "tutor"}
    assert api.remove_student(pk=7).json()["method"] == "DELETE"
    uploaded = api.upload().json()
    assert uploaded["files"] == {"photo": ["me.png", "image/png", 3]}
    assert uploaded["form"] == {"title": ["Me & you"]}


def test_a1_every_client_stops_at_redirects_and_judges_statuses(source: Any) -> None:
    """A1: every client stops at redirects and judges statuses."""
    api = SchoolApi(source, room_pk=3)
    assert status_of(api.moved(expect=302)) == 302
    assert status_of(api.moved(follow=True)) == 200
    with pytest.raises(ExpectationError) as caught:
        api.refused()
    assert caught.value.explanation.nearest[:2] == ("400 Bad Request", "errors.birthday: Enter a valid date.")
    assert status_of(api.refused(expect=400)) == 400


def test_the_actor_who_calls_is_named(source: Any) -> None:
    api = SchoolApi(source, room_pk=3)
    with pytest.raises(ExpectationError) as caught:
        api.refused()
    expected = "POST /refuse/" + ("" if isinstance(source, Client) else " as teacher")
    assert caught.value.explanation.where == expected


def test_over_https_the_call_names_the_page_that_djangos_csrf_check_asks_for(settings) -> None:
    """F5: the site's own address is sent as the Referer, unless the call says where it comes from."""
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
    driver = InProcessDriver("https://testserver")
    try:
        api = SchoolApi(SimpleNamespace(name="teacher", api=BrowserContext(driver).request), room_pk=1)
        api.create_student(expect=200)
        api.create_student(headers={"Referer": "https://elsewhere.example/"}, expect=403)
    finally:
        driver.close()


def test_the_address_of_playwrights_own_requests_is_that_of_the_secure_csrf_cookie() -> None:
    """F5: its context does not tell what relative URLs are resolved against."""

    def source(**cookie: Any) -> Any:
        state = {"cookies": [{"name": "csrftoken", "value": "x", "domain": ".school.example", **cookie}]}
        return SimpleNamespace(fetch=None, storage_state=lambda: state)

    assert client_for(source(secure=True)).referer() == "https://school.example/"
    assert client_for(source(secure=False)).referer() == ""
