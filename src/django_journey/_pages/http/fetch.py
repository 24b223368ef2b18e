"""The requests of a navigation: headers as Chromium sends them, cookies, redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django_journey._dom.tree.urls import Url, parse_url
from django_journey._drivers import base
from django_journey._drivers.base import Driver
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.http.referrer import is_same_site, origin_header, policy_of, referer, sec_fetch
from django_journey._pages.http.request_response import Request, Response
from django_journey.errors import Error, Explanation, TooManyRedirects

__all__ = ["FetchRequest", "Fetcher", "NavigationResult", "checked_headers", "merged_headers"]

_ACCEPT = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """A request to send, and what its headers depend on.

    Args:
        url: The URL with its fragment.
        method: The HTTP method.
        body: The body of a POST.
        content_type: The body's type.
        source: The URL of the page that causes it; ``None`` for a URL that was typed.
        policy: That page's referrer policy.
        referer: The ``Referer`` that ``goto`` was given.
        by_user: Whether a user's action causes it.
        again: Whether caches must be revalidated: the page is reloaded, or a form is posted.
        framed: Whether a frame shows it.
        script_headers: The headers that a script sets; ``None`` for a navigation.
        tainted: Whether another origin has redirected it across origins: ``Origin`` is ``null`` then.
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
    script_headers: base.Headers | None = None


@dataclass(frozen=True, slots=True)
class NavigationResult:
    """The end of a navigation's redirects.

    Args:
        response: The last response.
        url: Its URL, with the fragment that it inherits.
        request: The last request.
        raised: What the view raised, where the page has to raise it again.
    """

    response: Response
    url: Url
    request: FetchRequest
    raised: BaseException | None = None


@dataclass(slots=True)
class Fetcher:
    """Sends navigations through a driver.

    Args:
        driver: What answers.
        jar: The context's cookies.
        headers: The headers that go with every request (user agent, language, the test's own).
        max_redirects: How many redirects a chain may have.
        raise_server_errors: Whether a page raises again what a view raised.
        actor: Whose browser it is, for the trace.
    """

    driver: Driver
    jar: CookieJar
    headers: dict[str, str] = field(default_factory=dict)
    max_redirects: int = 20
    raise_server_errors: bool = True
    actor: str = ""

    def follow(self, request: FetchRequest, extra: Mapping[str, str] | None = None) -> NavigationResult:
        """Send a navigation and follow its redirects.

        Args:
            request: The request.
            extra: The page's own headers, which override those of the context.

        Raises:
            TooManyRedirects: The chain is longer than ``max_redirects``; the error lists it.
            Error: It redirects to a URL that is not http or https.

        Source: WHATWG Fetch, 4.4 HTTP-redirect fetch.
        """
        previous: Request | None = None
        chain = [f"{request.method} {request.url}"]
        while True:
            response = self._once(request, previous, extra or {})
            if response.raw.exception is not None and self.raise_server_errors:
                return NavigationResult(response, request.url, request, response.raw.exception)
            target = redirect_target(request.url, response.status, response.raw)
            if target is None:
                return NavigationResult(response, request.url, request)
            if not target.is_http:
                raise Error(
                    Explanation(
                        f"net::ERR_UNSAFE_REDIRECT: {request.url} redirects to {target}",
                        instead="a browser follows redirects to http and https alone",
                    )
                )
            previous = response.request
            request = redirected(
                request, response.status, target, policy_of_response(response, request.policy)
            )
            chain.append(f"{request.method} {request.url}")
            if len(chain) > self.max_redirects + 1:
                raise TooManyRedirects(
                    Explanation(
                        f"net::ERR_TOO_MANY_REDIRECTS: more than {self.max_redirects} redirects",
                        where=chain[0],
                        nearest=tuple(_abbreviated(chain)),
                        instead="look for the view that redirects to itself (a login page that needs a login?)",
                    )
                )

    def _once(self, request: FetchRequest, previous: Request | None, extra: Mapping[str, str]) -> Response:
        sent = base.DriverRequest(
            request.method, str(request.url.with_fragment(None)), self._headers(request, extra), request.body
        )
        received = self.driver.send(sent)
        for cookie in received.header_values("Set-Cookie"):
            self.jar.store(cookie, request.url)
        kind = "document" if request.script_headers is None else "xhr"
        return Response(received, Request(sent, previous, kind))

    def _headers(self, request: FetchRequest, extra: Mapping[str, str]) -> base.Headers:
        target, source = request.url, request.source
        by_script = request.script_headers is not None
        accepted = dict(request.script_headers or ()).get("Accept", "*/*") if by_script else _ACCEPT
        found = [("Accept", accepted), *(() if by_script else (("Upgrade-Insecure-Requests", "1"),))]
        if request.again:
            found.append(("Cache-Control", "max-age=0"))
        if request.method not in _SAFE:
            origin = None if request.tainted else source
            found.append(("Origin", origin_header(origin, target, request.policy)))
        if request.content_type is not None:
            found.append(("Content-Type", request.content_type))
        referrer = request.referer or (referer(source, target, request.policy) if source else "")
        if referrer:
            found.append(("Referer", referrer))
        found += sec_fetch(source, target, user=request.by_user, framed=request.framed, by_script=by_script)
        found += request.script_headers or ()
        cookies = self.jar.header(
            target,
            same_site=source is None or is_same_site(source, target),
            safe=request.method in _SAFE,
            top_level=not request.framed,
        )
        # As in Chromium, extra headers override those of the navigation, except ``Accept`` and the cookies.
        last = {"Accept": accepted, "Cookie": cookies} if cookies else {"Accept": accepted}
        return tuple(merged_headers(dict(found), self.headers, extra, last).items())


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that a test gives, checked.

    Raises:
        Error: A value is not a string, as in Playwright.
    """
    for name, value in headers.items():
        if not isinstance(value, str):
            raise Error(
                f'Expected value of header "{name}" to be String, but "{type(value).__name__}" is found.'
            )
    return dict(headers)


def merged_headers(*several: Mapping[str, str]) -> dict[str, str]:
    """Merge headers; a later one replaces an earlier one of the same name in any letter case."""
    found: dict[str, tuple[str, str]] = {}
    for headers in several:
        for name, value in headers.items():
            found[name.lower()] = (name, value)
    return dict(found.values())


def redirect_target(url: Url, status: int, received: base.DriverResponse) -> Url | None:
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


def redirected(request: FetchRequest, status: int, target: Url, policy: str) -> FetchRequest:
    """Return the request after a redirect: a GET after 303, or 301 and 302 of a POST; else the same method."""
    if (status in (301, 302) and request.method == "POST") or (status == 303 and request.method not in _SAFE):
        return replace(request, url=target, method="GET", body=b"", content_type=None, policy=policy)
    left = request.url.origin
    tainted = request.tainted or (
        request.source is not None and left != request.source.origin and left != target.origin
    )
    return replace(request, url=target, policy=policy, tainted=tainted)


def policy_of_response(response: Response, current: str) -> str:
    """Return the referrer policy after a redirect: the response may state a new one."""
    stated = response.raw.header("Referrer-Policy")
    return policy_of(stated) if stated else current


def _abbreviated(chain: list[str]) -> list[str]:
    return chain if len(chain) <= 8 else [*chain[:5], f"… {len(chain) - 7} more …", *chain[-2:]]
