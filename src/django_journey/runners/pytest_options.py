"""The options of the ``pytest`` command line: one for each setting, under the same name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from typing import Any

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.command_line import argument, names
from django_journey.story.options import Options

__all__ = ["OPTIONS", "add_options", "load_options", "options_of"]

#: Where the settings of the run are kept.
OPTIONS = pytest.StashKey[Options]()


def add_options(parser: pytest.Parser, plugins: pytest.PytestPluginManager) -> None:
    """Add an option for each setting; nothing but the names is loaded for it."""
    group = parser.getgroup("journey", "stories over several requests (django-journey)")
    # pytest-playwright has --headed too, and whoever comes second would break the start.
    theirs = find_spec("pytest_playwright") is not None and not plugins.is_blocked("playwright")
    for item in fields(Options):
        own = ["--headed"] if item.name == "headed" and not theirs else []
        group.addoption(*names(item), *own, dest=f"journey_{item.name}", default=None, **argument(item))


def load_options(config: pytest.Config) -> Options:
    """Return the settings of this run.

    Raises:
        pytest.UsageError: A name or a value can't be used; the message says what would be right.
    """
    said = {item.name: config.getoption(f"journey_{item.name}", None) for item in fields(Options)}
    if said["headed"] is None and config.getoption("headed", None):
        said["headed"] = True  # pytest-playwright's own option of that name
    if said["full_trace"] is None and config.getoption("fulltrace", False):
        said["full_trace"] = True
    try:
        return Options.load(command_line=said)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def options_of(item: pytest.Item, options: Options) -> Options:
    """Return the settings as one test's marks want them; the closest mark wins.

    Raises:
        ConfigurationError: A mark says what can't be used.
    """
    for mark in reversed(list(item.iter_markers("journey"))):
        said: Mapping[str, Any] = mark.kwargs
        if mark.args:
            said = {str(mark.args[0]): None}
        options = options.marked(said, where=item.nodeid)
    return options
