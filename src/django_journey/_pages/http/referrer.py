"""The headers that describe the page which causes a request: ``Referer``, ``Origin`` and ``Sec-Fetch-…``."""

from __future__ import annotations

from django_journey._dom.tree.urls import Url

__all__ = ["POLICIES", "is_same_site", "is_trustworthy", "origin_header", "policy_of", "referer", "sec_fetch"]

_DEFAULT = "strict-origin-when-cross-origin"
POLICIES = frozenset(
    (
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        _DEFAULT,
        "unsafe-url",
    )
)


def policy_of(header: str | None) -> str:
    """Return the policy of a ``Referrer-Policy`` header: its last valid word, or the default."""
    known = [word for word in (header or "").replace(",", " ").lower().split() if word in POLICIES]
    return known[-1] if known else _DEFAULT


def referer(source: Url, target: Url, policy: str) -> str:
    """Return the ``Referer`` of a request, or an empty string for none.

    Args:
        source: The URL of the page that causes it.
        target: Its URL.
        policy: The page's referrer policy.

    Source: W3C Referrer Policy, 8.3 Determine request's referrer.
    """
    if not source.is_http or policy == "no-referrer":
        return ""
    same = source.origin == target.origin
    downgrade = is_trustworthy(source) and not is_trustworthy(target)
    whole = str(Url(source.scheme, source.host, source.port, source.path, source.query))
    origin = source.origin + "/"
    if policy == "unsafe-url":
        return whole
    if policy == "origin":
        return origin
    if policy == "same-origin":
        return whole if same else ""
    if policy == "origin-when-cross-origin":
        return whole if same else origin
    if downgrade:
        return ""
    if policy == "strict-origin":
        return origin
    return whole if same or policy == "no-referrer-when-downgrade" else origin


def origin_header(source: Url | None, target: Url, policy: str) -> str:
    """Return the ``Origin`` of an unsafe request; ``null`` where the policy hides it.

    Source: WHATWG Fetch, 3.2 ``Origin`` header.
    """
    if source is None:
        return "null"
    hidden = policy == "no-referrer" or (policy == "same-origin" and source.origin != target.origin)
    downgraded = (
        policy in ("no-referrer-when-downgrade", "strict-origin", _DEFAULT)
        and source.scheme == "https"
        and target.scheme != "https"
    )
    return "null" if hidden or downgraded else source.origin


def sec_fetch(
    source: Url | None, target: Url, *, user: bool, framed: bool = False, by_script: bool = False
) -> list[tuple[str, str]]:
    """Return the ``Sec-Fetch-…`` headers of a navigation; they are only sent to trustworthy origins.

    Source: W3C Fetch Metadata Request Headers, 2.
    """
    if not is_trustworthy(target):
        return []
    site = "none"
    if source is not None:
        site = (
            "same-origin"
            if source.origin == target.origin
            else "same-site"
            if is_same_site(source, target)
            else "cross-site"
        )
    if by_script:
        return [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")]
    found = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate")]
    if user:
        found.append(("Sec-Fetch-User", "?1"))
    return [*found, ("Sec-Fetch-Dest", "iframe" if framed else "document")]


def is_trustworthy(url: Url) -> bool:
    """Tell whether a URL is potentially trustworthy: https, or loopback."""
    return (
        url.scheme == "https"
        or url.host in ("localhost", "[::1]")
        or url.host.endswith(".localhost")
        or url.host.startswith("127.")
    )


def is_same_site(one: Url, other: Url) -> bool:
    """Tell whether two URLs are same-site: the same scheme and the same registrable domain.

    The last label counts as the public suffix, which is the Public Suffix List's rule for names it does not list.
    """
    return one.scheme == other.scheme and _site(one.host) == _site(other.host)


def _site(host: str) -> str:
    if host.startswith("[") or host.replace(".", "").isdigit():
        return host
    return ".".join(host.split(".")[-2:])
