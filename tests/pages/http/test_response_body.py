"""The media type of a body whose response states none."""

from __future__ import annotations

import pytest

from django_journey._drivers.base import DriverResponse
from django_journey._pages.http.response_body import media_type
from django_journey._pages.http.response_document import disposition_of, document_of


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


@pytest.mark.parametrize(
    ("headers", "body", "done"),
    [
        ({}, b"plain", "show"),
        ({}, b"\x00\x01", "save"),
        ({"X-Content-Type-Options": " NoSniff"}, b"\x00\x01", "show"),
        ({"X-Content-Type-Options": "other"}, b"\x00\x01", "save"),
    ],
)
def test_binary_bytes_that_are_said_to_be_text_are_saved_unless_the_site_forbids_to_look(
    headers: dict[str, str], body: bytes, done: str
) -> None:
    stated = (("Content-Type", "text/plain"), *headers.items())
    assert disposition_of(DriverResponse(200, stated, body)) == done
