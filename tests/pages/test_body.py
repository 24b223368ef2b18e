"""What a response's body is taken for when nothing says so."""

from __future__ import annotations

import pytest

from django_journey.drivers.base import Response
from django_journey.pages.body import media_type


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
def test_a_body_without_a_content_type_is_looked_at(body: bytes, expected: str) -> None:
    assert media_type(Response(200, (), body)) == expected


def test_what_the_content_type_says_is_believed() -> None:
    stated = (("Content-Type", "Text/Plain; charset=utf-8"),)
    assert media_type(Response(200, stated, b"<p>A")) == "text/plain"
