"""The media type of a body whose response states none."""

from __future__ import annotations

import pytest

from django_journey._drivers.base import DriverResponse
from django_journey._pages.http.response_body import media_type
from django_journey._pages.http.response_document import document_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<!DOCTYPE html><p>A", "text/html"),
        (b"\n  <a href=/>A</a>", "text/html"),
        (b"<!-- a --><p>", "text/html"),
        (b"<TITLE>A</TITLE>", "text/html"),
        (b"<article>A</article>", ""),
        (b"plain <p>", ""),
        (b"", ""),
    ],
)
def test_the_body_tells_html_where_no_content_type_does(body: bytes, expected: str) -> None:
    assert media_type(DriverResponse(200, (), body)) == expected


def test_a_stated_content_type_overrides_the_body() -> None:
    stated = (("Content-Type", "Text/Plain; charset=utf-8"),)
    assert media_type(DriverResponse(200, stated, b"<p>A")) == "text/plain"


@pytest.mark.parametrize(
    ("body", "shown"), [(b"<p>A</p>", "A"), (b"<preview>A</preview>", "<preview>A</preview>")]
)
def test_a_body_is_text_unless_its_first_tag_identifies_html(body: bytes, shown: str) -> None:
    tree = document_of(DriverResponse(200, (), body), "http://x/").tree
    assert tree.select_one("p, pre").text == shown
