"""Opens the actors' pages: browserless ones in-process or over HTTP, Playwright's own in a browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django_journey._dom.tree.urls import parse_url
from django_journey._drivers.base import Driver
from django_journey._story.form_data import FormData
from django_journey._story.page_response import PageResponse
from django_journey._story.setting_values import imported
from django_journey._story.settings import Options
from django_journey._trace.hooks.template_contexts import TemplateContexts
from django_journey._trace.record import recorder

if TYPE_CHECKING:
    from django_journey._pages.page import BrowserContext, Page

__all__ = ["BrowserlessPages", "PageProvider", "is_loopback"]


class PageProvider(Protocol):
    """Opens the actors' contexts and pages on one driver; each actor gets a browser context of their own.

    Pages are typed as the browserless classes, whose API Playwright's own share.

    Attributes:
        timeout: The milliseconds that a verb waits for something to appear.
    """

    timeout: float

    @property
    def name(self) -> str:
        """The driver's name."""

    @property
    def base_url(self) -> str:
        """The site's origin, e.g. ``http://testserver``."""

    def new_context(self, actor: str) -> BrowserContext:
        """Open a browser context for that actor."""

    def new_page(self, actor: str) -> Page:
        """Open a page in a context of its own for that actor."""

    def snapshot(self, page: Page) -> recorder.PageSnapshot | None:
        """Return a snapshot of a page for the report."""

    def response(self, page: Page) -> PageResponse | None:
        """Return the last response that a page got, or ``None``."""

    def send(self, page: Page, url: str, form: FormData) -> None:
        """Send a form that no page shows, and show what answers."""

    def guard(self, opened_page: Callable[[], Page | None]) -> AbstractContextManager[None]:
        """Return the context that a verb runs in: errors of views and of the page are the same on every driver.

        Args:
            opened_page: Returns the actor's page, or ``None`` while they have none.
        """

    def close(self) -> None:
        """Close every context that is still open."""


class BrowserlessPages:
    """Browserless pages over one driver.

    Args:
        driver: How requests reach the site.
        options: The settings of this journey.
    """

    def __init__(self, driver: Driver, options: Options) -> None:
        self._driver = driver
        self._options = options
        self.timeout = options.timeout
        self._interpreters = [
            imported(path, "the interpreter", "interpreters", "shop.testing.interpret_turbo")
            for path in options.interpreters
        ]
        self._contexts: list[BrowserContext] = []

    @property
    def name(self) -> str:
        """The driver's name."""
        return self._driver.name

    @property
    def base_url(self) -> str:
        """The site's origin."""
        return self._driver.base_url

    def new_context(self, actor: str) -> BrowserContext:
        """Open a browserless context for that actor."""
        from django_journey._pages.page import BrowserContext

        options = self._options
        context = BrowserContext(
            self._driver,
            base_url=self.base_url,
            actor=actor,
            scripts=options.scripts,
            htmx=options.htmx,
            bootstrap=options.bootstrap,
            interpreters=self._interpreters,
            max_redirects=options.max_redirects,
            raise_server_errors=options.raise_server_errors,
            locale=options.locale or None,
        )
        context.test_id_attribute = options.test_id_attribute
        self._contexts.append(context)
        return context

    @property
    def driver(self) -> Driver:
        """What sends the requests."""
        return self._driver

    def adopt(self, context: BrowserContext) -> None:
        """Close a context that was copied for this journey with the others."""
        self._contexts.append(context)

    def new_page(self, actor: str) -> Page:
        """Open a browserless page in a context of its own for that actor."""
        return self.new_context(actor).new_page()

    def snapshot(self, page: Page) -> recorder.PageSnapshot | None:
        """Return a snapshot of a page for the report."""
        return page.take_snapshot()

    def response(self, page: Page) -> PageResponse | None:
        """Return the last response that a page got, or ``None``."""
        if page.latest is None:
            return None
        response, given = page.latest
        if given is None and not self._options.base_url:
            given = TemplateContexts()  # a static file, served before Django's handler
        return PageResponse(response.status, response.url, response.headers, given, response.body)

    def send(self, page: Page, url: str, form: FormData) -> None:
        """Send a form that no page shows, and show what answers."""
        from django_journey._pages.http.fetch import FetchRequest
        from django_journey._pages.navigation.load import load
        from django_journey._pages.navigation.refresh import follow_refreshes

        kind, body = form.encoded()
        shown = page.history.current.url
        sender = shown if shown.is_http else parse_url(f"{self.base_url}/")  # Django refuses another origin
        load(page, FetchRequest(parse_url(url), "POST", body, kind, source=sender, by_user=True, again=True))
        follow_refreshes(page)

    def guard(self, opened_page: Callable[[], Page | None]) -> AbstractContextManager[None]:
        """Return a context that does nothing: the browserless page raises everything itself."""
        return nullcontext()

    def close(self) -> None:
        """Close every context, then the driver."""
        for context in self._contexts:
            context.close()
        self._driver.close()


def is_loopback(url: str) -> bool:
    """Return whether an origin is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1", "testserver")
