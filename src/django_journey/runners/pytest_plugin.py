"""The hooks and options of ``pytest``; imports nothing heavy, since it is loaded before settings exist."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping
from contextlib import nullcontext
from functools import cache
from typing import Any, cast

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.fixtures import JOURNEY, journey, journey_driver, journey_services
from django_journey.runners.opening import TEST_OPTIONS, missing_browser
from django_journey.runners.playwright_fixtures import free_the_thread, is_playwright
from django_journey.runners.pytest_options import OPTIONS, add_options, load_options, options_of
from django_journey.story.options import DRIVERS, Options

__all__ = ["journey", "journey_driver", "journey_services"]

#: The driver of a unittest story that is run on each of them.
DRIVER = pytest.StashKey[str]()

_MARK = (
    "journey(driver=…, committed=…, …): run this story with other settings than the run's;"
    " every setting of django-journey may be named"
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add ``--journey-driver`` and its like."""
    add_options(parser, pluginmanager)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Say which settings modules there are where pytest-django can't find the one that it was told."""
    try:
        return (yield)
    except ImportError as error:
        from django_journey.runners.settings_module import not_found

        told = not_found(error, early_config)
        if told is None:
            raise
        raise pytest.UsageError(str(told)) from None


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the settings once pytest-django has found the project's, and trace if they say so."""
    config.addinivalue_line("markers", _MARK)
    config.stash[OPTIONS] = options = load_options(config)
    if options.tracing:
        from django_journey.runners.pytest_tracing import start

        start(config, options)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the marks, and give stories the database before pytest-django puts the tests in order."""
    run = config.stash[OPTIONS]
    try:
        items[:] = [each for item in items for each in _on_every_driver(item, run)]
        settings = [options_of(item, run) for item in items]
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None
    for item, options in zip(items, settings, strict=True):
        if "journey" not in getattr(item, "fixturenames", ()) or options.base_url:
            continue
        if item.get_closest_marker("django_db") is None and config.pluginmanager.has_plugin("django"):
            item.add_marker(pytest.mark.django_db(transaction=options.committed))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each story on every driver where ``--journey-driver=all`` asks for it."""
    if "journey_driver" not in metafunc.fixturenames:
        return
    options = metafunc.config.stash[OPTIONS]
    marked = [
        mark.kwargs["driver"]
        for mark in metafunc.definition.iter_markers("journey")
        if "driver" in mark.kwargs
    ]
    if (marked[0] if marked else options.driver) == "all":
        metafunc.parametrize("journey_driver", DRIVERS, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell unittest stories the settings of the run, and let committing ones clean instead of flushing."""
    options = options_of(item, item.config.stash[OPTIONS])
    if DRIVER in item.stash:
        options = options.marked({"driver": item.stash[DRIVER]})
    cleaning: Any = nullcontext()
    if options.committed and not options.base_url and "journey" in getattr(item, "fixturenames", ()):
        from django_journey.runners.committing import cleaning_instead_of_flushing

        cleaning = cleaning_instead_of_flushing()
    token = TEST_OPTIONS.set(options)
    try:
        with cleaning:
            return (yield)
    finally:
        TEST_OPTIONS.reset(token)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Leave out, with the reason, what needs a browser that is not here, unless the run asked for one, or in CI."""
    run = item.config.stash[OPTIONS]
    driver = _driver_of(item, run)
    if driver and (reason := missing_browser(run, options_of(item, run).marked({"driver": driver}))):
        pytest.skip(reason)
    return (yield from _telling(item))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let the ORM work beside the ``page`` of pytest-playwright, whose sync API would keep Django from it."""
    value = yield
    if fixturedef.argname == "playwright" and is_playwright(value):
        free_the_thread(request, value)
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


def _driver_of(item: pytest.Item, options: Options) -> str:
    """Return the driver of a story, or nothing for another test."""
    said = getattr(getattr(item, "cls", None), "journey_options", None)
    if isinstance(said, Mapping):
        return str(item.stash.get(DRIVER, "") or said.get("driver") or options_of(item, options).driver)
    if "journey" not in getattr(item, "fixturenames", ()):
        return ""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return str(parameters.get("journey_driver") or options_of(item, options).driver)


def _on_every_driver(item: pytest.Item, options: Options) -> list[pytest.Item]:
    """Return a unittest story once for each driver where ``--journey-driver=all`` asks for it; else just itself."""
    case = getattr(item, "cls", None)
    said = getattr(case, "journey_options", None)
    if not isinstance(said, Mapping) or said.get("driver", options_of(item, options).driver) != "all":
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
