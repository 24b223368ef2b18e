"""The options of the pytest command line, one for each setting, and the settings of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from django_journey._runners.shared.command_line import arguments
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError

__all__ = ["add_options", "options_of", "options_of_run", "options_without_stories", "own_headed"]

_OPTIONS = pytest.StashKey[Options]()
_HEADED = "--headed"


def add_options(parser: pytest.Parser) -> None:
    """Add an option for each setting."""
    group = parser.getgroup("journey", "stories over several requests (django-journey)")
    for item in fields(Options):
        for names, keywords in arguments(item):
            if item.name == "headed":
                keywords["help"] += f"; {_HEADED} too, unless another plugin or a conftest has that option"
            group.addoption(*names, dest=f"journey_{item.name}", default=None, **keywords)


def own_headed(parser: pytest.Parser, args: list[str]) -> None:
    """Read ``--headed`` as ``--journey-headed`` if neither a plugin nor a conftest has an option of that name.

    It is not registered: an option of that name in a conftest, even in one that is loaded later, would be a
    conflict.

    Args:
        parser: pytest's parser, with the options of plugins and of the first conftests.
        args: The command line, which is changed in place.
    """
    end = args.index("--") if "--" in args else len(args)
    if _HEADED not in args[:end]:
        return
    unknown = parser.parse_known_and_unknown_args([*args])[1]
    if _HEADED in unknown:
        args[:end] = ["--journey-headed" if arg == _HEADED else arg for arg in args[:end]]


def options_without_stories(config: pytest.Config) -> Options:
    """Return the settings that this run has even if it has no stories.

    Raises:
        pytest.UsageError: A value on the command line, or another value of these settings, is invalid.
    """
    try:
        return Options.for_run(command_line=_command_line(config))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def options_of_run(config: pytest.Config) -> Options:
    """Return the settings of this run, read when the first story needs them.

    Raises:
        ConfigurationError: A name or a value is invalid.
    """
    if _OPTIONS not in config.stash:
        values = _command_line(config)
        if config.getoption("headed", None) is True:  # the option of pytest-playwright or of the project
            values.setdefault("headed", True)
        if config.getoption("fulltrace", False):
            values.setdefault("full_trace", True)
        config.stash[_OPTIONS] = Options.load(command_line=values)
    return config.stash[_OPTIONS]


def options_of(item: pytest.Item) -> Options:
    """Return the settings of the run as changed by the marks of a test; the closest mark wins.

    Raises:
        ConfigurationError: A setting of the run or an argument of a mark is invalid.
    """
    options = options_of_run(item.config)
    for mark in reversed(list(item.iter_markers("journey"))):
        values: Mapping[str, Any] = mark.kwargs
        if mark.args:
            values = {str(mark.args[0]): None}
        options = options.marked(values, where=item.nodeid)
    return options


def _command_line(config: pytest.Config) -> dict[str, Any]:
    values = {item.name: config.getoption(f"journey_{item.name}", None) for item in fields(Options)}
    return {name: value for name, value in values.items() if value is not None}
