"""Cookies by RFC 6265bis, and as Playwright's dictionaries."""

from __future__ import annotations

import json
import re

import pytest

from django_journey._dom.tree.urls import parse_url
from django_journey._pages.http.cookie_dates import parse_cookie_date
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error
from tests.pages.fake_site import FakeSite, html

HOME = "http://a.example.org/dir/page"


def jar(*headers: str, url: str = HOME) -> CookieJar:
    cookies = CookieJar()
    for header in headers:
        cookies.store(header, parse_url(url))
    return cookies


def sent(cookies: CookieJar, url: str = HOME, **how: bool) -> str:
    return cookies.header(parse_url(url), **how)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("a=1", "a=1"),
        ("a = 1 ; x", "a=1"),
        ("a=", "a="),
        ("just text", "just text"),
        ("=value", "value"),
        ('a="q;', 'a="q'),
        ("a=1; Path=/dir", "a=1"),
        ("a=1; Path=/dir/", "a=1"),
        ("a=1; path=relative", "a=1"),
        ("a=1; Domain=.EXAMPLE.org", "a=1"),
        ("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=1"),
        ("a=1; Expires=nonsense", "a=1"),
        ("a=1; Unknown; =; HttpOnly=yes", "a=1"),
        ("a=1; Path=/other", ""),
        ("a=1; Path=/di", ""),
        ("a=1; Max-Age=0", ""),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("", ""),
        ("=", ""),
        ("a=\x01", ""),
        ("a=1; Domain=other.org", ""),
        ("a=1; Domain=org", ""),
        ("a=1; Domain=deep.a.example.org", ""),
        ("a=1; Secure", ""),
        ("a=1; SameSite=None", ""),
        ("__Secure-a=1", ""),
        ("=__Host-a=1", ""),
        ("__secure-a", ""),
        ("a=" + "x" * 5000, ""),
    ],
)
def test_cookies_are_sent_back_as_in_browsers(header: str, expected: str) -> None:
    assert sent(jar(header)) == expected


def test_a_rejected_cookie_is_listed_with_the_reason() -> None:
    cookies = jar("a=1; Secure")
    assert [cookie.reason for cookie in cookies.rejected] == ["it is Secure, and the page came over http"]


def test_an_insecure_page_does_not_replace_a_secure_cookie() -> None:
    cookies = jar("a=1; Secure", url="https://example.org/dir/page")
    for header in ("a=2; Path=/dir/sub", "a=2; Domain=example.org; Path=/dir"):
        cookies.store(
            header,
            parse_url("http://sub.example.org/") if "Domain" in header else parse_url("http://example.org/"),
        )
    assert [cookie.reason for cookie in cookies.rejected] == [
        "a Secure cookie has that name, and the page came over http"
    ] * 2
    for header in ("b=2; Path=/dir", "a=2; Path=/"):  # another name, and a path above
        cookies.store(header, parse_url("http://example.org/"))
    assert sent(cookies, "http://example.org/dir/") == "b=2; a=2"
    cookies.store("a=3; Path=/dir", parse_url("https://example.org/"))
    assert sent(cookies, "https://example.org/dir/") == "a=3; b=2; a=2"


def test_a_secure_cookie_is_sent_over_https_and_to_loopback() -> None:
    assert sent(jar("a=1; Secure", url="https://x.org/"), "https://x.org/") == "a=1"
    assert sent(jar("a=1; Secure", url="http://localhost:8000/"), "http://localhost:8000/") == "a=1"


@pytest.mark.parametrize(
    ("header", "stored"),
    [
        ("__Host-a=1; Secure; Path=/", True),
        ("__Host-a=1; Secure; Path=/; Domain=x.org", False),
        ("__Host-a=1; Secure", False),
        ("__host-a=1; Path=/", False),
        ("__Secure-a=1; Secure", True),
    ],
)
def test_prefixes_of_cookies_are_enforced(header: str, stored: bool) -> None:
    assert bool(jar(header, url="https://x.org/").all()) is stored


def test_a_cookie_without_a_domain_is_not_for_subdomains() -> None:
    assert sent(jar("a=1; Path=/", url="http://x.org/"), "http://www.x.org/") == ""
    assert sent(jar("a=1; Path=/; Domain=x.org", url="http://x.org/"), "http://www.x.org/") == "a=1"


