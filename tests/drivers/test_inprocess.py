"""The in-process driver: Django's handler as a server would call it, and what it hands on."""

from __future__ import annotations

import json
import time

import pytest
from django.core.signals import got_request_exception, request_finished
from django.db import connection
from django.test.utils import override_script_prefix
from django.urls import get_script_prefix
from django.utils.http import parse_http_date

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._drivers.inprocess import InProcessDriver
from django_journey._pages.page import BrowserContext
from django_journey.errors import ConfigurationError, Error

pytestmark = pytest.mark.urls("tests.drivers.inprocess_site")


@pytest.fixture(autouse=True)
def plain_error_pages(settings):
    """Leave out the demo's own error pages, which link to its own views."""
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]


@pytest.fixture
def driver():
    driver = InProcessDriver()
    yield driver
    driver.close()


class KeepsPrefix:
    """A middleware that remembers the script prefix that it was loaded with, as an add-on's ingress does."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.prefix = get_script_prefix()

    def __call__(self, request):
        response = self.get_response(request)
        response["X-Prefix"] = self.prefix
        return response


def get(driver: InProcessDriver, path: str, **headers: str) -> DriverResponse:
    return driver.send(DriverRequest("GET", driver.base_url + path, tuple(headers.items())))


def test_a_view_sees_the_request_as_it_was_sent(driver) -> None:
    body = b"\xff\x00bytes"
    request = DriverRequest(
        "POST", "https://testserver/echo/gr%C3%B6%C3%9Fe/%20x?q=a+b&r=%C3%A4",
        (("X-Own", "1"), ("Content-Type", "application/x-own"), ("X-CSRFToken", "no")), body,
    )  # fmt: skip
    # A POST without a token is refused: CSRF checks are on.
    assert driver.send(request).status == 403
    seen = json.loads(driver.send(DriverRequest("GET", request.url, request.headers, body)).body)
    assert seen == {
        "method": "GET", "path": "/echo/größe/ x", "query": {"q": "a b", "r": "ä"}, "body": body.decode("latin-1"),
        "host": "testserver", "secure": True, "own": "1", "type": "application/x-own",
        "absolute": "https://testserver/echo/gr%C3%B6%C3%9Fe/%20x?q=a+b&r=%C3%A4",
    }  # fmt: skip


def test_a_form_with_its_token_passes_the_csrf_check(driver, db) -> None:
    page = BrowserContext(driver).new_page()
    page.goto("/form/")
    page.locator("input[name=a]").fill("x")
    page.get_by_role("button").click()
    assert page.content() == "<html><head></head><body>posted x</body></html>"


def test_a_form_passes_the_csrf_check_over_https_too(db) -> None:
    page = BrowserContext(InProcessDriver("https://testserver")).new_page()
    page.goto("/form/")
    page.locator("input[name=a]").fill("x")
    page.get_by_role("button").click()
    assert "posted x" in page.content()


def test_each_cookie_comes_in_a_header_of_its_own(driver) -> None:
    assert get(driver, "/cookies/").header_values("set-cookie") == [
        "one=1; Path=/",
        "two=2; HttpOnly; Path=/deep/",
    ]


def test_what_a_view_raised_comes_with_the_response(driver) -> None:
    response = get(driver, "/broken/")
    assert response.status == 500
    assert isinstance(response.exception, LookupError)
    assert response.exception.__traceback__ is not None


def test_what_an_async_view_raised_comes_too(driver) -> None:
    assert isinstance(get(driver, "/async-broken/").exception, LookupError)


def test_a_view_that_raises_through_is_reported_alike(driver, settings) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    response = get(driver, "/broken/")
    assert (response.status, type(response.exception)) == (500, LookupError)


@pytest.mark.parametrize(
    ("path", "status"), [("/denied/", 403), ("/suspicious/", 400), ("/no-such-page/", 404)]
)
def test_what_django_answers_by_itself_is_no_exception(driver, path: str, status: int) -> None:
    response = get(driver, path)
    assert (response.status, response.exception) == (status, None)


def test_streams_are_read_to_their_end(driver) -> None:
    assert get(driver, "/stream/").body == b"ab"
    assert get(driver, "/async-stream/").body == b"ab"


def test_what_a_stream_raises_comes_with_the_response(driver) -> None:
    assert isinstance(get(driver, "/broken-stream/").exception, LookupError)


def test_an_endless_stream_ends_with_an_error() -> None:
    response = get(InProcessDriver(stream_seconds=0.01), "/endless/")
    assert isinstance(response.exception, Error)
    assert "did not end" in str(response.exception)


def test_async_views_and_middleware_work(driver, settings) -> None:
    assert get(driver, "/async/").body == b"async"
    settings.MIDDLEWARE = ["tests.drivers.inprocess_site.AsyncOnly"]
    response = get(driver, "/async/")
    assert (response.body, response.header("X-Async")) == (b"async", "1")


def test_middleware_is_made_anew_when_settings_change(driver, settings) -> None:
    settings.SECURE_CROSS_ORIGIN_OPENER_POLICY = "unsafe-none"
    assert get(driver, "/async/").header("Cross-Origin-Opener-Policy") == "unsafe-none"
    settings.SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
    assert get(driver, "/async/").header("Cross-Origin-Opener-Policy") == "same-origin"


def test_a_request_keeps_the_tests_database_connection(driver, db) -> None:
    connection.ensure_connection()
    held = connection.connection
    get(driver, "/async/")
    assert connection.connection is held


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.django_db(transaction=True)
def test_atomic_requests_are_respected(driver, atomic: bool, monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    assert get(driver, "/in-transaction/").body == str(atomic).encode()


def test_request_finished_is_sent_once(driver) -> None:
    seen: list[object] = []

    def note(**_: object) -> None:
        seen.append(1)

    request_finished.connect(note)
    try:
        get(driver, "/stream/")
    finally:
        request_finished.disconnect(note)
    assert len(seen) == 1


def test_a_head_request_has_no_body(driver) -> None:
    response = driver.send(DriverRequest("HEAD", "http://testserver/echo/x"))
    assert (response.status, response.body) == (200, b"")


def test_the_resolver_match_comes_with_the_response(driver) -> None:
    assert get(driver, "/form/").facts["resolver_match"].route == "form/"


def test_a_refused_host_says_what_to_do(driver, settings) -> None:
    settings.ALLOWED_HOSTS = ["example.org"]
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS") as caught:
        get(driver, "/echo/x")
    assert "'testserver'" in str(caught.value)


def test_a_link_out_of_the_site_is_refused_even_where_every_host_is_allowed(driver, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(Error, match="leads out of the site"):
        driver.send(DriverRequest("GET", "https://example.org/x"))
    assert driver.send(DriverRequest("GET", "http://tenant.testserver/echo/x")).status == 200
    settings.ALLOWED_HOSTS = [".example.org"]
    assert driver.send(DriverRequest("GET", "https://www.example.org/echo/x")).status == 200


def test_a_site_below_a_prefix_is_reached_below_it(driver, settings) -> None:
    settings.FORCE_SCRIPT_NAME = "/app"
    seen = json.loads(get(driver, "/app/echo/x").body)
    assert seen["path"] == "/app/echo/x"
    assert get_script_prefix() == "/"


def test_middleware_is_loaded_below_the_sites_own_prefix(driver, settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.KeepsPrefix"]
    with override_script_prefix("/left/"):
        response = get(driver, "/echo/x")
        assert get_script_prefix() == "/left/"
    assert response.header("X-Prefix") == "/"


def test_static_files_are_found_without_the_urlconf(driver) -> None:
    response = get(driver, "/static/admin/css/base.css")
    assert parse_http_date(response.header("Last-Modified")) < time.time()  # so that a browser keeps it
    assert (response.status, response.header("Content-Type")) == (200, "text/css")
    assert b"body" in response.body
    assert get(driver, "/static/no/such.css").status == 404
    assert get(driver, "/static/../settings.py").status == 404


def test_collected_files_are_found_by_their_hashed_names(driver, settings, tmp_path) -> None:
    (tmp_path / "app.0123456789ab.css").write_text("a{}")
    settings.STATIC_ROOT = str(tmp_path)
    assert get(driver, "/static/app.0123456789ab.css").body == b"a{}"
    assert get(driver, "/static/../app.css").status == 404


def test_media_comes_from_the_storage_after_the_sites_own_view(driver, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "missing.txt").write_text("stored")
    assert get(driver, "/media/missing.txt").body == b"stored"
    assert get(driver, "/media/other.txt").status == 404
    settings.ROOT_URLCONF = "tests.drivers.inprocess_media_urls"
    assert get(driver, "/media/other.txt").body == b"the view's own other.txt"
    assert get(driver, "/media/missing.txt").body == b"stored"


def test_a_closed_driver_listens_no_more() -> None:
    driver = InProcessDriver()
    before = len(got_request_exception.receivers)
    driver.close()
    assert len(got_request_exception.receivers) < before


def test_a_linked_style_sheet_decides_what_is_visible(driver, settings) -> None:
    page = BrowserContext(driver).new_page()
    page.goto("/async/")
    page.set_content('<link rel=stylesheet href="/static/admin/css/base.css"><p class="hidden">x</p><p>y</p>')
    assert not page.get_by_text("x").is_visible()
    assert page.get_by_text("y").is_visible()
