"""The hooks of the pytest plugin; it imports neither Django nor the settings, since it is loaded before them."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Hashable, Mapping
from contextlib import nullcontext, suppress
from typing import Any, cast

import pytest

from django_journey._adapters.pytest import method_on_driver
from django_journey._runners.pytest.exploring import add_exploring_options, exploring_items
from django_journey._runners.pytest.fixtures import JOURNEY, journey, journey_driver, journey_services
from django_journey._runners.pytest.options import (
    add_options,
    options_of,
    options_of_run,
    options_without_stories,
    own_headed,
)
from django_journey._runners.pytest.playwright_fixtures import orm_is_blocked, unblock_orm
from django_journey._runners.pytest.story_detection import HAS_STORIES, is_story, uses
from django_journey._runners.shared.journey_setup import TEST_OPTIONS, missing_browser
from django_journey._runners.shared.running_loop import running_loop
from django_journey._story.misspelt import misspelt_variables
from django_journey._story.settings import DRIVERS, Options
from django_journey.errors import ConfigurationError

__all__ = ["journey", "journey_driver", "journey_services"]

#: The driver of a unittest story in a run on all drivers.
DRIVER = pytest.StashKey[str]()

#: Loaded where a project has a checkpoint.
_CHECKPOINTS = "django_journey._story.checkpoints.checkpoint"

_MARK = (
    "journey(driver=…, committed=…, …): run this story with other settings than the run;"
    " the arguments are settings of django-journey"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--journey-driver`` and the other options."""
    add_options(parser)
    add_exploring_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """List the settings modules that exist if pytest-django can't import the one that it was given."""
    try:
        done = yield
    except ImportError as error:
        from django_journey._runners.shared.settings_module import not_found

        explained = not_found(error, early_config)
        if explained is None:
            raise
        raise pytest.UsageError(str(explained)) from None
    own_headed(parser, args)
    return done


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Do what the settings ask for in any run, once pytest-django has loaded the project's settings."""
    config.addinivalue_line("markers", _MARK)
    options = options_without_stories(config)
    if options.access is not None:
        from django_journey._runners.pytest.access import PytestAccess

        config.pluginmanager.register(PytestAccess(options.access, accept=options.accept), "journey-access")
    if options.tracing:
        from django_journey._runners.pytest.tracing import start

        start(config, options)
    if options.map or options.fail_under:
        from django_journey._runners.pytest.site_map import PytestMap

        config.pluginmanager.register(PytestMap(options), "journey-map")
    if options.checks:
        _check_pages(config)
    if options.snapshot is not None:
        from django_journey._world.snapshots.ready import install

        config.add_cleanup(install(config.rootpath / options.snapshot))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Check the marks, and add pytest-django's mark to stories before it sorts the tests by that."""
    items += exploring_items(session)
    try:
        items[:] = [each for item in items for each in _on_every_driver(item)]
        for item in items:
            if any("checks" in mark.kwargs for mark in item.iter_markers("journey")):
                _check_pages(config)
            if is_story(item):
                config.stash[HAS_STORIES] = True
                _prepare(item, options_of(item))
        if _CHECKPOINTS in sys.modules and HAS_STORIES in config.stash:
            from django_journey._runners.pytest.checkpoints import take_up

            take_up(config, items)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_order_by_checkpoints(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let stories of one checkpoint follow each other, after all other plugins have ordered theirs."""
    if config.pluginmanager.has_plugin("journey-checkpoints"):
        from django_journey._runners.pytest.checkpoints import ordered

        items[:] = ordered(items)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_keep_own_shard(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of other shards, after all other plugins have chosen theirs.

    pytest looks only at functions whose names begin with ``pytest_``.
    """
    options = options_without_stories(config)
    if not options.shard:
        return
    from django_journey._runners.shared.sharding import durations_of, shard_of

    def names(item: pytest.Item) -> tuple[str, str, str]:
        return (
            item.nodeid.partition("::")[0],
            getattr(getattr(item, "cls", None), "__qualname__", ""),
            item.nodeid,
        )

    try:
        mine = shard_of(options.shard, map(names, items), durations_of(options, config.rootpath))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None
    others = [item for item in items if item.nodeid not in mine]
    items[:] = [item for item in items if item.nodeid in mine]
    config.hook.pytest_deselected(items=others)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Name environment variables that may be misspelt, if there are stories."""
    if HAS_STORIES not in config.stash:
        return []
    return [
        f"journey: {line}" for warning in misspelt_variables(os.environ) for line in str(warning).splitlines()
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize stories with all drivers for ``--journey-driver=all``."""
    if not uses(metafunc.definition, journey_driver):
        return
    marked = [
        mark.kwargs["driver"]
        for mark in metafunc.definition.iter_markers("journey")
        if "driver" in mark.kwargs
    ]
    with suppress(ConfigurationError):  # raised when everything is collected
        if (marked[0] if marked else options_of_run(metafunc.config).driver) == "all":
            metafunc.parametrize("journey_driver", DRIVERS, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Pass the settings on to unittest stories, and let committing stories clean up instead of flushing."""
    if not is_story(item):
        return (yield)
    options = options_of(item)
    if DRIVER in item.stash:
        options = options.marked({"driver": item.stash[DRIVER]})
    cleaning: Any = nullcontext()
    if options.committed and not options.base_url and uses(item, journey):
        from django_journey._runners.shared.committed_tests import cleaning_instead_of_flushing

        cleaning = cleaning_instead_of_flushing()
    token = TEST_OPTIONS.set(options)
    try:
        with cleaning:
            return (yield)
    finally:
        TEST_OPTIONS.reset(token)


@pytest.hookimpl(tryfirst=True, specname="pytest_runtest_setup")
def pytest_journey_without_browser(item: pytest.Item) -> None:
    """Skip a story that is pinned to a browser that is not installed, unless the run asks for a browser, or in CI.

    pytest looks at names that begin with ``pytest_`` alone.

    This is not a wrapper: if a wrapper raised here, pytest's inner wrappers would end what they had not begun.
    """
    if is_story(item):
        run, story = options_of_run(item.config), options_of(item)
        if reason := missing_browser(run, story.marked({"driver": _driver_of(item, story)})):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Report a failure of the set-up to the journey."""
    return (yield from _reporting(item))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let the ORM work beside a fixture that starts Playwright, whose sync API makes Django refuse queries."""
    before = running_loop()
    value = yield
    if before is None and running_loop() is not None and orm_is_blocked(request.config.stash):
        unblock_orm(request)
    return value


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Report a failure of the test to the journey, since its fixture does not learn of it."""
    return (yield from _reporting(item))


def _reporting(item: pytest.Item) -> Generator[None, Any, Any]:
    try:
        return (yield)
    except BaseException as error:
        if JOURNEY in item.stash:
            item.stash[JOURNEY].failed(error)
        raise


def _check_pages(config: pytest.Config) -> None:
    """Have the pages of tests checked, once."""
    if not config.pluginmanager.has_plugin("journey-checks"):
        from django_journey._runners.pytest.page_checks import PytestChecks

        config.pluginmanager.register(PytestChecks(options_without_stories(config)), "journey-checks")


def _prepare(item: pytest.Item, options: Options) -> None:
    """Add pytest-django's mark to a story, unless it has one."""
    if options.base_url or not uses(item, journey) or item.get_closest_marker("django_db") is not None:
        return
    if item.config.pluginmanager.has_plugin("django"):
        item.add_marker(pytest.mark.django_db(transaction=options.committed))


def _driver_of(item: pytest.Item, options: Options) -> str:
    """Return the driver of a story."""
    if uses(item, journey):
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        return str(parameters.get("journey_driver") or options.driver)
    options_of_class = getattr(getattr(item, "cls", None), "journey_options", None)
    of_class = options_of_class.get("driver") if isinstance(options_of_class, Mapping) else None
    return str(item.stash.get(DRIVER, "") or of_class or options.driver)


def _on_every_driver(item: pytest.Item) -> list[pytest.Item]:
    """Return a unittest story once for each driver if its driver is ``all``; otherwise the item alone."""
    if not is_story(item) or uses(item, journey):
        return [item]
    values = getattr(getattr(item, "cls", None), "journey_options", None)
    if not isinstance(values, Mapping) or values.get("driver", options_of(item).driver) != "all":
        return [item]
    node: Any = item
    cls = method_on_driver(cast("Hashable", type(node)))
    made: list[pytest.Item] = []
    for driver in DRIVERS:
        one = cls.from_parent(node.parent, name=f"{item.name}[{driver}]")
        one.stash[DRIVER] = driver
        made.append(one)
    return made