def test_longer_paths_come_first_and_then_the_older() -> None:
    cookies = jar("c=1; Path=/", "a=1; Path=/dir", "b=1; Path=/")
    cookies.store("c=2; Path=/", parse_url(HOME))
    assert sent(cookies) == "a=1; c=2; b=1"


@pytest.mark.parametrize(
    ("policy", "safe", "top_level", "expected"),
    [
        ("Lax", True, True, "a=1"),
        ("Lax", False, True, ""),
        ("Lax", True, False, ""),
        ("Strict", True, True, ""),
        ("", False, True, ""),
    ],
)
def test_requests_from_other_sites_carry_few_cookies(
    policy: str, safe: bool, top_level: bool, expected: str
) -> None:
    cookies = jar(f"a=1; Path=/; SameSite={policy}")
    assert sent(cookies, same_site=False, safe=safe, top_level=top_level) == expected
    assert sent(cookies) == "a=1"


def test_a_context_shows_cookies_as_playwright_does() -> None:
    page = FakeSite({"/": html("", Set_Cookie="s=1; HttpOnly; Max-Age=100; SameSite=Strict")}).open()
    (cookie,) = page.context.cookies()
    assert cookie.pop("expires") > 0
    assert cookie == {
        "name": "s", "value": "1", "domain": "testserver", "path": "/", "httpOnly": True, "secure": False,
        "sameSite": "Strict",
    }  # fmt: skip
    assert page.context.cookies("http://other/") == []


def test_cookies_are_added_and_cleared_as_in_playwright() -> None:
    site = FakeSite()
    context = BrowserContext(site)
    context.add_cookies(
        [
            {"name": "a", "value": "1", "url": "http://testserver/"},
            {"name": "b", "value": "2", "domain": ".testserver", "path": "/", "expires": -1},
        ]
    )
    page = context.new_page()
    page.goto("/")
    assert site.last.header("Cookie") == "a=1; b=2"
    context.clear_cookies(name=re.compile("^a"))
    assert [cookie["name"] for cookie in context.cookies()] == ["b"]
    context.clear_cookies()
    assert context.cookies() == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "url or a domain/path pair"),
        ({"url": "http://x/", "domain": "x"}, "either url or domain"),
        ({"url": "http://x/", "path": "/"}, "either url or path"),
        ({"url": "about:blank"}, "can not have cookies"),
        ({"url": "http://x/", "expires": -5}, "valid expires"),
        ({"url": "/x"}, "Invalid URL"),
        ({"url": "http://x/", "name": None}, "name: expected string, got None"),
        ({"url": "http://x/", "sameSite": "lax"}, r"sameSite: expected one of \(Strict\|Lax\|None\)"),
    ],
)
def test_an_invalid_cookie_is_rejected_with_the_reason(given: dict[str, object], message: str) -> None:
    with pytest.raises(Error, match=message):
        BrowserContext(FakeSite()).add_cookies([{"name": "a", "value": "1", **given}])


def test_cookies_of_an_invalid_url_raise() -> None:
    with pytest.raises(Error, match="Invalid URL"):
        BrowserContext(FakeSite()).cookies("/")


def test_a_storage_state_opens_another_context(tmp_path) -> None:
    first = BrowserContext(FakeSite())
    first.add_cookies([{"name": "a", "value": "1", "url": "http://testserver/"}])
    state = first.storage_state(path=tmp_path / "state.json")
    assert json.loads((tmp_path / "state.json").read_text()) == state
    for given in (state, tmp_path / "state.json"):
        assert BrowserContext(FakeSite(), storage_state=given).cookies() == first.cookies()
    with pytest.raises(Error, match="storage state"):
        BrowserContext(FakeSite(), storage_state=tmp_path / "none.json")


def test_two_contexts_have_cookies_of_their_own() -> None:
    site = FakeSite({"/": html("", Set_Cookie="s=1")})
    site.open()
    other = BrowserContext(site).new_page()
    other.goto("/b")
    assert site.last.header("Cookie") is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        ("Thursday, 01-Jan-70 00:01:00 GMT", 60.0),
        ("Thu Jan  1 00:01:00 1970", 60.0),
        ("1 jan 2026 0:0:0", 1767225600.0),
        ("tomorrow", None),
        ("32 Jan 2026 00:00:00", None),
        ("1 Jan 1500 00:00:00", None),
    ],
)
def test_dates_of_cookies_are_read_in_every_format(text: str, moment: float | None) -> None:
    assert parse_cookie_date(text) == moment
