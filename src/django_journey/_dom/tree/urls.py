"""URLs as a browser handles them: parsed, resolved and serialized by the WHATWG URL Standard."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote_to_bytes

from django_journey._dom.tree.legacy_encodings import encode_legacy

__all__ = ["Url", "join", "parse_url", "percent_encode", "plain_query"]

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SPECIAL = frozenset((*_PORTS, "file"))
_BLANK = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")

_REFERENCE = re.compile(rb"&#(\d+);")

_C0 = frozenset((*range(0x20), *range(0x7F, 0x100)))
_FRAGMENT = _C0 | frozenset(b' "<>`')
_QUERY = _C0 | frozenset(b' "#<>')
_SPECIAL_QUERY = _QUERY | frozenset(b"'")
_PATH = _QUERY | frozenset(b"?^`{|}")
_USERINFO = _PATH | frozenset(b"/:;=@[\\]")


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL; ``str()`` serializes it as ``href`` does.

    Args:
        scheme: In lower case, without the colon.
        host: In ASCII; empty if there is none.
        port: The port, unless it is the scheme's default.
        path: Percent-encoded, with the leading slash; everything after the scheme for one such as ``mailto``.
        query: Without the question mark, or ``None``.
        fragment: Without the hash sign, or ``None``.
        userinfo: ``user:password``, percent-encoded.
    """

    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str | None = None
    fragment: str | None = None
    userinfo: str = ""

    def __str__(self) -> str:
        text = self.scheme + ":"
        if self.is_special:
            text += "//" + (self.userinfo + "@" if self.userinfo else "") + self.netloc
        text += self.path
        if self.query is not None:
            text += "?" + self.query
        if self.fragment is not None:
            text += "#" + self.fragment
        return text

    @property
    def is_special(self) -> bool:
        """Whether the scheme is special in the sense of the URL Standard (``http``, ``https``, ``file``, …)."""
        return self.scheme in _SPECIAL

    @property
    def is_http(self) -> bool:
        """Whether a page can be fetched from it."""
        return self.scheme in ("http", "https")

    @property
    def netloc(self) -> str:
        """The host, with the port unless it is the scheme's default."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The origin as in an ``Origin`` header; ``null`` for a scheme without origins."""
        return f"{self.scheme}://{self.netloc}" if self.scheme in _PORTS else "null"

    @property
    def target(self) -> str:
        """The path and query, as in a request line."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def with_fragment(self, fragment: str | None) -> Url:
        """Return the same URL with that fragment, or without one."""
        return self if fragment == self.fragment else replace(self, fragment=fragment)

    def with_query(self, query: str | None) -> Url:
        """Return the same URL with that query, or without one."""
        return replace(self, query=query)


def percent_encode(data: bytes, unsafe: frozenset[int]) -> str:
    """Return bytes as text, the unsafe ones as ``%XX``."""
    return "".join(f"%{byte:02X}" if byte in unsafe else chr(byte) for byte in data)


def plain_query(data: bytes) -> str:
    """Return bytes, decoded as windows-1252, as a URL's query without tabs and line breaks."""
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    text = "".join(chr(byte) if byte in undefined else bytes((byte,)).decode("cp1252") for byte in data)
    return percent_encode(text.translate({9: None, 10: None, 13: None}).encode("utf-8"), _SPECIAL_QUERY)


def join(base: str, url: str, *, encoding: str = "utf-8") -> str:
    """Resolve a URL against a base and serialize it.

    Args:
        base: An absolute URL.
        url: The URL, relative or absolute.
        encoding: The document's encoding, used for the query.

    Raises:
        ValueError: The URL is invalid.
    """
    return str(parse_url(url, parse_url(base), encoding=encoding))


@lru_cache(maxsize=256)
def parse_url(text: str, base: Url | None = None, *, encoding: str = "utf-8") -> Url:
    """Parse a URL.

    Args:
        text: The URL.
        base: The base of a relative URL.
        encoding: The encoding of the query.

    Raises:
        ValueError: The URL is invalid, or relative without a base.

    Source: WHATWG URL Standard, 4.4 URL parsing.
    """
    text = text.strip(_BLANK).translate({9: None, 10: None, 13: None})
    match = _SCHEME.match(text)
    if match:
        scheme, rest = match[1].lower(), text[match.end() :]
        if scheme not in _SPECIAL:
            return _opaque(scheme, rest)
        if base is None or scheme != base.scheme or rest[:1] in ("/", "\\"):
            return _absolute(scheme, rest.lstrip("/\\") if scheme != "file" else rest[2:], encoding)
        text = rest  # "http:page" is relative to a base of the same scheme
    if base is None:
        raise ValueError(f"{text!r} is not an absolute URL")
    return _relative(text, base, encoding)


