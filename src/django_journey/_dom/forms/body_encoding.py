"""The three encodings of form data, byte for byte as Chromium's."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django_journey._dom.tree.document import Upload
from django_journey._dom.tree.legacy_encodings import encode_legacy

__all__ = ["FormEntry", "encode_text", "multipart", "plain_text", "urlencoded"]

_SAFE = frozenset(b"*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_QUOTED = [chr(byte) if byte in _SAFE else "+" if byte == 0x20 else f"%{byte:02X}" for byte in range(256)]


@dataclass(frozen=True, slots=True)
class FormEntry:
    """An entry of a form's entry list: a name with a text or a file."""

    name: str
    value: str | Upload

    @property
    def text(self) -> str:
        """The value as text; for a file, its name."""
        return self.value if isinstance(self.value, str) else self.value.name


def encode_text(text: str, encoding: str) -> bytes:
    """Encode text; characters that the encoding lacks become numeric character references.

    Args:
        text: The text; lone surrogates become U+FFFD.
        encoding: The WHATWG name of the encoding.

    Source: WHATWG Encoding Standard, encode with the error mode ``html``.
    """
    if encoding.upper() in ("UTF-8", "UTF-16LE", "UTF-16BE", "REPLACEMENT"):
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            return re.sub("[\ud800-\udfff]", "\ufffd", text).encode("utf-8")
    return encode_legacy(text, encoding)


def urlencoded(entries: Iterable[FormEntry], encoding: str = "UTF-8") -> str:
    """Return the entries as ``application/x-www-form-urlencoded`` text.

    Source: WHATWG URL Standard, 5.2; HTML Living Standard, 4.10.22.6.
    """
    return "&".join(f"{_quoted(entry.name, encoding)}={_quoted(entry.text, encoding)}" for entry in entries)


def _quoted(text: str, encoding: str) -> str:
    data = encode_text(_crlf(text), encoding)
    return "".join(map(_QUOTED.__getitem__, data))


def multipart(
    entries: Iterable[FormEntry], encoding: str = "UTF-8", *, boundary: str | None = None
) -> tuple[str, bytes]:
    """Return the content type, with its boundary, and the body of ``multipart/form-data``.

    Args:
        entries: The entries.
        encoding: The encoding of names and values.
        boundary: The boundary; random by default.

    Source: HTML Living Standard, 4.10.22.7.
    """
    mark = boundary or "----WebKitFormBoundary" + secrets.token_hex(8)
    line = f"--{mark}\r\n".encode("ascii")
    parts: list[bytes] = []
    for entry in entries:
        name = _escaped(_crlf(entry.name), encoding)
        parts += (line, b'Content-Disposition: form-data; name="', name, b'"')
        if isinstance(entry.value, str):
            parts += (b"\r\n\r\n", encode_text(_crlf(entry.value), encoding), b"\r\n")
        else:
            kind = entry.value.mime_type or "application/octet-stream"
            parts += (
                b'; filename="',
                _escaped(entry.value.path or entry.value.name, encoding),
                b'"\r\nContent-Type: ',
            )
            parts += (kind.encode("ascii", "replace"), b"\r\n\r\n", entry.value.content, b"\r\n")
    parts.append(f"--{mark}--\r\n".encode("ascii"))
    return f"multipart/form-data; boundary={mark}", b"".join(parts)


def plain_text(entries: Iterable[FormEntry], encoding: str = "UTF-8") -> bytes:
    """Return the entries as ``text/plain`` lines (HTML Living Standard, 4.10.22.8)."""
    lines = "".join(f"{_crlf(entry.name)}={_crlf(entry.text)}\r\n" for entry in entries)
    return encode_text(lines, encoding)


def _escaped(text: str, encoding: str) -> bytes:
    data = encode_text(text, encoding)
    return data.replace(b"\n", b"%0A").replace(b"\r", b"%0D").replace(b'"', b"%22")


def _crlf(text: str) -> str:
    return _NEWLINE.sub("\r\n", text) if "\n" in text or "\r" in text else text
