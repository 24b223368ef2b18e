"""The cookies of a browser context: stored and sent by RFC 6265bis, and converted to Playwright's dictionaries."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django_journey._dom.tree.urls import Url, parse_url
from django_journey._pages.http.cookie_dates import parse_cookie_date
from django_journey._pages.http.referrer import is_trustworthy
from django_journey.errors import Error

__all__ = ["Cookie", "CookieJar", "RejectedCookie"]

_LONGEST = 400 * 24 * 3600  # seconds; no cookie lives longer than 400 days
_SIZE = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(slots=True)
class Cookie:
    """One cookie.

    Args:
        name: The name, possibly empty.
        value: The value.
        domain: The host, without a leading dot.
        path: The path that it is sent below.
        expires: Seconds since the epoch; ``None`` for a session cookie.
        http_only: Whether scripts can't read it.
        secure: Whether it is only sent over https.
        same_site: ``Strict``, ``Lax`` or ``None``; ``Lax`` where the site states none.
        host_only: Whether it is not sent to subdomains.
        created: Its place in the order of creation.
    """

    name: str
    value: str
    domain: str
    path: str = "/"
    expires: float | None = None
    http_only: bool = False
    secure: bool = False
    same_site: str = "Lax"
    host_only: bool = True
    created: int = 0

    @property
    def key(self) -> tuple[str, str, bool, str]:
        """What identifies a cookie: a new one with the same key replaces it."""
        return (self.name, self.domain, self.host_only, self.path)

    def as_playwright(self) -> dict[str, Any]:
        """Return the cookie as a dictionary of Playwright's ``BrowserContext.cookies()``."""
        return {
            "name": self.name,
            "value": self.value,
            "domain": self.domain if self.host_only else f".{self.domain}",
            "path": self.path,
            "expires": -1 if self.expires is None else self.expires,
            "httpOnly": self.http_only,
            "secure": self.secure,
            "sameSite": self.same_site,
        }


@dataclass(frozen=True, slots=True)
class RejectedCookie:
    """A cookie that was not stored: the header, the URL that set it, and the reason."""

    header: str
    url: str
    reason: str


