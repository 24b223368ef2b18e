"""API requests: bodies, headers, redirects, shared cookies, CSRF."""

from __future__ import annotations

import pytest

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error, TooManyRedirects
from tests.pages.fake_site import FakeSite, html, redirect


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def request_context(site: FakeSite):
    return BrowserContext(site).request


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head"])
def test_each_method_is_sent(site, request_context, method: str) -> None:
    assert getattr(request_context, method)("/a").ok
    assert (site.last.method, site.last.url) == (method.upper(), "http://testserver/a")


@pytest.mark.parametrize(
    ("options", "kind", "body"),
    [
        ({"data": {"a": [1, "ä"]}}, "application/json", '{"a":[1,"ä"]}'.encode()),
        ({"data": "text"}, "application/octet-stream", b"text"),
        ({"data": b"\xff"}, "application/octet-stream", b"\xff"),
        ({"data": "text", "headers": {"Content-Type": "application/json"}}, "application/json", b'"text"'),
        (
            {"data": '{"a":1}', "headers": {"content-type": "application/json"}},
            "application/json",
            b'{"a":1}',
        ),
        ({"form": {"a": "x y", "b": True}}, "application/x-www-form-urlencoded", b"a=x+y&b=true"),
        ({}, None, b""),
    ],
)
def test_the_body_and_its_type(site, request_context, options, kind, body) -> None:
    request_context.post("/a", **options)
    assert (site.last.header("Content-Type"), site.last.body) == (kind, body)


def test_a_form_with_files(site, request_context, tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("on disk")
    buffer = {"name": "m.bin", "mimeType": "", "buffer": b"\x00"}
    request_context.post("/a", multipart={"n": 1, "m": buffer, "p": path})
    assert b'name="n"\r\n\r\n1\r\n' in site.last.body
    assert b'filename="m.bin"\r\nContent-Type: application/octet-stream\r\n\r\n\x00' in site.last.body
    assert b'filename="a.txt"\r\nContent-Type: text/plain\r\n\r\non disk' in site.last.body


def test_only_one_kind_of_body_is_accepted(request_context) -> None:
    with pytest.raises(Error, match="Only one of"):
        request_context.post("/a", data="x", form={"a": "b"})


def test_parameters_become_the_query(site, request_context) -> None:
    request_context.get("/a?old=1", params={"q": "x y", "yes": True, "no": None})
    assert site.last.url == "http://testserver/a?old=1&q=x+y&yes=true"
    request_context.get("/a?old=1", params="?q=ä b&c=%20")
    assert site.last.url == "http://testserver/a?old=1&q=%C3%A4%20b&c=%20"


def test_cookies_are_shared_with_the_pages() -> None:
    site = FakeSite({"/in": html("", Set_Cookie="s=1")})
    context = BrowserContext(site)
    context.request.post("/in")
    page = context.new_page()
    page.goto("/b")
    assert site.last.header("Cookie") == "s=1"


def test_redirects_are_followed_up_to_a_limit() -> None:
    site = FakeSite({"/a": redirect("/b", 303), "/b": redirect("/c"), "/c": "end"})
    request = BrowserContext(site).request
    answer = request.post("/a", data={"x": 1})
    assert (answer.url, answer.text(), site.last.method, site.last.body) == (
        "http://testserver/c",
        "end",
        "GET",
        b"",
    )
    assert request.get("/a", max_redirects=0).status == 303
    with pytest.raises(TooManyRedirects, match="Max redirect count exceeded"):
        request.get("/a", max_redirects=1)


def test_a_status_can_be_made_an_error(request_context, site) -> None:
    site.answers["/a"] = html("no", 418)
    assert request_context.get("/a").status == 418
    with pytest.raises(Error, match="418"):
        request_context.get("/a", fail_on_status_code=True)


def test_a_response_has_status_headers_and_body(request_context, site) -> None:
    site.answers["/a"] = DriverResponse(
        201,
        (("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        b'{"a": 1}',
        "Created",
    )
    answer = request_context.get("/a")
    assert (answer.status, answer.status_text, answer.ok, answer.json()) == (201, "Created", True, {"a": 1})
    assert answer.headers["set-cookie"] == "a=1\nb=2"
    assert {"name": "Set-Cookie", "value": "b=2"} in answer.headers_array


def test_the_csrf_token_is_only_sent_by_csrf_headers() -> None:
    site = FakeSite({"/": html("", Set_Cookie="csrftoken=abc")}, base_url="https://testserver")
    context = BrowserContext(site)
    assert context.request.csrf_headers == {}
    context.request.get("/")
    context.request.post("/a")
    assert site.last.header("X-CSRFToken") is None
    context.request.post("/a", headers=context.request.csrf_headers)
    assert site.last.header("x-csrftoken") == "abc"
    assert site.last.header("referer") == "https://testserver/"


def test_what_a_view_raised_is_raised() -> None:
    def view(request: DriverRequest) -> DriverResponse:
        return DriverResponse(500, exception=LookupError("in the view"))

    with pytest.raises(LookupError):
        BrowserContext(FakeSite({"/": view})).request.get("/")
    assert BrowserContext(FakeSite({"/": view}), raise_server_errors=False).request.get("/").status == 500


def test_a_request_of_a_page_is_sent_again() -> None:
    site = FakeSite()
    page = site.open("/a?b=1")
    assert page.response is not None
    page.request.fetch(page.response.request)
    assert site.last.url == "http://testserver/a?b=1"


def test_a_repeated_request_keeps_its_body_unless_another_is_given() -> None:
    site = FakeSite({"/": "<form method=post action=/to><input name=a value=1><button>go</button></form>"})
    page = site.open()
    page.get_by_role("button").click()
    assert page.response is not None
    page.request.fetch(page.response.request)
    assert (site.last.method, site.last.body) == ("POST", b"a=1")
    page.request.fetch(page.response.request, data=b"b")
    assert (site.last.method, site.last.body) == ("POST", b"b")


def test_the_headers_of_a_context_are_sent() -> None:
    site = FakeSite()
    BrowserContext(site, extra_http_headers={"X-Own": "1"}, locale="de").request.get(
        "/", headers={"x-own": "2"}
    )
    assert (site.last.header("X-Own"), site.last.header("Accept-Language")) == ("2", "de")


def test_an_invalid_url_raises(request_context) -> None:
    with pytest.raises(Error, match="Invalid URL"):
        request_context.get("http://")
