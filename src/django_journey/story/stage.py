"""Opens the pages that actors get: the twin's in-process or over HTTP, Playwright's own in a browser."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, Protocol
from urllib.parse import urlsplit

from django_journey.errors import ConfigurationError, Explanation
from django_journey.story.options import Options
from django_journey.story.page_response import PageResponse
from django_journey.story.world import World
from django_journey.trace import recorder
from django_journey.trace.given import Given, Shelf

__all__ = ["Stage", "open_stage"]

_ANSWER_SECONDS = 30.0


class Stage(Protocol):
    """Where actors meet the site: it gives each of them a browser context of their own.

    Attributes:
        patience: The milliseconds that a verb waits for what may still come.
    """

    patience: float

    @property
    def name(self) -> str:
        """The driver's name."""

    @property
    def base_url(self) -> str:
        """The site's origin, e.g. ``http://testserver``."""

    def new_context(self, actor: str) -> Any:
        """Open a browser context (Playwright's or its twin) for that actor."""

    def new_page(self, actor: str) -> Any:
        """Open a page in a context of its own for that actor."""

    def look(self, page: Any) -> recorder.Page | None:
        """Tell how a page looks now, for the report."""

    def response(self, page: Any) -> PageResponse | None:
        """Return the last response that a page got, or ``None``."""

    def guard(self, actor: Any) -> AbstractContextManager[None]:
        """Hold a verb of that actor: what the view raised, or what the page refused, comes out as everywhere."""

    def close(self) -> None:
        """Close every context that is still open."""


class TwinStage:
    """Browserless pages over one driver.

    Args:
        driver: How requests reach the site.
        options: The settings of this journey.
    """

    def __init__(self, driver: Any, options: Options) -> None:
        self._driver = driver
        self._options = options
        self.patience = options.timeout
        self._contexts: list[Any] = []

    @property
    def name(self) -> str:
        """The driver's name."""
        return str(self._driver.name)

    @property
    def base_url(self) -> str:
        """The site's origin."""
        return str(self._driver.base_url)

    def new_context(self, actor: str) -> Any:
        """Open a browserless context for that actor."""
        from django_journey.pages.context import BrowserContext

        options = self._options
        context = BrowserContext(
            self._driver,
            base_url=self.base_url,
            actor=actor,
            scripts=options.scripts,
            max_redirects=options.max_redirects,
            raise_server_errors=options.raise_server_errors,
            locale=options.locale or None,
        )
        context.test_id_attribute = options.test_id_attribute
        self._contexts.append(context)
        return context

    def new_page(self, actor: str) -> Any:
        """Open a browserless page in a context of its own for that actor."""
        return self.new_context(actor).new_page()

    def look(self, page: Any) -> recorder.Page | None:
        """Tell how a page looks now."""
        look: recorder.Page | None = page._look()
        return look

    def response(self, page: Any) -> PageResponse | None:
        """Return the last response that a page got, or ``None``."""
        if page.latest is None:
            return None
        response, given = page.latest
        if given is None and not self._options.base_url:
            given = Given()  # a file that was answered with before Django
        return PageResponse(response.status, response.url, response.headers, given)

    def guard(self, actor: Any) -> AbstractContextManager[None]:
        """Nothing to do: the browserless page raises everything itself."""
        return nullcontext()

    def close(self) -> None:
        """Close every context, then the driver."""
        for context in self._contexts:
            context.close()
        self._driver.close()


def open_stage(options: Options, world: World | None, closing: ExitStack, shelf: Shelf) -> Stage:
    """Open the stage that the options ask for; the stack closes it, and the shelf has what templates were given.

    Raises:
        ConfigurationError: The driver can't be used here.
    """
    stage = _stage(options, world, closing, shelf)
    closing.callback(stage.close)
    return stage


def _stage(options: Options, world: World | None, closing: ExitStack, shelf: Shelf) -> Stage:
    if options.https and world is not None and options.driver in ("http", "browser"):
        raise ConfigurationError(
            Explanation(
                f"the live server of the driver {options.driver!r} has no certificate for https",
                where="the setting https",
                instead="--journey-driver=inprocess; or --journey-base-url=https://… of a deployed site",
            )
        )
    if options.driver == "browser":
        from django_journey.story.browser_stage import BrowserStage

        if world is None:
            return BrowserStage(options.base_url, options)
        live = world.serve(closing)
        return BrowserStage(live.url, options, raised=live.exceptions, given=shelf.look)
    if options.driver not in ("inprocess", "http"):
        raise ConfigurationError(
            Explanation(
                f"a single journey can't have the driver {options.driver!r}",
                nearest=("inprocess", "http", "browser"),
                instead="`all` is for a whole run: pytest --journey-driver=all",
            )
        )
    if world is not None and options.driver == "inprocess":
        from django_journey.drivers.inprocess import InProcessDriver

        origin = f"http{'s' * options.https}://testserver"
        return TwinStage(InProcessDriver(origin, given=shelf.take), options)
    from django_journey.drivers.http import HttpDriver

    # A whole answer may take longer than what a browser waits for on its page.
    patience = max(_ANSWER_SECONDS, options.timeout / 1000)
    if world is None:
        return TwinStage(HttpDriver(options.base_url, timeout=patience), options)
    server = world.serve(closing)
    before = world.database.refuse_inside_atomic if world.database is not None else None
    driver = HttpDriver(
        server.url, timeout=patience, exception_of=server.exceptions.get, given=shelf.take, before=before
    )
    return TwinStage(driver, options)


def is_loopback(url: str) -> bool:
    """Tell whether an origin is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1", "testserver")
