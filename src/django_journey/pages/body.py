"""The body of a response: its content encoding undone, its charset, its media type."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib

from django_journey.drivers.base import Response
from django_journey.errors import Error, Explanation

__all__ = ["charset_of", "decoded_body", "is_attachment", "media_type"]

_CHARSET = re.compile(r"""charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)

_LOOKS_LIKE_HTML = re.compile(
    rb"[\t\n\f\r ]*<(!--|(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])",
    re.IGNORECASE,
)


def media_type(response: Response) -> str:
    """Return the media type in lower case without parameters; empty where none is stated nor to be seen.

    Source of what is seen: MIME Sniffing Standard, 7.1, as far as it concerns HTML.
    """
    stated = response.header("Content-Type")
    if stated is None and _LOOKS_LIKE_HTML.match(response.body):
        return "text/html"
    return (stated or "").partition(";")[0].strip().lower()


def charset_of(response: Response) -> str | None:
    """Return the charset that the Content-Type states, where Python knows it."""
    match = _CHARSET.search(response.header("Content-Type") or "")
    if match is None:
        return None
    try:
        codecs.lookup(match[1])
    except LookupError:
        return None
    return match[1]


def is_attachment(response: Response) -> bool:
    """Tell whether the response asks to be saved instead of shown."""
    kind = (response.header("Content-Disposition") or "").partition(";")[0].strip().lower()
    return bool(kind) and kind != "inline"


def decoded_body(response: Response) -> bytes:
    """Return the body with its Content-Encoding undone.

    Raises:
        Error: The body is not what its Content-Encoding says.
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
            f"net::ERR_CONTENT_DECODING_FAILED: the body is encoded as {coding!r}, which nobody asked for",
            instead="answer with gzip or deflate, or without a Content-Encoding",
        )
    )


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return zlib.decompress(data, -zlib.MAX_WBITS)  # many servers leave the zlib header out
