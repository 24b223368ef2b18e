"""A mail is taken apart in one way, for the trace and for a story's mailbox."""

from __future__ import annotations

from email.message import Message
from typing import Any

import pytest

from django_journey._trace.hooks.mail_parts import attachment_name, text_and_html, without_punctuation

HTML = ("<p>Hi</p>", "text/html")


@pytest.mark.parametrize(
    ("body", "subtype", "alternatives", "expected"),
    [
        ("Hi", "plain", [], ("Hi", "")),
        ("Hi", "plain", [HTML], ("Hi", "<p>Hi</p>")),
        ("<p>Hi</p>", "html", [], ("", "<p>Hi</p>")),
        ("<p>Hi</p>", "html", [("Hi", "text/plain")], ("Hi", "<p>Hi</p>")),
        ("Hi", "plain", [("é".encode(), "text/html"), ("later", "text/html")], ("Hi", "é")),
    ],
)
def test_its_text_and_its_html(
    body: str, subtype: str, alternatives: list[Any], expected: tuple[str, str]
) -> None:
    assert text_and_html(body, subtype, alternatives) == expected


def test_the_names_of_its_attachments() -> None:
    part = Message()
    part.add_header("Content-Disposition", "attachment", filename="a.txt")
    assert [attachment_name(item) for item in (part, ("b.txt", b"", None), (None, b"", None), Message())] == [
        "a.txt",
        "b.txt",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://host.example/a.", "https://host.example/a"),
        ("https://host.example/a)?", "https://host.example/a"),
        ("https://host.example/a_(b)", "https://host.example/a_(b)"),
        ("https://host.example/a_(b)).", "https://host.example/a_(b)"),
    ],
)
def test_a_sentences_punctuation_is_no_part_of_a_url(written: str, url: str) -> None:
    assert without_punctuation(written) == url