class CookieJar:
    """The cookies of one browser context; ``rejected`` lists those that were not stored, with the reasons."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, bool, str], Cookie] = {}
        self._created = 0
        self.rejected: list[RejectedCookie] = []

    def store(self, header: str, url: Url) -> None:
        """Store the cookie of a ``Set-Cookie`` header, or record why it is rejected.

        Args:
            header: The header's value.
            url: The URL of the response.

        Source: RFC 6265bis, 5.6 and 5.7.
        """
        try:
            cookie = _parsed(header, url)
            self._check_hides_none(cookie, url)
        except ValueError as reason:
            self.rejected.append(RejectedCookie(header, str(url), str(reason)))
            return
        self._put(cookie)

    def _check_hides_none(self, cookie: Cookie, url: Url) -> None:
        """Reject a cookie of an insecure page that would hide a ``Secure`` one (5.7, step 16)."""
        if cookie.secure or is_trustworthy(url):
            return
        for other in self._unexpired():
            if (
                other.secure
                and other.name == cookie.name
                and (_is_within(cookie.domain, other.domain) or _is_within(other.domain, cookie.domain))
                and _is_below(cookie.path, other.path)
            ):
                raise ValueError("a Secure cookie has that name, and the page came over http")

    def _put(self, cookie: Cookie) -> None:
        old = self._cookies.pop(cookie.key, None)
        if cookie.expires is not None and cookie.expires <= time.time():
            return
        self._created += 1
        cookie.created = old.created if old else self._created
        self._cookies[cookie.key] = cookie

    def header(self, url: Url, *, same_site: bool = True, safe: bool = True, top_level: bool = True) -> str:
        """Return the ``Cookie`` header of a request, or an empty string.

        Args:
            url: Where the request goes.
            same_site: Whether a page of the same site caused it, or no page did.
            safe: Whether its method is GET or HEAD.
            top_level: Whether it navigates a page, not a frame.
        """
        if not self._cookies:
            return ""
        sent = []
        for cookie in self._unexpired():
            if not _is_sent_to(cookie, url):
                continue
            if not same_site and (
                cookie.same_site == "Strict" or (cookie.same_site == "Lax" and not (safe and top_level))
            ):
                continue
            sent.append(cookie)
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.created))
        return "; ".join(f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent)

    def _unexpired(self) -> list[Cookie]:
        now = time.time()
        expired = [
            key
            for key, cookie in self._cookies.items()
            if cookie.expires is not None and cookie.expires <= now
        ]
        for key in expired:
            del self._cookies[key]
        return list(self._cookies.values())

    def all(self, urls: Iterable[str] = ()) -> list[Cookie]:
        """Return the cookies, or those that are sent to one of the URLs.

        Raises:
            Error: One is not an absolute URL.
        """
        try:
            wanted = [parse_url(url) for url in urls]
        except ValueError as error:
            raise Error(f"Invalid URL: {error}") from error
        unexpired = self._unexpired()
        if not wanted:
            return unexpired
        return [cookie for cookie in unexpired if any(_is_sent_to(cookie, url) for url in wanted)]

    def add(self, given: Mapping[str, Any]) -> None:
        """Add a cookie given as Playwright's dictionary: ``name``, ``value`` and either ``url`` or ``domain``.

        Raises:
            Error: It has neither or both, a URL that can't have cookies, no name or value, or an invalid ``sameSite``.
        """
        for field in ("name", "value"):
            if not isinstance(given.get(field), str):
                raise Error(f"cookies[].{field}: expected string, got {given.get(field)!r}")
        if given.get("sameSite") not in (None, "Strict", "Lax", "None"):
            raise Error("cookies[].sameSite: expected one of (Strict|Lax|None)")
        url, domain = given.get("url"), given.get("domain")
        if not url and not (domain and given.get("path")):
            raise Error("Cookie should have a url or a domain/path pair")
        if url and domain:
            raise Error("Cookie should have either url or domain")
        if url and given.get("path"):
            raise Error("Cookie should have either url or path")
        expires = given.get("expires")
        if expires is not None and expires != -1 and expires < 0:
            raise Error(
                "Cookie should have a valid expires, only -1 or a positive number"
                " for the unix timestamp in seconds is allowed"
            )
        host, path, secure = str(domain or ""), str(given.get("path") or "/"), bool(given.get("secure"))
        if url:
            try:
                target = parse_url(url)
            except ValueError as error:
                raise Error(f"Invalid URL: {error}") from error
            if not target.is_http:
                raise Error(f"{target} can not have cookies")
            host, path = target.host, target.path.rpartition("/")[0] + "/"
            secure = bool(given.get("secure", target.scheme == "https"))
        self._put(
            Cookie(
                str(given["name"]),
                str(given["value"]),
                host.lstrip(".").lower(),
                path,
                None if expires in (None, -1) else float(expires),
                bool(given.get("httpOnly")),
                secure,
                str(given.get("sameSite") or "Lax"),
                not host.startswith("."),
            )
        )

    def clear(self, *, name: Any = None, domain: Any = None, path: Any = None) -> None:
        """Delete the cookies that match every argument given (strings or compiled patterns)."""
        for key, cookie in list(self._cookies.items()):
            attributes = cookie.as_playwright()
            if all(
                _matches(wanted, attributes[field])
                for field, wanted in (("name", name), ("domain", domain), ("path", path))
            ):
                del self._cookies[key]


def _matches(wanted: Any, text: str) -> bool:
    if wanted is None:
        return True
    return bool(wanted.search(text)) if isinstance(wanted, re.Pattern) else bool(wanted == text)


def _is_sent_to(cookie: Cookie, url: Url) -> bool:
    if cookie.secure and not is_trustworthy(url):
        return False
    if url.host != cookie.domain and (cookie.host_only or not _is_within(url.host, cookie.domain)):
        return False
    return _is_below(url.path, cookie.path)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _is_below(path: str, top: str) -> bool:
    return path == top or (path.startswith(top) and (top.endswith("/") or path[len(top)] == "/"))


def _parsed(header: str, url: Url) -> Cookie:
    if _CONTROL.search(header):
        raise ValueError("it has a control character")
    pair, _, rest = header.partition(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if equals else ("", pair.strip(" \t"))
    if not name and not value:
        raise ValueError("it has neither a name nor a value")
    if len(name) + len(value) > _SIZE:
        raise ValueError(f"its name and value are longer than {_SIZE} bytes")
    attributes = _attributes(rest)
    domain, host_only = _domain(attributes.get("domain", ""), url)
    path = attributes.get("path", "")
    cookie = Cookie(
        name,
        value,
        domain,
        path if path.startswith("/") else _default_path(url),
        _expiry(attributes),
        "httponly" in attributes,
        "secure" in attributes,
        {"strict": "Strict", "none": "None"}.get(attributes.get("samesite", "").lower(), "Lax"),
        host_only,
    )
    _check_secure(cookie, url, attributes)
    return cookie


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        value = value.strip(" \t")
        if len(value) <= 1024:
            found[name.strip(" \t").lower()] = value
    return found


def _domain(given: str, url: Url) -> tuple[str, bool]:
    domain = given.removeprefix(".").lower()
    if not domain:
        return url.host, True
    if url.host == domain:
        return domain, re.fullmatch(r"[\d.]+|\[.*\]", domain) is not None or "." not in domain
    if "." not in domain:
        raise ValueError(f"its domain {given!r} is a public suffix")
    if not url.host.endswith("." + domain):
        raise ValueError(f"its domain {given!r} is not {url.host!r} or above it")
    return domain, False


def _default_path(url: Url) -> str:
    return url.path[: url.path.rfind("/")] or "/"


def _expiry(attributes: dict[str, str]) -> float | None:
    now = time.time()
    age = attributes.get("max-age")
    if age is not None and re.fullmatch(r"-?\d+", age, re.ASCII):
        return now + min(int(age), _LONGEST) if int(age) > 0 else 0.0
    moment = parse_cookie_date(attributes["expires"]) if "expires" in attributes else None
    return None if moment is None else min(moment, now + _LONGEST)


def _check_secure(cookie: Cookie, url: Url, attributes: dict[str, str]) -> None:
    if cookie.secure and not is_trustworthy(url):
        raise ValueError("it is Secure, and the page came over http")
    if cookie.same_site == "None" and not cookie.secure:
        raise ValueError("SameSite=None needs Secure")
    # A cookie without a name is sent as its value alone, which then passes for a name.
    prefix = (cookie.name or cookie.value).lower()
    if not cookie.name and prefix.startswith(("__secure-", "__host-")):
        raise ValueError("it has no name, and its value begins like that of a cookie with a prefix")
    if prefix.startswith("__secure-") and not cookie.secure:
        raise ValueError("the prefix __Secure- needs Secure")
    if prefix.startswith("__host-") and not (
        cookie.secure and not attributes.get("domain") and attributes.get("path") == "/"
    ):
        raise ValueError("the prefix __Host- needs Secure, Path=/ and no Domain")
