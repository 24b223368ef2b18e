"""The hooks and options of ``pytest``; imports nothing heavy, since it is loaded before settings exist."""

from __future__ import annotations

import os
from collections.abc import Generator, Hashable, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from typing import Any, cast

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.fixtures import JOURNEY, journey, journey_driver, journey_services
from django_journey.runners.opening import TEST_OPTIONS, missing_browser
from django_journey.runners.playwright_fixtures import free_the_thread, in_the_way, running_loop
from django_journey.runners.pytest_options import (
    add_options,
    options_for_tracing,
    options_of,
    options_of_run,
    own_headed,
)
from django_journey.runners.stories import HAS_STORIES, is_story, uses
from django_journey.story.options import DRIVERS, Options, slips

__all__ = ["journey", "journey_driver", "journey_services"]

#: The driver of a unittest story that is run on each of them.
DRIVER = pytest.StashKey[str]()

_MARK = (
    "journey(driver=…, committed=…, …): run this story with other settings than the run's;"
    " every setting of django-journey may be named"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--journey-driver`` and its like."""
    add_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """Say which settings modules there are where pytest-django can't find the one that it was told."""
    try:
        done = yield
    except ImportError as error:
        from django_journey.runners.settings_module import not_found

        told = not_found(error, early_config)
        if told is None:
            raise
        raise pytest.UsageError(str(told)) from None
    own_headed(parser, args)
    return done


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Trace if the settings say so, once pytest-django has found the project's."""
    config.addinivalue_line("markers", _MARK)
    options = options_for_tracing(config)
    if options is not None:
        from django_journey.runners.pytest_tracing import start

        start(config, options)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the marks, and give stories the database before pytest-django puts the tests in order."""
    try:
        items[:] = [each for item in items for each in _on_every_driver(item)]
        for item in items:
            if is_story(item):
                config.stash[HAS_STORIES] = True
                _prepare(item, options_of(item))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Name the environment variables that may be slips, where there are stories that they could be meant for."""
    if HAS_STORIES not in config.stash:
        return []
    return [f"journey: {line}" for slip in slips(os.environ) for line in str(slip).splitlines()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each story on every driver where ``--journey-driver=all`` asks for it."""
    if not uses(metafunc.definition, journey_driver):
        return
    marked = [
        mark.kwargs["driver"]
        for mark in metafunc.definition.iter_markers("journey")
        if "driver" in mark.kwargs
    ]
    with suppress(ConfigurationError):  # it is told when everything is collected
        if (marked[0] if marked else options_of_run(metafunc.config).driver) == "all":
            metafunc.parametrize("journey_driver", DRIVERS, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell unittest stories the settings of the run, and let committing ones clean instead of flushing."""
    if not is_story(item):
        return (yield)
    options = options_of(item)
    if DRIVER in item.stash:
        options = options.marked({"driver": item.stash[DRIVER]})
    cleaning: Any = nullcontext()
    if options.committed and not options.base_url and uses(item, journey):
        from django_journey.runners.committing import cleaning_instead_of_flushing

        cleaning = cleaning_instead_of_flushing()
    token = TEST_OPTIONS.set(options)
    try:
        with cleaning:
            return (yield)
    finally:
        TEST_OPTIONS.reset(token)


@pytest.hookimpl(tryfirst=True, specname="pytest_runtest_setup")
def leave_out(item: pytest.Item) -> None:
    """Leave out, with the reason, what needs a browser that is not here, unless the run asked for one, or in CI.

    No wrapper does so: pytest's own that are within it would end what they have not begun.
    """
    if is_story(item):
        run, story = options_of_run(item.config), options_of(item)
        if reason := missing_browser(run, story.marked({"driver": _driver_of(item, story)})):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the wrong step's explanation with a failure of the set-up."""
    return (yield from _telling(item))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let the ORM work beside a fixture that starts Playwright, whose sync API would keep Django from it."""
    before = running_loop()
    value = yield
    if before is None and running_loop() is not None and in_the_way(request.config.stash):
        free_the_thread(request)
    return value


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the journey how its test ended, which a fixture does not learn."""
    return (yield from _telling(item))


def _telling(item: pytest.Item) -> Generator[None, Any, Any]:
    try:
        return (yield)
    except BaseException as error:
        if JOURNEY in item.stash:
            item.stash[JOURNEY].failed(error)
        raise


def _prepare(item: pytest.Item, options: Options) -> None:
    """Give a story the database that it needs, unless its own mark says which."""
    if options.base_url or not uses(item, journey) or item.get_closest_marker("django_db") is not None:
        return
    if item.config.pluginmanager.has_plugin("django"):
        item.add_marker(pytest.mark.django_db(transaction=options.committed))


def _driver_of(item: pytest.Item, options: Options) -> str:
    """Return the driver of a story."""
    if uses(item, journey):
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        return str(parameters.get("journey_driver") or options.driver)
    said = getattr(getattr(item, "cls", None), "journey_options", None)
    of_class = said.get("driver") if isinstance(said, Mapping) else None
    return str(item.stash.get(DRIVER, "") or of_class or options.driver)


def _on_every_driver(item: pytest.Item) -> list[pytest.Item]:
    """Return a unittest story once for each driver where ``--journey-driver=all`` asks for it; else just itself."""
    if not is_story(item) or uses(item, journey):
        return [item]
    said = getattr(getattr(item, "cls", None), "journey_options", None)
    if not isinstance(said, Mapping) or said.get("driver", options_of(item).driver) != "all":
        return [item]
    node: Any = item
    kind: Hashable = cast("Hashable", type(node))
    cls = named_apart(kind)
    made: list[pytest.Item] = []
    for driver in DRIVERS:
        one = cls.from_parent(node.parent, name=f"{item.name}[{driver}]")
        one.stash[DRIVER] = driver
        made.append(one)
    return made


@cache
def named_apart(item_class: Hashable) -> Any:
    """Return pytest's class for unittest methods, for an item whose name is not that of its method."""

    class StoryOnDriver(cast("Any", item_class)):  # type: ignore[misc]  # whatever class pytest uses
        @property
        def _method(self) -> str:
            return str(self.name).partition("[")[0]

        def _getinstance(self) -> Any:
            return self.parent.obj(self._method)

        def _getobj(self) -> Any:
            return getattr(self.instance, self._method)

    return StoryOnDriver
