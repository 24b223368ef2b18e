"""Encodes text in the Web's legacy encodings; Python's codecs differ from them in thousands of characters.

The parser decodes by the Encoding Standard, so the tables are built by decoding every byte sequence once. The few
rules by which the standard's encoders are not the inverse of its decoders are added here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from django_journey._dom.tree.parser import decoded

__all__ = ["encode_legacy"]

_PAIRED = frozenset(("GBK", "gb18030", "Big5", "EUC-JP", "Shift_JIS", "EUC-KR"))
#: Characters that Big5 has twice; the encoder uses the second.
_LATER = "\u2550\u255e\u2561\u256a\u5341\u5345"
_YEN = {"\xa5": b"\\", "\u203e": b"~"}
#: Private use characters that GB 18030 has since assigned (Encoding Standard, gb18030 encoder).
_FORMERLY = dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        (
            *(bytes((0xA6, low)) for low in (*range(0xD9, 0xE0), 0xEC, 0xED, 0xF3)),
            *(bytes((0xFE, low)) for low in (0x59, 0x61, 0x66, 0x67, 0x6D, 0x7E, 0x90, 0xA0)),
        ),
        strict=True,
    )
)


def encode_legacy(text: str, encoding: str) -> bytes:
    """Encode text in a legacy encoding; characters that it lacks become numeric character references.

    Args:
        text: The text; lone surrogates become U+FFFD.
        encoding: The WHATWG name of the encoding.

    Source: WHATWG Encoding Standard, the encoders of sections 9 to 14, with the error mode ``html``.
    """
    if encoding == "ISO-2022-JP":
        return _escaped(text)
    if text.isascii():
        return text.encode("ascii")
    table = _table(encoding)
    return b"".join(table.get(char) or _other(char, encoding) for char in text)


def _other(char: str, encoding: str) -> bytes:
    if char < "\x80":
        return char.encode("ascii")
    if encoding == "gb18030" and char not in "\ue5e5" and not "\ud800" <= char <= "\udfff":
        return char.encode("gb18030")  # four-byte sequences; Python's codec agrees here
    return _reference(char)


def _reference(char: str) -> bytes:
    return b"&#%d;" % (0xFFFD if "\ud800" <= char <= "\udfff" else ord(char))


@lru_cache(maxsize=8)
def _table(encoding: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    sequences = list(_sequences(encoding))
    for sequence, char in zip(sequences, decoded(sequences, encoding), strict=True):
        if (
            len(char) == 1
            and char != "\ufffd"
            and (char not in found or (encoding == "Big5" and char in _LATER))
        ):
            found[char] = sequence
    if encoding in ("EUC-JP", "Shift_JIS"):
        found |= _YEN | {"\u2212": found["\uff0d"]}
    elif encoding in ("GBK", "gb18030"):
        found |= _FORMERLY
    if encoding == "gb18030":
        found |= {
            "\u20ac": b"\xa2\xe3",
            "\ue7c7": b"\x815\xf47",
        }  # the euro sign is a single byte only in GBK
    return found


def _sequences(encoding: str) -> Iterator[bytes]:
    """Yield the byte sequences that the encoder may produce, preferred ones first."""
    yield from (bytes((byte,)) for byte in range(0x80, 0x100))
    if encoding not in _PAIRED:
        return
    for lead in range(0x81, 0xFF):
        if encoding == "Big5" and lead < 0xA1:
            continue  # the Hong Kong extension is only decoded
        if encoding == "Shift_JIS" and (lead in (0xED, 0xEE) or 0xF0 <= lead <= 0xF9):
            continue  # so are NEC's duplicates of IBM's characters and the user-defined range
        yield from (bytes((lead, trail)) for trail in range(0x30, 0xFF))


def _escaped(text: str) -> bytes:
    """Encode text as ISO-2022-JP, which switches between three character sets by escape sequences."""
    table = _table("EUC-JP")
    written = bytearray()
    now = b"\x1b(B"
    for char in text:
        # Characters that would begin an escape sequence are replaced.
        char = "\ufffd" if char in "\x0e\x0f\x1b" else _full_width(char)
        pair = table.get(char, b"") if char > "\x7f" and char not in _YEN else b""
        if len(pair) == 2 and pair[0] != 0x8E:
            wanted, data = b"\x1b$B", bytes(byte & 0x7F for byte in pair)
        elif char in _YEN:
            wanted, data = b"\x1b(J", _YEN[char]
        elif char < "\x80":
            wanted = b"\x1b(J" if now == b"\x1b(J" and char not in "\\~" else b"\x1b(B"
            data = char.encode("ascii")
        else:
            wanted, data = b"\x1b(J" if now == b"\x1b(J" else b"\x1b(B", _reference(char)
        if wanted != now:
            written += wanted
            now = wanted
        written += data
    return bytes(written) + (b"" if now == b"\x1b(B" else b"\x1b(B")


def _full_width(char: str) -> str:
    if "\uff61" <= char <= "\uff9f":
        return {"\uff9e": "\u309b", "\uff9f": "\u309c"}.get(char) or unicodedata.normalize("NFKC", char)
    return char
