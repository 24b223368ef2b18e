"""Takes secrets out of what is kept of an outside call: known values anywhere, and what bears a telling name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

__all__ = ["REMOVED", "Secrets"]

REMOVED = "REMOVED"

_TELLING = re.compile(
    r"(?i)(passw|secret|token|api[-_]?key|apikey|authori[sz]ation|signature|cookie|credential"
    r"|private[-_]?key|access[-_]?key|session|csrf|^auth$|^key$|^sig$|card[-_]?number|^cvc$|^cvv$|^iban$)"
)
_PART = re.compile(
    rb'(content-disposition:[^\r\n]*?\bname="([^"]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)',
    re.IGNORECASE | re.DOTALL,
)


class Secrets:
    """What must never be written.

    Args:
        values: Secrets that are known, e.g. a service's credentials; they are found wherever they stand.
        names: More names of headers, arguments and fields whose values are secret.
    """

    def __init__(self, values: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        # The longest first, so that a value that contains another one goes as a whole; very short ones
        # would take ordinary words along.
        self._values = sorted({value for value in values if len(value) >= 4}, key=len, reverse=True)
        self._names = {name.lower() for name in names}

    def is_telling(self, name: str) -> bool:
        """Whether what bears that name is a secret."""
        return name.lower() in self._names or _TELLING.search(name) is not None

    def text(self, text: str) -> str:
        """Return a text without the known values."""
        for value in self._values:
            text = text.replace(value, REMOVED).replace(quote(value, safe=""), REMOVED)
        return text

    def url(self, url: str) -> str:
        """Return a URL without user information, telling arguments and known values."""
        parts = urlsplit(url)
        query = parts.query
        if any(self.is_telling(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
            query = self._urlencoded(query)
        place = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit((parts.scheme, place, parts.path, query, "")))

    def header(self, name: str, value: str) -> str:
        """Return a header's value, or the word that stands for it."""
        return REMOVED if self.is_telling(name) else self.text(value)

    def body(self, body: bytes, content_type: str) -> bytes:
        """Return a body without telling fields and known values.

        Args:
            body: JSON, urlencoded or multipart bytes; of anything else only known values are taken out.
            content_type: The header, with its parameters.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            body = self._urlencoded(body.decode("latin-1")).encode("latin-1")
        elif kind == "multipart/form-data":
            body = _PART.sub(self._part, body)
        elif kind == "application/json" or kind.endswith("+json"):
            body = self._json(body)
        for value in self._values:
            body = body.replace(value.encode(), REMOVED.encode())
        return body

    def _urlencoded(self, text: str) -> str:
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(self.is_telling(name) for name, _ in pairs):
            return text
        return urlencode([(name, REMOVED if self.is_telling(name) else value) for name, value in pairs])

    def _part(self, found: re.Match[bytes]) -> bytes:
        name = found[2].decode("utf-8", "replace")
        return found[1] + (REMOVED.encode() if self.is_telling(name) else found[3])

    def _json(self, body: bytes) -> bytes:
        try:
            data = json.loads(body)
        except ValueError:
            return body
        cleaned = self._cleaned(data)
        return body if cleaned == data else json.dumps(cleaned).encode()

    def _cleaned(self, data: Any) -> Any:
        if isinstance(data, dict):
            return {
                name: REMOVED if isinstance(value, str) and self.is_telling(name) else self._cleaned(value)
                for name, value in data.items()
            }
        return [self._cleaned(entry) for entry in data] if isinstance(data, list) else data
