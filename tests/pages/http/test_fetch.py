"""The requests of a navigation: headers, redirects, and the referrer."""

from __future__ import annotations

import pytest

from django_journey._pages.page import BrowserContext
from django_journey.errors import Error, TooManyRedirects
from tests.pages.fake_site import FakeSite, html, redirect


def test_redirects_are_followed_and_their_chain_is_recorded() -> None:
    site = FakeSite({"/": redirect("/b?x=1"), "/b": redirect("c", 301), "/c": "<title>end</title>"})
    page = BrowserContext(site).new_page()
    response = page.goto("/#keep")
    assert page.url == "http://testserver/c#keep"
    assert response is not None
    first = response.request.redirected_from.redirected_from  # type: ignore[union-attr]
    assert (first.url, first.response().status) == ("http://testserver/", 302)
    assert first.redirected_to.url == "http://testserver/b?x=1"
    with pytest.raises(Error, match="unavailable for redirect"):
        first.response().body()


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"a=1"), (308, "POST", b"a=1")],
)
def test_a_post_after_a_redirect(status: int, method: str, body: bytes) -> None:
    site = FakeSite(
        {
            "/": "<form method=post action=/post><input name=a value=1><button>s</button></form>",
            "/post": redirect("/to", status),
        }
    )
    page = site.open()
    page.get_by_role("button").click()
    assert (site.last.method, site.last.body, site.last.url) == (method, body, "http://testserver/to")
    assert (site.last.header("Content-Type") is None) is (method == "GET")


def test_a_redirect_without_end_lists_its_chain() -> None:
    site = FakeSite({"/a": redirect("/b"), "/b": redirect("/a")})
    with pytest.raises(TooManyRedirects) as caught:
        BrowserContext(site, max_redirects=5).new_page().goto("/a")
    assert len(site.requests) == 6
    assert "GET http://testserver/b" in str(caught.value)


def test_a_redirect_to_another_scheme_raises() -> None:
    with pytest.raises(Error, match="ERR_UNSAFE_REDIRECT"):
        FakeSite({"/": redirect("javascript:alert(1)")}).open()


def test_a_redirect_without_a_location_is_shown() -> None:
    site = FakeSite({"/": html("<p>moved", 302)})
    assert site.open().content() == "<html><head></head><body><p>moved</p></body></html>"


def test_a_form_that_another_site_redirects_has_no_origin() -> None:
    site = FakeSite(
        {
            "/": "<form method=post action=http://other/away><button>s</button></form>",
            "/away": redirect("http://testserver/back", 307),
        }
    )
    site.open().get_by_role("button").click()
    away, back = site.requests[-2:]
    assert (away.header("Origin"), back.header("Origin")) == ("http://testserver", "null")


def test_a_refresh_sends_the_referrer_that_its_page_allows() -> None:
    site = FakeSite(
        {"/": "<meta name=referrer content=no-referrer><meta http-equiv=refresh content='0;url=/next'>"}
    )
    site.open()
    assert (site.last.url, site.last.header("Referer")) == ("http://testserver/next", None)


def test_extra_headers_override_those_of_the_browser() -> None:
    site = FakeSite()
    page = site.open("/", extra_http_headers={"accept-language": "de"})
    assert [value for name, value in site.last.headers if name.lower() == "accept-language"] == ["de"]
    page.context.set_extra_http_headers({"ACCEPT-LANGUAGE": "fr", "referer": "http://mine/"})
    page.goto("/a", referer="http://other/")
    assert [value for name, value in site.last.headers if name.lower() == "accept-language"] == ["fr"]
    assert [value for name, value in site.last.headers if name.lower() == "referer"] == ["http://mine/"]


def test_extra_headers_never_replace_accept_and_cookie() -> None:
    site = FakeSite()
    page = site.open()
    page.context.add_cookies([{"name": "a", "value": "1", "url": "http://testserver"}])
    page.context.set_extra_http_headers({"accept": "text/plain", "cookie": "b=2"})
    page.goto("/a")
    sent = [(name.lower(), value) for name, value in site.last.headers]
    assert [value for name, value in sent if name == "cookie"] == ["a=1"]
    assert [value[:9] for name, value in sent if name == "accept"] == ["text/html"]


def test_headers_of_a_page_are_not_sent_by_another() -> None:
    site = FakeSite({"/": "<a href=/b target=_blank>b</a><a href=/c>c</a>"})
    page = site.open("/", extra_http_headers={"X-Both": "context", "X-Context": "1"})
    page.set_extra_http_headers({"x-both": "page"})
    page.get_by_role("link", name="c").click()
    assert (site.last.header("X-Both"), site.last.header("X-Context")) == ("page", "1")
    page.go_back()
    page.get_by_role("link", name="b").click()
    assert site.last.header("X-Both") == "context"
    page.context.new_page().goto("/")
    assert site.last.header("X-Both") == "context"
    with pytest.raises(Error, match='value of header "x" to be String, but "int"'):
        page.set_extra_http_headers({"x": 1})  # type: ignore[dict-item]


def test_the_referer_origin_and_language_are_sent_as_a_browser_sends_them() -> None:
    site = FakeSite(
        {"/a": html("<form method=post action=/b><button>s</button></form>")}, base_url="https://testserver"
    )
    page = site.open("/a?q=1#x", locale="de-DE", user_agent="mine", extra_http_headers={"X-Own": "1"})
    assert site.last.header("Referer") is None
    assert site.last.header("Sec-Fetch-Site") == "none"
    page.get_by_role("button").click()
    sent = site.last
    assert sent.header("Referer") == "https://testserver/a?q=1"
    assert sent.header("Origin") == "https://testserver"
    assert sent.header("Sec-Fetch-Site") == "same-origin"
    assert sent.header("Sec-Fetch-User") == "?1"
    assert sent.header("Accept-Language") == "de-DE,de;q=0.9"
    assert (sent.header("User-Agent"), sent.header("X-Own")) == ("mine", "1")


@pytest.mark.parametrize(
    ("head", "link", "referer"),
    [
        ("<meta name=referrer content=no-referrer>", "<a href=/b>b</a>", None),
        ("", "<a href=/b rel=noreferrer>b</a>", None),
        ("", "<a href=/b referrerpolicy=origin>b</a>", "http://testserver/"),
        ("", "<a href=https://other/b>b</a>", "http://testserver/"),
        ("<meta name=referrer content=same-origin>", "<a href=https://other/b>b</a>", None),
    ],
)
def test_a_page_sets_the_referrer_of_its_links(head: str, link: str, referer: str | None) -> None:
    site = FakeSite({"/": head + link})
    page = site.open("/?q=1")
    page.get_by_role("link").click()
    assert site.last.header("Referer") == referer


@pytest.mark.parametrize(
    ("markup", "cookie"), [("<iframe src=/in></iframe>", None), ("<a href=/in>A</a>", "a=1")]
)
def test_lax_cookies_go_to_another_site_from_a_page_but_not_from_a_frame(
    markup: str, cookie: str | None
) -> None:
    site = FakeSite({"/": markup, "/in": redirect("http://other.test/out")})
    page = site.open()
    page.context.add_cookies([{"name": "a", "value": "1", "url": "http://other.test/", "sameSite": "Lax"}])
    if cookie is None:
        assert len(page.frames) == 2
    else:
        page.get_by_role("link").click()
    assert (site.last.url, site.last.header("Cookie")) == ("http://other.test/out", cookie)
