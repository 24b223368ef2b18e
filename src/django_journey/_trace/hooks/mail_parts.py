"""Takes a mail apart: its text and its HTML, the names of its attachments, and URLs in running text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

from django_journey._trace.safety.safe_values import is_a

__all__ = ["URL", "attachment_name", "text_and_html", "without_punctuation"]

#: A URL in running text, perhaps with the sentence's punctuation after it.
URL = re.compile(r"https?://[^\s<>\"']+")


def text_and_html(
    body: Any, content_subtype: Any, alternatives: Iterable[Any], as_text: Callable[[Any], str] = str
) -> tuple[str, str]:
    """Return the plain text and the HTML of a mail, each an empty text where there is none.

    Args:
        body: ``EmailMessage.body``.
        content_subtype: ``EmailMessage.content_subtype``.
        alternatives: ``EmailMultiAlternatives.alternatives``.
        as_text: Returns a value as text.
    """
    others: dict[str, str] = {}
    for item in alternatives:
        content = item[0].decode("utf-8", "replace") if is_a(item[0], bytes) else as_text(item[0])
        others.setdefault(as_text(item[1]), content)
    if content_subtype == "html":
        return others.get("text/plain", ""), as_text(body)
    return as_text(body), others.get("text/html", "")


def attachment_name(item: Any, as_text: Callable[[Any], str] = str) -> str:
    """Return the file name of one of ``EmailMessage.attachments``, or an empty text.

    Args:
        item: A part of the standard library's, or a tuple of name, content and type.
        as_text: Returns a value as text.
    """
    if is_a(item, (tuple, list)):
        return as_text(item[0] or "")
    return as_text(item.get_filename() or "") if is_a(item, Message) else ""


def without_punctuation(url: str) -> str:
    """Return a URL without the sentence's punctuation after it; a bracket that the URL opens belongs to it."""
    url = url.rstrip(".,;:!?")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?")
    return url
