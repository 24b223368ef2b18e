"""One navigation's requests: headers as Chromium sends them, cookies, and redirects to their end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django_journey.dom.urls import Url, parse_url
from django_journey.drivers import base
from django_journey.drivers.base import Driver
from django_journey.errors import Error, Explanation, TooManyRedirects
from django_journey.pages.cookies import CookieJar
from django_journey.pages.referrer import is_same_site, origin_header, policy_of, referer, sec_fetch
from django_journey.pages.traffic import Request, Response

__all__ = ["Arrival", "Exchange", "Order", "checked_headers", "merged_headers"]

_ACCEPT = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Order:
    """A navigation that is wanted.

    Args:
        url: Where to, with its fragment.
        method: The HTTP method.
        body: The body of a POST.
        content_type: The body's type.
        source: The URL of the page that causes it; ``None`` for an address that was typed.
        policy: That page's referrer policy.
        referer: A ``Referer`` that was asked for outright.
        by_user: Whether a user's own act causes it.
        again: Whether what is stored must be asked for anew: the page is reloaded, or a form is posted.
        framed: Whether a frame shows it.
        tainted: Whether another origin redirected it to a third, or back: it has no origin to tell then.
    """

    url: Url
    method: str = "GET"
    body: bytes = b""
    content_type: str | None = None
    source: Url | None = None
    policy: str = ""
    referer: str = ""
    by_user: bool = False
    again: bool = False
    tainted: bool = False
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a navigation led.

    Args:
        response: The last response.
        url: Its URL, with the fragment that it inherits.
        order: The last request.
        raised: What the view raised, where it is to be raised again.
    """

    response: Response
    url: Url
    order: Order
    raised: BaseException | None = None


@dataclass(slots=True)
class Exchange:
    """Sends navigations through a driver.

    Args:
        driver: What answers.
        jar: The context's cookies.
        headers: The headers that go with every request (user agent, language, the test's own).
        max_redirects: How many redirects a chain may have.
        raise_server_errors: Whether what a view raised is raised again here.
        actor: Whose browser it is, for the trace.
    """

    driver: Driver
    jar: CookieJar
    headers: dict[str, str] = field(default_factory=dict)
    max_redirects: int = 20
    raise_server_errors: bool = True
    actor: str = ""

    def follow(self, order: Order, extra: Mapping[str, str] | None = None) -> Arrival:
        """Send a navigation and follow its redirects.

        Args:
            order: The navigation.
            extra: Headers of the page alone, which go before those of the context.

        Raises:
            TooManyRedirects: The chain is longer than ``max_redirects``; the error lists it.
            Error: It leads to something that is not http or https.

        Source: WHATWG Fetch, 4.4 HTTP-redirect fetch.
        """
        previous: Request | None = None
        chain = [f"{order.method} {order.url}"]
        while True:
            response = self._once(order, previous, extra or {})
            if response._received.exception is not None and self.raise_server_errors:
                return Arrival(response, order.url, order, response._received.exception)
            target = redirect_target(order.url, response.status, response._received)
            if target is None:
                return Arrival(response, order.url, order)
            if not target.is_http:
                raise Error(
                    Explanation(
                        f"net::ERR_UNSAFE_REDIRECT: {order.url} redirects to {target}",
                        instead="a browser follows redirects to http and https alone",
                    )
                )
            previous = response.request
            order = redirected(order, response.status, target, policy_of_response(response, order.policy))
            chain.append(f"{order.method} {order.url}")
            if len(chain) > self.max_redirects + 1:
                raise TooManyRedirects(
                    Explanation(
                        f"net::ERR_TOO_MANY_REDIRECTS: more than {self.max_redirects} redirects",
                        where=chain[0],
                        nearest=tuple(_shortened(chain)),
                        instead="look for the view that redirects to itself (a login page that needs a login?)",
                    )
                )

    def _once(self, order: Order, previous: Request | None, extra: Mapping[str, str]) -> Response:
        sent = base.Request(
            order.method, str(order.url.with_fragment(None)), self._headers(order, extra), order.body
        )
        received = self.driver.send(sent)
        for cookie in received.header_values("Set-Cookie"):
            self.jar.store(cookie, order.url)
        return Response(received, Request(sent, previous))

    def _headers(self, order: Order, extra: Mapping[str, str]) -> base.Headers:
        target, source = order.url, order.source
        found = [("Accept", _ACCEPT), ("Upgrade-Insecure-Requests", "1")]
        if order.again:
            found.append(("Cache-Control", "max-age=0"))
        if order.method not in _SAFE:
            told_source = None if order.tainted else source
            found.append(("Origin", origin_header(told_source, target, order.policy)))
        if order.content_type is not None:
            found.append(("Content-Type", order.content_type))
        told = order.referer or (referer(source, target, order.policy) if source is not None else "")
        if told:
            found.append(("Referer", told))
        found += sec_fetch(source, target, user=order.by_user, framed=order.framed)
        cookies = self.jar.header(
            target, same_site=source is None or is_same_site(source, target), safe=order.method in _SAFE
        )
        # As in Chromium, headers that were asked for win over those of the navigation, save what it accepts
        # and the cookies that it has.
        last = {"Accept": _ACCEPT, "Cookie": cookies} if cookies else {"Accept": _ACCEPT}
        return tuple(merged_headers(dict(found), self.headers, extra, last).items())


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers that a test asks for.

    Raises:
        Error: A value is no text, as in Playwright.
    """
    for name, value in headers.items():
        if not isinstance(value, str):
            raise Error(
                f'Expected value of header "{name}" to be String, but "{type(value).__name__}" is found.'
            )
    return dict(headers)


def merged_headers(*several: Mapping[str, str]) -> dict[str, str]:
    """Put headers together; a later one takes the place of an earlier one, whatever the letter case of its name."""
    found: dict[str, tuple[str, str]] = {}
    for headers in several:
        for name, value in headers.items():
            found[name.lower()] = (name, value)
    return dict(found.values())


def redirect_target(url: Url, status: int, received: base.Response) -> Url | None:
    """Return where a response redirects to, or ``None``; a target without a fragment inherits it.

    Raises:
        Error: The ``Location`` is not a URL.
    """
    if status not in (301, 302, 303, 307, 308):
        return None
    location = received.header("Location")
    if location is None:
        return None
    try:
        target = parse_url(location, url)
    except ValueError as error:
        raise Error(f"net::ERR_INVALID_REDIRECT: {url} redirects to {location!r}: {error}") from error
    return target if target.fragment is not None else target.with_fragment(url.fragment)


def redirected(order: Order, status: int, target: Url, policy: str) -> Order:
    """Return the request that follows a redirect: 303 always reads, 301 and 302 after a POST, others repeat."""
    if (status in (301, 302) and order.method == "POST") or (status == 303 and order.method not in _SAFE):
        return replace(order, url=target, method="GET", body=b"", content_type=None, policy=policy)
    left = order.url.origin
    tainted = order.tainted or (
        order.source is not None and left != order.source.origin and left != target.origin
    )
    return replace(order, url=target, policy=policy, tainted=tainted)


def policy_of_response(response: Response, current: str) -> str:
    """Return the referrer policy after a redirect, which its response may change."""
    stated = response._received.header("Referrer-Policy")
    return policy_of(stated) if stated else current


def _shortened(chain: list[str]) -> list[str]:
    return chain if len(chain) <= 8 else [*chain[:5], f"… {len(chain) - 7} more …", *chain[-2:]]