def _opaque(scheme: str, rest: str) -> Url:
    rest, fragment = _cut(rest, "#")
    path, query = _cut(rest, "?")
    return Url(
        scheme,
        path=percent_encode(path.encode(), _C0),
        query=None if query is None else percent_encode(query.encode(), _QUERY),
        fragment=None if fragment is None else percent_encode(fragment.encode(), _FRAGMENT),
    )


def _absolute(scheme: str, rest: str, encoding: str) -> Url:
    authority, tail = _authority(rest)
    userinfo, at, hostport = authority.rpartition("@")
    host, port = _host_port(hostport, scheme)
    path, query, fragment = _tail(tail, encoding)
    user = ""
    if at and userinfo:
        name, password = _cut(userinfo, ":")
        user = percent_encode(name.encode(), _USERINFO)
        if password:
            user += ":" + percent_encode(password.encode(), _USERINFO)
    return Url(scheme, host, port, _dots(path, []), query, fragment, user)


def _relative(text: str, base: Url, encoding: str) -> Url:
    if not base.is_special:
        if text.startswith("#"):
            return base.with_fragment(percent_encode(text[1:].encode(), _FRAGMENT))
        raise ValueError(f"{text!r} is relative, and {base} can't be a base")
    if re.match(r"[/\\]{2}", text):
        return _absolute(base.scheme, text.lstrip("/\\"), encoding)
    path, query, fragment = _tail(text, encoding)
    if text[:1] in ("/", "\\"):
        return replace(base, path=_dots(path, []), query=query, fragment=fragment)
    if not path:
        return replace(base, query=base.query if query is None else query, fragment=fragment)
    parent = base.path.split("/")[1:-1]
    return replace(base, path=_dots(path, parent), query=query, fragment=fragment)


def _authority(rest: str) -> tuple[str, str]:
    match = re.search(r"[/\\?#]", rest)
    return (rest, "") if match is None else (rest[: match.start()], rest[match.start() :])


def _host_port(text: str, scheme: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?", text, re.ASCII)
    if match is None:
        raise ValueError(f"{text!r} is not a host")
    port = int(match[2]) if match[2] else None
    if port is not None and port > 65535:
        raise ValueError(f"{port} is not a port")
    return _host(match[1], scheme), None if port == _PORTS.get(scheme) else port


def _host(text: str, scheme: str) -> str:
    if text.startswith("["):
        try:
            return f"[{IPv6Address(text[1:-1])}]"
        except AddressValueError:
            raise ValueError(f"{text!r} is not an IPv6 address") from None
    host = unquote_to_bytes(text).decode("utf-8", "replace").lower()
    if not host and scheme != "file":
        raise ValueError("the URL has no host")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if _BAD_HOST.search(host):
        raise ValueError(f"{host!r} is not a host")
    return host


def _tail(text: str, encoding: str) -> tuple[str, str | None, str | None]:
    text, fragment = _cut(text, "#")
    path, query = _cut(text, "?")
    if query is not None:
        query = percent_encode(_encoded(query, encoding), _SPECIAL_QUERY)
    if fragment is not None:
        fragment = percent_encode(fragment.encode("utf-8", "replace"), _FRAGMENT)
    return path.replace("\\", "/"), query, fragment


def _encoded(text: str, encoding: str) -> bytes:
    # A character that the encoding lacks becomes a percent-encoded numeric character reference.
    if encoding.lower().replace("-", "") in ("utf8", "utf16le", "utf16be"):
        return text.encode("utf-8", "replace")
    if encoding == "ISO-2022-JP":
        return _REFERENCE.sub(rb"%26%23\1%3B", encode_legacy(text, encoding))
    written = ((char, encode_legacy(char, encoding)) for char in text)
    return b"".join(
        data if char < "\x80" else _REFERENCE.sub(rb"%26%23\1%3B", data) for char, data in written
    )


def _dots(path: str, parent: list[str]) -> str:
    segments = [] if path.startswith("/") else list(parent)
    parts = path.removeprefix("/").split("/")
    for index, raw in enumerate(parts):
        last = index == len(parts) - 1
        plain = raw.lower().replace("%2e", ".")
        if plain == "..":
            if segments:
                segments.pop()
            if last:
                segments.append("")
        elif plain == ".":
            if last:
                segments.append("")
        else:
            segments.append(percent_encode(raw.encode("utf-8", "replace"), _PATH))
    return "/" + "/".join(segments)


def _cut(text: str, mark: str) -> tuple[str, str | None]:
    before, found, after = text.partition(mark)
    return before, after if found else None
