"""The options of the ``pytest`` command line, one for each setting, and the settings of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.command_line import argument, names
from django_journey.story.options import Options

__all__ = ["add_options", "options_for_tracing", "options_of", "options_of_run", "own_headed"]

_OPTIONS = pytest.StashKey[Options]()
_HEADED = "--headed"


def add_options(parser: pytest.Parser) -> None:
    """Add an option for each setting; nothing but the names is loaded for it."""
    group = parser.getgroup("journey", "stories over several requests (django-journey)")
    for item in fields(Options):
        said = argument(item)
        if item.name == "headed":
            said["help"] += (
                f"; {_HEADED} too, where no other plugin and no conftest has an option of that name"
            )
        group.addoption(*names(item), dest=f"journey_{item.name}", default=None, **said)


def own_headed(parser: pytest.Parser, args: list[str]) -> None:
    """Read ``--headed`` as ``--journey-headed`` where neither a plugin nor a conftest has an option of that name.

    It is not registered: an option of that name in a conftest, also in one that is loaded later, would
    break the start.

    Args:
        parser: pytest's, with the options of plugins and of the first conftests.
        args: The command line; it is changed.
    """
    end = args.index("--") if "--" in args else len(args)
    if _HEADED not in args[:end]:
        return
    unknown = parser.parse_known_and_unknown_args([*args])[1]
    if _HEADED in unknown:
        args[:end] = ["--journey-headed" if arg == _HEADED else arg for arg in args[:end]]


def options_for_tracing(config: pytest.Config) -> Options | None:
    """Return the settings of this run if it is to be traced, or nothing.

    Raises:
        pytest.UsageError: A value of the command line or one for tracing can't be used; the message says what
            would be right.
    """
    try:
        options = Options.for_tracing(command_line=_command_line(config))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None
    return options if options.tracing else None


def options_of_run(config: pytest.Config) -> Options:
    """Return the settings of this run; they are read when the first story needs them.

    Raises:
        ConfigurationError: A name or a value can't be used.
    """
    if _OPTIONS not in config.stash:
        said = _command_line(config)
        if config.getoption("headed", None) is True:  # pytest-playwright's own option, or the project's
            said.setdefault("headed", True)
        if config.getoption("fulltrace", False):
            said.setdefault("full_trace", True)
        config.stash[_OPTIONS] = Options.load(command_line=said)
    return config.stash[_OPTIONS]


def options_of(item: pytest.Item) -> Options:
    """Return the settings of the run as one test's marks change them; the closest mark wins.

    Raises:
        ConfigurationError: A mark or the run says what can't be used.
    """
    options = options_of_run(item.config)
    for mark in reversed(list(item.iter_markers("journey"))):
        said: Mapping[str, Any] = mark.kwargs
        if mark.args:
            said = {str(mark.args[0]): None}
        options = options.marked(said, where=item.nodeid)
    return options


def _command_line(config: pytest.Config) -> dict[str, Any]:
    said = {item.name: config.getoption(f"journey_{item.name}", None) for item in fields(Options)}
    return {name: value for name, value in said.items() if value is not None}
