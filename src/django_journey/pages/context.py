"""A browser context: one person's browser, with its own cookies, pages and API requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django_journey.dom.urls import Url, parse_url
from django_journey.drivers.base import Driver
from django_journey.errors import Error
from django_journey.pages.api import APIRequestContext
from django_journey.pages.cookies import CookieJar
from django_journey.pages.events import IN_CONTEXTS, Events, Waiting, awaited
from django_journey.pages.exchange import Exchange, checked_headers, merged_headers
from django_journey.pages.files import LinkedFiles
from django_journey.pages.page import Page
from django_journey.pages.refusals import RefusedContextCalls
from django_journey.pages.scripts import Scripts

__all__ = ["BrowserContext"]

_USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)


class BrowserContext(RefusedContextCalls):
    """The twin of ``playwright.sync_api.BrowserContext`` over a driver.

    Args:
        driver: What answers requests.
        base_url: What relative URLs are resolved against; the driver's own if it is not given.
        actor: Whose browser it is, for the trace.
        scripts: What a click means on a page whose scripts may listen to it, where the markup does not tell:
            ``ignore``, ``warn`` or ``refuse``.
        max_redirects: How many redirects a chain may have.
        raise_server_errors: Whether what a view raised is raised again in the test.
        extra_http_headers: Headers that go with every request.
        locale: The language, e.g. ``de-DE``; it is sent as ``Accept-Language``.
        user_agent: The ``User-Agent``.
        storage_state: Cookies to begin with: a path, or what ``storage_state()`` returned.
        http_credentials: ``username`` and ``password`` that are sent as basic authentication.
    """

    def __init__(
        self,
        driver: Driver,
        *,
        base_url: str | None = None,
        actor: str = "",
        scripts: Scripts = "ignore",
        max_redirects: int = 20,
        raise_server_errors: bool = True,
        extra_http_headers: Mapping[str, str] | None = None,
        locale: str | None = None,
        user_agent: str | None = None,
        storage_state: str | Path | Mapping[str, Any] | None = None,
        http_credentials: Mapping[str, str] | None = None,
    ) -> None:
        self.base_url = base_url or driver.base_url
        self.base = parse_url(self.base_url)
        self._resolved: dict[str, Url] = {}
        self.actor = actor
        self.scripts: Scripts = scripts
        self.test_id_attribute = "data-testid"
        self._cookies = CookieJar()
        self._identity = _identity(user_agent, locale, http_credentials)
        self._exchange = Exchange(
            driver,
            self._cookies,
            merged_headers(self._identity, checked_headers(extra_http_headers or {})),
            max_redirects=max_redirects,
            raise_server_errors=raise_server_errors,
            actor=actor,
        )
        self._pages: list[Page] = []
        self._closing: list[Callable[[], None]] = []
        self._closed = False
        self.files = LinkedFiles(driver)
        self.events = Events(IN_CONTEXTS)
        self._request: APIRequestContext | None = None
        if storage_state is not None:
            self._restore(storage_state)

    def __enter__(self) -> BrowserContext:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def new_page(self) -> Page:
        """Open a blank page."""
        page = Page(self)
        self._add(page)
        return page

    def open_popup(self, opener: Page | None, name: str) -> Page:
        """Open a blank page for a link that asks for another one; for the page's own use."""
        page = Page(self, opener=opener, name=name)
        self._add(page)
        return page

    def _add(self, page: Page) -> None:
        self._pages.append(page)
        self.events.emit("page", page)

    @property
    def pages(self) -> list[Page]:
        """The pages that are open."""
        return list(self._pages)

    @property
    def request(self) -> APIRequestContext:
        """Requests to an API, with the pages' cookies."""
        if self._request is None:
            self._request = APIRequestContext(self._exchange, self.base_url)
        return self._request

    @property
    def browser(self) -> None:
        """There is no browser."""
        return

    def cookies(self, urls: str | Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Return the cookies, or those that are sent to a URL."""
        wanted = [urls] if isinstance(urls, str) else urls or ()
        return [cookie.as_playwright() for cookie in self._cookies.all(wanted)]

    def add_cookies(self, cookies: Iterable[Mapping[str, Any]]) -> None:
        """Add cookies: ``name``, ``value`` and either ``url``, or ``domain`` and ``path``.

        Raises:
            Error: One has neither a URL nor a domain, or both.
        """
        for cookie in cookies:
            self._cookies.add(cookie)

    def clear_cookies(self, *, name: Any = None, domain: Any = None, path: Any = None) -> None:
        """Forget the cookies, or those with this name, domain and path (texts or patterns)."""
        self._cookies.clear(name=name, domain=domain, path=path)

    def storage_state(
        self, *, path: str | Path | None = None, indexed_db: bool | None = None
    ) -> dict[str, Any]:
        """Return the cookies in Playwright's shape, and write them to a file if one is given."""
        state: dict[str, Any] = {"cookies": self.cookies(), "origins": []}
        if path is not None:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(json.dumps(state, indent=2), encoding="utf-8")
        return state

    def _restore(self, state: str | Path | Mapping[str, Any]) -> None:
        if isinstance(state, Mapping):
            held: Mapping[str, Any] = state
        else:
            try:
                held = json.loads(Path(state).read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise Error(f"Error reading storage state from {state}: {error}") from error
        self.add_cookies(held.get("cookies", ()))

    def set_extra_http_headers(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every request, in place of those that were set before."""
        self._exchange.headers = merged_headers(self._identity, checked_headers(headers))

    def set_default_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""

    def set_default_navigation_timeout(self, timeout: float) -> None:
        """Accept a timeout; nothing is waited for."""

    def on(self, event: str, f: Callable[..., Any]) -> None:
        """Call a function at each ``page``, ``request``, ``response``, ``requestfinished`` or ``close``.

        Raises:
            NeedsBrowser: The event is one that only scripts or a browser cause.
        """
        self.events.on(event, f)

    def once(self, event: str, f: Callable[..., Any]) -> None:
        """Call a function at the next such event; see ``on``."""
        self.events.on(event, f, once=True)

    def remove_listener(self, event: str, f: Callable[..., Any]) -> None:
        """Call the function no more."""
        self.events.remove(event, f)

    def expect_event(
        self, event: str, predicate: Callable[[Any], Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Any]:
        """Return a context manager; the event has to happen in it, and ``value`` is what it tells; see ``on``."""
        return Waiting(self, "BrowserContext.expect_event", event, predicate, timeout)

    def expect_page(
        self, predicate: Callable[[Page], Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Page]:
        """Return a context manager; a page has to be opened in it, and ``value`` is it."""
        return Waiting(self, "BrowserContext.expect_page", "page", predicate, timeout)

    def wait_for_event(
        self, event: str, predicate: Callable[[Any], Any] | None = None, *, timeout: float | None = None
    ) -> Any:
        """Return what an event tells that a page announced; none other happens by itself."""
        return awaited(self, "BrowserContext.wait_for_event", event, predicate, timeout)

    def resolved(self, url: str) -> Url:
        """Resolve a URL against the base URL; a story goes to few of them, often.

        Raises:
            ValueError: It is not a URL.
        """
        found = self._resolved.get(url)
        if found is None:
            found = self._resolved[url] = parse_url(url, self.base)
        return found

    def cookie_header(self, url: Url) -> str:
        """Return the ``Cookie`` header that a page's own request to the URL carries; for the page's use."""
        return self._cookies.header(url)

    def _on_close(self, undo: Callable[[], None]) -> None:
        self._closing.append(undo)

    def is_closed(self) -> bool:
        """Tell whether the context was closed."""
        return self._closed

    def close(self, *, reason: str | None = None) -> None:
        """Close every page; temporary files of downloads are deleted."""
        self._closed = True
        for page in list(self._pages):
            page.close()
        while self._closing:
            self._closing.pop()()
        self.events.emit("close", self)


def _identity(
    user_agent: str | None, locale: str | None, credentials: Mapping[str, str] | None
) -> dict[str, str]:
    headers = {"User-Agent": user_agent or _USER_AGENT, "Accept-Language": _languages(locale or "en-US")}
    if credentials:
        import base64

        pair = f"{credentials['username']}:{credentials['password']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
    return headers


def _languages(locale: str) -> str:
    language, dash, _ = locale.partition("-")
    return f"{locale},{language};q=0.9" if dash else locale
