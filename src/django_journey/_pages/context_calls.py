"""The calls of a browser context that do not make pages: cookies, headers, events, API requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from django_journey._dom.tree.urls import Url, parse_url
from django_journey._drivers.base import Driver
from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.http.api import APIRequestContext
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.http.fetch import Fetcher, checked_headers, merged_headers
from django_journey._pages.http.linked_files import LinkedFiles
from django_journey._pages.navigation.events import IN_CONTEXTS, EventCalls, Events, Waiting
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import Scripts
from django_journey._pages.unsupported import UnsupportedContextCalls
from django_journey._pages.waiting import wait_for_event
from django_journey.errors import Error

__all__ = ["ContextCalls"]

#: The pages of the context, each a ``PageProtocol``; a bound would be circular for type checkers.
P = TypeVar("P")

_USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)


class ContextCalls(EventCalls, UnsupportedContextCalls, Generic[P]):
    """What a page knows of its ``BrowserContext``: everything but the class of the pages."""

    def __init__(
        self,
        driver: Driver,
        *,
        base_url: str | None = None,
        actor: str = "",
        scripts: Scripts = "ignore",
        htmx: str = "",
        bootstrap: str = "",
        interpreters: Sequence[Callable[[Behaviours], Interpreter | None]] = (),
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
        self.actor = actor
        self.scripts: Scripts = scripts
        self.htmx = htmx
        self.bootstrap = bootstrap
        self.interpreters = interpreters
        self.htmx_history: dict[Any, Any] = {}
        self.on_pause: Callable[[Any], None] | None = None
        self.test_id_attribute = "data-testid"
        self._cookies = CookieJar()
        self._identity = _identity(user_agent, locale, http_credentials)
        self.fetcher = Fetcher(
            driver,
            self._cookies,
            merged_headers(self._identity, checked_headers(extra_http_headers or {})),
            max_redirects=max_redirects,
            raise_server_errors=raise_server_errors,
            actor=actor,
        )
        self.request = APIRequestContext(self.fetcher, self.base_url)
        self._resolved: dict[str, Url] = {}
        self._pages: list[P] = []
        self._closing: list[Callable[[], None]] = []
        self._closed = False
        self.files = LinkedFiles(driver)
        self.events = Events(IN_CONTEXTS)
        if storage_state is not None:
            self._restore(storage_state)

    def new_page(self) -> P:
        """Open a blank page."""
        raise NotImplementedError

    def add_page(self, page: P) -> P:
        """Add an open page, and return it."""
        self._pages.append(page)
        self.events.emit("page", page)
        return page

    def forget(self, page: P) -> None:
        """Remove a page that was closed."""
        if page in self._pages:
            self._pages.remove(page)

    @property
    def pages(self) -> list[P]:
        """The pages that are open."""
        return list(self._pages)

    @property
    def _page_protocols(self) -> list[PageProtocol]:
        return cast("list[PageProtocol]", self.pages)

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
        """Delete the cookies, or those with this name, domain and path (texts or patterns)."""
        self._cookies.clear(name=name, domain=domain, path=path)

    def storage_state(
        self, *, path: str | Path | None = None, indexed_db: bool | None = None
    ) -> dict[str, Any]:
        """Return the cookies in Playwright's shape, and write them to a file if one is given."""
        return self.request.storage_state(path=path)

    def _restore(self, state: str | Path | Mapping[str, Any]) -> None:
        if isinstance(state, Mapping):
            restored: Mapping[str, Any] = state
        else:
            try:
                restored = json.loads(Path(state).read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise Error(f"Error reading storage state from {state}: {error}") from error
        self.add_cookies(restored.get("cookies", ()))

    def set_extra_http_headers(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every request, in place of those that were set before."""
        self.fetcher.headers = merged_headers(self._identity, checked_headers(headers))

    def expect_event(
        self, event: str, predicate: Callable[[Any], Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[Any]:
        """Return a context manager whose block has to emit the event; its ``value`` is the event's; see ``on``."""
        return Waiting(self, "BrowserContext.expect_event", event, predicate, timeout)

    def expect_page(
        self, predicate: Callable[[P], Any] | None = None, *, timeout: float | None = None
    ) -> Waiting[P]:
        """Return a context manager whose block has to open a page, its ``value``."""
        return Waiting(self, "BrowserContext.expect_page", "page", predicate, timeout)

    def wait_for_event(
        self, event: str, predicate: Callable[[Any], Any] | None = None, *, timeout: float | None = None
    ) -> Any:
        """Return the value of an event that an announced refresh emits; no other event happens by itself."""
        return wait_for_event(
            self, self._page_protocols, "BrowserContext.wait_for_event", event, predicate, timeout
        )

    def resolved(self, url: str) -> Url:
        """Resolve a URL against the base URL; results are cached, since a story opens the same few URLs often.

        Raises:
            ValueError: It is not a URL.
        """
        found = self._resolved.get(url)
        if found is None:
            found = self._resolved[url] = parse_url(url, self.base)
        return found

    def cookie_header(self, url: Url) -> str:
        """Return the ``Cookie`` header of a same-site request to a URL."""
        return self._cookies.header(url)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call a function when the context is closed."""
        self._closing.append(callback)

    def is_closed(self) -> bool:
        """Tell whether the context was closed."""
        return self._closed

    def close(self, *, reason: str | None = None) -> None:
        """Close every page; temporary files of downloads are deleted."""
        self._closed = True
        for page in self._page_protocols:
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
