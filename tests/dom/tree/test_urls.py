"""URLs as a browser resolves and serializes them."""

from __future__ import annotations

import pytest

from django_journey._dom.tree.urls import join, parse_url

BASE = "http://testserver/a/b?x=1#f"


@pytest.mark.parametrize(
    ("given", "resolved"),
    [
        ("", "http://testserver/a/b?x=1"),
        ("#z", "http://testserver/a/b?x=1#z"),
        ("?q=ä'", "http://testserver/a/b?q=%C3%A4%27"),
        ("c", "http://testserver/a/c"),
        ("../c", "http://testserver/c"),
        ("../../../c", "http://testserver/c"),
        (".", "http://testserver/a/"),
        ("/a/%2e%2E/b//c/./", "http://testserver/b//c/"),
        ("\\x\\y", "http://testserver/x/y"),
        ("//Other:80/x", "http://other/x"),
        ("https://ü.de:443/x y?a b#c d", "https://xn--tda.de/x%20y?a%20b#c%20d"),
        ("http:foo", "http://testserver/a/foo"),
        (" \n/tri\tm ", "http://testserver/trim"),
        ("http://u:p@h:8000/", "http://u:p@h:8000/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("mailto:a@b?subject=x y", "mailto:a@b?subject=x%20y"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("/größe/{x}", "http://testserver/gr%C3%B6%C3%9Fe/%7Bx%7D"),
    ],
)
def test_a_url_is_resolved_as_in_a_browser(given: str, resolved: str) -> None:
    assert join(BASE, given) == resolved


@pytest.mark.parametrize(
    "given", ["http://", "http://a b/", "http://h:99999/", "http://h:x/", "http://[::g]/"]
)
def test_invalid_urls_are_rejected(given: str) -> None:
    with pytest.raises(ValueError):
        join(BASE, given)


def test_a_relative_url_needs_a_base() -> None:
    with pytest.raises(ValueError, match="not an absolute URL"):
        parse_url("page")


def test_a_query_is_encoded_as_its_page() -> None:
    assert join(BASE, "?q=ä日", encoding="windows-1252") == "http://testserver/a/b?q=%E4%26%2326085%3B"


def test_the_origin_leaves_the_default_port_out() -> None:
    assert parse_url("https://h:443/x").origin == "https://h"
    assert parse_url("http://h:443/x").origin == "http://h:443"
    assert parse_url("about:blank").origin == "null"
