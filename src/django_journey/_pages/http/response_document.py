"""Whether a response is shown, saved or ignored, and the document that shows it."""

from __future__ import annotations

from html import escape
from typing import Literal
from urllib.parse import unquote

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Tree
from django_journey._drivers.base import DriverResponse
from django_journey._pages.http.image_size import image_size
from django_journey._pages.http.response_body import (
    charset_of,
    decoded_body,
    is_attachment,
    is_html,
    media_type,
)
from django_journey.errors import NeedsBrowser

__all__ = ["Disposition", "disposition_of", "document_of"]

Disposition = Literal["show", "save", "nothing"]

_HTML = ("text/html", "")
_XML = ("application/xml", "text/xml", "application/xhtml+xml", "image/svg+xml")
_FEEDS = ("application/rss+xml", "application/atom+xml")  # shown as text
_IMAGES = frozenset(
    f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "bmp", "x-icon", "avif", "apng")
)
_CODE = frozenset(
    ("application/javascript", "application/x-javascript", "application/ecmascript", "application/json")
)
#: Text types that Chromium downloads nevertheless.
_SAVED_TEXT = frozenset(
    f"text/{kind}"
    for kind in (
        *(
            "calendar",
            "x-calendar",
            "x-vcalendar",
            "vcalendar",
            "vcard",
            "x-vcard",
            "directory",
            "ldif",
            "qif",
        ),
        *("x-qif", "x-csv", "x-vcf", "rtf", "comma-separated-values", "csv", "tab-separated-values", "tsv"),
        *("ofx", "vnd.sun.j2me.app-descriptor", "x-ms-iqy", "x-ms-odc", "x-ms-rqy", "x-ms-contact"),
    )
)


def disposition_of(response: DriverResponse) -> Disposition:
    """Return what a page does with a response: show it, save it, or nothing."""
    if response.status in (204, 205):
        return "nothing"
    if is_attachment(response):
        return "save"
    kind = _kind(response)
    if kind == "text/plain" and not _is_nosniff(response) and _is_binary(response.body):
        return "save"
    if kind in _HTML or kind in _XML or kind in _IMAGES or kind in _CODE or kind.endswith(("+json", "+xml")):
        return "show"
    if kind.startswith("text/"):
        return "save" if kind in _SAVED_TEXT else "show"
    return "show" if kind.startswith(("video/", "audio/")) else "save"


def document_of(response: DriverResponse, url: str) -> Document:
    """Return the document that a browser shows for a response.

    Args:
        response: A response whose disposition is ``show``.
        url: The document's URL.

    Text and JSON are put into a ``pre``, an image into an ``img``, as in Chromium.
    """
    body = decoded_body(response)
    kind = _kind(response)
    charset = charset_of(response)
    if kind in _HTML:
        return Document(body, url=url, encoding=charset)
    if kind in _XML or (kind.endswith("+xml") and kind not in _FEEDS):
        return _UnreadableDocument(url, f"the page is {kind}, which only a browser's XML parser reads")
    if kind in _IMAGES:
        return Document(_image_page(body, url), url=url)
    if kind.startswith(("video/", "audio/")):
        return _UnreadableDocument(url, f"the page is {kind}, which only a browser plays")
    text = body.decode(charset or "utf-8", "replace").removeprefix("\ufeff")
    return Document(_json_page(text) if kind.endswith("json") else _text_page(text), url=url)


def _text_page(text: str) -> str:
    return (
        '<html><head><meta name="color-scheme" content="light dark"></head><body>'
        '<pre style="word-wrap: break-word; white-space: pre-wrap;">'
        f"{_leading_newline(text)}{escape(text, quote=False)}</pre></body></html>"
    )


def _json_page(text: str) -> str:
    return (
        '<html><head><meta name="color-scheme" content="light dark"><meta charset="utf-8"></head><body>'
        f"<pre>{_leading_newline(text)}{escape(text, quote=False)}</pre>"
        '<div class="json-formatter-container"></div></body></html>'
    )


def _image_page(body: bytes, url: str) -> str:
    name = unquote(url.partition("?")[0].rpartition("/")[2])
    size = image_size(body)
    title = f"{name} ({size[0]}×{size[1]})" if size else name  # noqa: RUF001 - the sign that Chromium writes
    return f'<html><head><title>{escape(title)}</title></head><body><img src="{escape(url)}"></body></html>'


def _leading_newline(text: str) -> str:
    return "\n" if text.startswith("\n") else ""  # the parser drops the first line break of a pre


def _kind(response: DriverResponse) -> str:
    kind = media_type(response)
    return kind if "/" in kind else _sniffed(response.body)


def _sniffed(body: bytes) -> str:
    """Return the type of a response that states none (WHATWG MIME Sniffing, 7.1, simplified)."""
    start = body[:1445].lstrip(b"\t\n\x0c\r ").lower()
    if not start:
        return "text/plain"
    if is_html(body):
        return "text/html"
    for mark, kind in (
        (b"\x89png\r\n\x1a\n", "image/png"),
        (b"gif8", "image/gif"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"<?xml", "text/xml"),
        (b"%pdf-", "application/pdf"),
    ):
        if start.startswith(mark):
            return kind
    return "application/octet-stream" if _is_binary(body) else "text/plain"


def _is_binary(body: bytes) -> bool:
    return any(byte < 9 or byte == 11 or 14 <= byte <= 26 or 28 <= byte <= 31 for byte in body[:1445])


def _is_nosniff(response: DriverResponse) -> bool:
    return (response.header("X-Content-Type-Options") or "").strip().lower() == "nosniff"


class _UnreadableDocument(Document):
    """A document that is not HTML: only a browser can read or play it."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__("", url=url)
        self._reason = reason

    @property
    def tree(self) -> Tree:
        """Raise ``NeedsBrowser``."""
        raise NeedsBrowser("reading this page", self._reason, where=self.url)
