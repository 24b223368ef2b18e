"""Chooses the driver that the settings name, and opens the actors' pages on it."""

from __future__ import annotations

from contextlib import ExitStack

from django_journey._story.pages import BrowserlessPages, PageProvider
from django_journey._story.settings import Options
from django_journey._story.world import World
from django_journey._trace.hooks.template_contexts import ContextStore
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["open_pages"]

_RESPONSE_SECONDS = 30.0


def open_pages(
    options: Options, world: World | None, closing: ExitStack, store: ContextStore
) -> PageProvider:
    """Open the driver that the options ask for.

    Args:
        options: The settings of this journey.
        world: What surrounds the site; ``None`` for a deployed site.
        closing: Closes the driver with all of its pages.
        store: Holds the template contexts of the last responses.

    Raises:
        ConfigurationError: The driver can't be used here.
    """
    pages = _provider(options, world, closing, store)
    closing.callback(pages.close)
    return pages


def _provider(options: Options, world: World | None, closing: ExitStack, store: ContextStore) -> PageProvider:
    own_name = options.https or options.host != "testserver"
    if own_name and world is not None and options.driver in ("http", "browser"):
        missing = "no certificate for https" if options.https else f"another host name than {options.host}"
        raise ConfigurationError(
            Explanation(
                f"the live server of the driver {options.driver!r} has {missing}",
                where=f"the setting {'https' if options.https else 'host'}",
                instead="--journey-driver=inprocess; or --journey-base-url=https://… of a deployed site",
            )
        )
    if options.driver == "browser":
        from django_journey._story.browser_pages import BrowserPages

        if world is None:
            return BrowserPages(options.base_url, options)
        live = world.serve(closing)
        return BrowserPages(live.url, options, raised=live.exceptions, given=store.look)
    if options.driver not in ("inprocess", "http"):
        raise ConfigurationError(
            Explanation(
                f"a single journey can't have the driver {options.driver!r}",
                nearest=("inprocess", "http", "browser"),
                instead="`all` is for a whole run: pytest --journey-driver=all",
            )
        )
    if world is not None and options.driver == "inprocess":
        from django_journey._drivers.inprocess import InProcessDriver

        origin = f"http{'s' * options.https}://{options.host}"
        return BrowserlessPages(InProcessDriver(origin, given=store.take), options)
    from django_journey._drivers.http import HttpDriver

    # A whole response may take longer than what a browser waits for on its page.
    timeout = max(_RESPONSE_SECONDS, options.timeout / 1000)
    if world is None:
        return BrowserlessPages(HttpDriver(options.base_url, timeout=timeout), options)
    server = world.serve(closing)
    before = world.database.refuse_inside_atomic if world.database is not None else None
    driver = HttpDriver(
        server.url, timeout=timeout, exception_of=server.exceptions.get, given=store.take, before=before
    )
    return BrowserlessPages(driver, options)
