"""The body of a response: content encoding, charset and media type."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib

from django_journey._drivers.base import DriverResponse
from django_journey.errors import Error, Explanation

__all__ = ["charset_of", "decoded_body", "decoded_text", "is_attachment", "is_html", "media_type"]

_CHARSET = re.compile(r"""charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)

_HTML_START = re.compile(
    rb"[\t\n\f\r ]*<(!--|(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])",
    re.IGNORECASE,
)


def media_type(response: DriverResponse) -> str:
    """Return the media type in lower case without parameters; empty where none is stated, unless the body is HTML.

    Source: MIME Sniffing Standard, 7.1, for HTML alone.
    """
    stated = response.header("Content-Type")
    if stated is None and is_html(response.body):
        return "text/html"
    return (stated or "").partition(";")[0].strip().lower()


def is_html(body: bytes) -> bool:
    """Tell whether a body begins with a tag by which a browser recognizes HTML."""
    return _HTML_START.match(body) is not None


def charset_of(response: DriverResponse) -> str | None:
    """Return the charset of the ``Content-Type``; ``None`` where there is none, or Python does not know it."""
    match = _CHARSET.search(response.header("Content-Type") or "")
    if match is None:
        return None
    try:
        codecs.lookup(match[1])
    except LookupError:
        return None
    return match[1]


def is_attachment(response: DriverResponse) -> bool:
    """Tell whether the response has to be saved, not shown."""
    kind = (response.header("Content-Disposition") or "").partition(";")[0].strip().lower()
    return bool(kind) and kind != "inline"


def decoded_body(response: DriverResponse) -> bytes:
    """Return the body with its ``Content-Encoding`` undone.

    Raises:
        Error: The body is not in that encoding, or the encoding is unsupported.
    """
    coding = (response.header("Content-Encoding") or "").strip().lower()
    if coding in ("", "identity") or not response.body:
        return response.body
    try:
        if coding in ("gzip", "x-gzip"):
            return gzip.decompress(response.body)
        if coding == "deflate":
            return _inflated(response.body)
    except (OSError, EOFError, zlib.error) as error:
        raise Error(f"net::ERR_CONTENT_DECODING_FAILED: the body is not {coding}: {error}") from error
    raise Error(
        Explanation(
            f"net::ERR_CONTENT_DECODING_FAILED: the body is encoded as {coding!r}, which the request does not accept",
            instead="answer with gzip or deflate, or without a Content-Encoding",
        )
    )


def decoded_text(response: DriverResponse) -> str:
    """Return the body as the text that a script reads: in its charset, else in UTF-8."""
    text = decoded_body(response).decode(charset_of(response) or "utf-8", "replace")
    return text.removeprefix("\ufeff")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return zlib.decompress(data, -zlib.MAX_WBITS)  # many servers omit the zlib header
