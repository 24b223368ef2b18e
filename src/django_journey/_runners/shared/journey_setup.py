"""Creates the journey of a test from what every runner knows: the test's name, settings, databases and recordings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey._story.misspelt import misspelt_variables
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError, Explanation, MissingExtra

if TYPE_CHECKING:
    from django_journey._story.journey import Journey
    from django_journey._world.database.cleanup import Baseline
    from django_journey._world.database.transactions import SharedTransactions
    from django_journey._world.services import Service

__all__ = ["TEST_OPTIONS", "baseline", "committed_database", "missing_browser", "open_journey", "options_for"]

#: The settings of the running test, if its runner has read them.
TEST_OPTIONS: ContextVar[Options | None] = ContextVar("django_journey_options", default=None)

#: The open databases of a committing test.
committed_database: ContextVar[tuple[SharedTransactions | None] | None] = ContextVar(
    "django_journey_committed", default=None
)


def options_for(changes: Any, *, where: str) -> Options:
    """Return the settings of a unittest test: those of its runner as changed by ``journey_options``."""
    options = TEST_OPTIONS.get()
    if options is None:
        _warn_of_misspelt_variables()
        options = Options.load()
    if isinstance(changes, Mapping):
        # For ``all``, one test for each driver was collected.
        changes = {name: value for name, value in changes.items() if (name, value) != ("driver", "all")}
    return options.chosen(changes, where=where)


@cache
def _warn_of_misspelt_variables() -> None:
    """Name environment variables that may be misspelt, once; under pytest the plugin does so after collection."""
    for warning in misspelt_variables(os.environ):
        sys.stderr.write(f"{warning}\n")


def missing_browser(run: Options, story: Options) -> str:
    """Return why a story is skipped: it is pinned to a browser that is not installed. Empty if it is to run.

    In CI, and if the whole run asks for a browser, it runs and fails instead.

    Args:
        run: The settings of the run.
        story: The settings of the story.
    """
    if run.driver == "browser" or os.environ.get("CI") or story.driver != "browser":
        return ""
    from django_journey._drivers.browser.session import session_for
    from django_journey._story.browser_pages import launch_of

    try:
        session_for(launch_of(story))
    except (ConfigurationError, MissingExtra) as missing:
        return str(missing)
    return ""


def open_journey(
    options: Options,
    *,
    test: str,
    file: Path | None,
    databases: Iterable[str] | str,
    services: Iterable[type[Service]] = (),
) -> Journey:
    """Return the journey of a test, which is not entered yet.

    Args:
        options: The test's settings.
        test: The test's name; its fake data depends on it and on the seed.
        file: The test's file; recordings are in the folder ``cassettes`` beside it.
        databases: The aliases that it may use, or ``"__all__"``.
        services: Outside services, in addition to those of the settings.

    Raises:
        ConfigurationError: The story commits, but its runner has opened a transaction around it.
    """
    from django_journey._story.journey import Journey

    opened = committed_database.get()
    if options.committed and not options.base_url and opened is None:
        raise ConfigurationError(
            Explanation(
                "this story commits, but a transaction is open around it",
                where=test,
                instead="class Stories(JourneyTransactionTestCase): …  in unittest, or\n"
                "@pytest.mark.journey(committed=True) on a function with the fixture `journey`",
            )
        )
    return Journey(
        options,
        databases=databases,
        database=opened if options.committed else None,
        services=services,
        cassettes=file.parent / "cassettes" / _name(test) if file is not None else None,
        test=test,
    )


@cache
def baseline() -> Baseline:
    """Return the state of the databases that committing tests of this process restore."""
    from django_journey._world.database.cleanup import Baseline

    return Baseline()


def _name(test: str) -> str:
    function, bracket, parameters = test.partition("[")
    name = function.rpartition("::")[2] + bracket + parameters
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in name)
