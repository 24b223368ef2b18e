"""The scripts of a page with their texts, for interpreters that tell by them what the page loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_journey._dom.forms.submission import base_url
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import child_text, select
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import runs_code

__all__ = ["script_texts"]


def script_texts(page: PageProtocol, *, asks: bool) -> Iterator[tuple[Any, str | None, str | None]]:
    """Yield the script elements with code, each with its ``src`` and its text.

    Args:
        page: The page.
        asks: Whether to ask the page's own site for scripts that a view answers.

    Yields:
        The element; its ``src``, ``None`` for a script in the page; its text, ``None`` for one that can't be read.
    """
    for el in select(page.document, "script"):
        if runs_code(el):
            src = el.attr("src")
            yield el, src, child_text(el) if src is None else _fetched(page, src, asks=asks)


def _fetched(page: PageProtocol, src: str, *, asks: bool) -> str | None:
    try:
        url = parse_url(src, parse_url(base_url(page.document)))
    except ValueError:
        return ""
    if not url.is_http:
        return None
    asks = asks and url.origin == page.history.current.url.origin
    text: str | None = page.context.files.script(str(url.with_fragment(None)), asks=asks)
    return text
