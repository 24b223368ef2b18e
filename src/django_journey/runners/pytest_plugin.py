"""The hooks and options of ``pytest``; imports nothing heavy, since it is loaded before settings exist."""

from __future__ import annotations

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.fixtures import journey, journey_driver
from django_journey.runners.pytest_options import OPTIONS, add_options, load_options, options_of
from django_journey.story.options import DRIVERS

__all__ = ["journey", "journey_driver"]

_MARK = (
    "journey(driver=…, committed=…, …): run this story with other settings than the run's;"
    " every setting of django-journey may be named"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--journey-driver`` and its like."""
    add_options(parser)


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
    for item in items:
        try:
            options = options_of(item, config.stash[OPTIONS])
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
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
