"""Removes secrets from stored calls of outside services: known values anywhere, and values with a secret's name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django_journey._trace.secrets.names import SecretNames
from django_journey._trace.secrets.spellings import spellings

__all__ = ["REMOVED", "Secrets"]

REMOVED = "REMOVED"

_PART = re.compile(
    rb'(content-disposition:[^\r\n]*?\bname="([^"]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)',
    re.IGNORECASE | re.DOTALL,
)


class Secrets:
    """Secrets that must not be written to a file.

    Args:
        values: Secrets that are known, e.g. a service's credentials; they are found wherever they stand. Of a
            URL, the user and the password in it are secrets too.
        names: More names of headers, arguments and fields whose values are secret.
    """

    def __init__(self, values: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        # The longest first, so that a value that contains another one goes as a whole; very short ones
        # would take ordinary words along.
        known = {part for value in values for part in _parts(value) if len(part) >= 4}
        self._values = sorted(known, key=len, reverse=True)
        self._spellings = sorted(
            {each for value in known for each in spellings(value)}, key=len, reverse=True
        )
        self._names = SecretNames(names)

    @property
    def values(self) -> tuple[str, ...]:
        """The known values, the longest first."""
        return tuple(self._values)

    def is_secret(self, name: str) -> bool:
        """Return whether values of that name are secrets."""
        return self._names.is_secret(name)

    def text(self, text: str) -> str:
        """Return a text without the known values."""
        for spelling in self._spellings:
            text = text.replace(spelling, REMOVED)
        return text

    def url(self, url: str) -> str:
        """Return a URL without user information, secret arguments and known values."""
        parts = urlsplit(url)
        query = parts.query
        if any(self.is_secret(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
            query = self._urlencoded(query)
        place = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit((parts.scheme, place, parts.path, query, "")))

    def header(self, name: str, value: str) -> str:
        """Return a header's value, or the word that stands for it."""
        return REMOVED if self.is_secret(name) else self.text(value)

    def body(self, body: bytes, content_type: str) -> bytes:
        """Return a body without secret fields and known values.

        Args:
            body: JSON, urlencoded or multipart bytes; of other types only known values are removed.
            content_type: The header, with its parameters.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            body = self._urlencoded(body.decode("latin-1")).encode("latin-1")
        elif kind == "multipart/form-data":
            body = _PART.sub(self._part, body)
        elif kind == "application/json" or kind.endswith("+json"):
            body = self._json(body)
        for spelling in self._spellings:
            body = body.replace(spelling.encode(), REMOVED.encode())
        return body

    def _urlencoded(self, text: str) -> str:
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(self.is_secret(name) for name, _ in pairs):
            return text
        return urlencode([(name, REMOVED if self.is_secret(name) else value) for name, value in pairs])

    def _part(self, found: re.Match[bytes]) -> bytes:
        name = found[2].decode("utf-8", "replace")
        return found[1] + (REMOVED.encode() if self.is_secret(name) else found[3])

    def _json(self, body: bytes) -> bytes:
        try:
            data = json.loads(body)
        except ValueError:
            return body
        cleaned = self._cleaned(data)
        return body if cleaned == data else json.dumps(cleaned).encode()

    def _cleaned(self, data: Any, *, secret: bool = False) -> Any:
        if isinstance(data, dict):
            return {name: self._cleaned(value, secret=self.is_secret(name)) for name, value in data.items()}
        if isinstance(data, list):
            return [self._cleaned(entry, secret=secret) for entry in data]
        return REMOVED if secret and isinstance(data, str) else data


def _parts(value: str) -> Iterator[str]:
    yield value
    if "://" in value:
        parts = urlsplit(value)
        yield from (unquote(part) for part in (parts.username, parts.password) if part)
