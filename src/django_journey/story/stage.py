"""Opens the pages that actors get, by driver: the twin in-process or over HTTP, Playwright's own in a browser."""

from __future__ import annotations

from typing import Any, Protocol

from django_journey.errors import ConfigurationError, Explanation
from django_journey.story.options import Options

__all__ = ["Stage", "open_stage"]


class Stage(Protocol):
    """Where actors meet the site: it gives each of them a browser context of their own."""

    @property
    def name(self) -> str:
        """The driver's name."""

    @property
    def base_url(self) -> str:
        """The site's origin, e.g. ``http://testserver``."""

    def new_context(self, actor: str) -> Any:
        """Open a browser context (Playwright's or its twin) for that actor."""

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

        context = BrowserContext(
            self._driver,
            base_url=self.base_url,
            actor=actor,
            scripts=self._options.scripts,
            max_redirects=self._options.max_redirects,
            raise_server_errors=self._options.raise_server_errors,
        )
        self._contexts.append(context)
        return context

    def close(self) -> None:
        """Close every context, then the driver."""
        for context in self._contexts:
            context.close()
        self._driver.close()


def open_stage(options: Options) -> Stage:
    """Open the stage that the options ask for.

    Raises:
        ConfigurationError: The driver is unknown.
    """
    if options.driver == "inprocess":
        from django_journey.drivers.inprocess import InProcessDriver

        return TwinStage(InProcessDriver(), options)
    raise ConfigurationError(
        Explanation(
            f"there is no driver {options.driver!r}",
            nearest=("inprocess",),
            instead='--journey-driver=inprocess, or JOURNEY = {"driver": "inprocess"} in the settings',
        )
    )
