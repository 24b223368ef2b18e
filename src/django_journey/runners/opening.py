"""Opens a test's journey with what its runner knows: the test's name, its databases, its recordings, its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey.errors import ConfigurationError, Explanation, MissingExtra
from django_journey.story.options import Options, slips

if TYPE_CHECKING:
    from django_journey.story.journey import Journey
    from django_journey.world.committed import Baseline

__all__ = ["TEST_OPTIONS", "baseline", "committed_database", "missing_browser", "open_journey", "options_for"]

#: The settings of the test that is running, where its runner has said what they are.
TEST_OPTIONS: ContextVar[Options | None] = ContextVar("django_journey_options", default=None)

#: The databases of a test that really commits, once they are open.
committed_database: ContextVar[tuple[Any] | None] = ContextVar("django_journey_committed", default=None)


def options_for(said: Any, *, where: str) -> Options:
    """Return the settings of a unittest test: its runner's, as ``journey_options`` changes them."""
    options = TEST_OPTIONS.get()
    if options is None:
        _name_slips()
        options = Options.load()
    if isinstance(said, Mapping):
        # ``all`` was made into one test for each driver when the tests were collected.
        said = {name: value for name, value in said.items() if (name, value) != ("driver", "all")}
    return options.chosen(said, where=where)


@cache
def _name_slips() -> None:
    """Name the environment variables that may be slips, once; pytest's plugin does so when it has collected."""
    for slip in slips(os.environ):
        sys.stderr.write(f"{slip}\n")


def missing_browser(run: Options, story: Options) -> str:
    """Return why a story is left out: it is pinned to a browser that is not here. Empty where it is to run.

    Where the whole run asks for a browser, and in CI, it runs and fails: there nobody means to do without.

    Args:
        run: The settings of the run.
        story: The settings of the story.
    """
    if run.driver == "browser" or os.environ.get("CI") or story.driver != "browser":
        return ""
    from django_journey.drivers.browser.session import session_for
    from django_journey.story.browser_stage import launch_of

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
    services: Iterable[Any] = (),
) -> Journey:
    """Return the journey of a test, not yet entered.

    Args:
        options: The test's settings.
        test: Its name, from which its made-up data follows.
        file: Its file; its recordings lie beside it, in ``cassettes``.
        databases: The aliases that it may use, or ``"__all__"``.
        services: The outside services that it has.

    Raises:
        ConfigurationError: It is to commit, and its runner keeps a transaction around it.
    """
    from django_journey.story.journey import Journey

    opened = committed_database.get()
    if options.committed and not options.base_url and opened is None:
        raise ConfigurationError(
            Explanation(
                "this story is to commit, but a transaction is open around it",
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
    """Return what this process remembers of its databases from one committing test to the next."""
    from django_journey.world.committed import Baseline

    return Baseline()


def _name(test: str) -> str:
    function, bracket, parameters = test.partition("[")
    name = function.rpartition("::")[2] + bracket + parameters
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in name)
