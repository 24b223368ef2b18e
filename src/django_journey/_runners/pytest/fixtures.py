"""The pytest fixtures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from django_journey._runners.pytest.options import options_of
from django_journey._runners.shared.journey_setup import open_journey
from django_journey.errors import MissingExtra

if TYPE_CHECKING:
    from django_journey._story.checkpoints.state import ReachedState
    from django_journey._story.journey import Journey
    from django_journey._world.services import Service

__all__ = ["journey", "journey_driver", "journey_services"]

#: The open journey of a test, for the hooks that report a failure to it.
JOURNEY: pytest.StashKey[Journey] = pytest.StashKey()


#: Where a story goes on from, if it begins at a checkpoint: its state, or the error that the checkpoint has raised.
START: pytest.StashKey[ReachedState | BaseException | None] = pytest.StashKey()


def databases_of(item: pytest.Item) -> Iterable[str] | str:
    """Return the aliases of the databases that a test may use, or ``"__all__"``."""
    mark = item.get_closest_marker("django_db")
    return (mark.kwargs.get("databases") if mark is not None else None) or ("default",)


@contextmanager
def _terminal(config: pytest.Config) -> Iterator[None]:
    """Stop capturing input and output, as pytest's debugger does."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    capture.suspend(in_=True)
    try:
        yield
    finally:
        capture.resume()


@pytest.fixture
def journey_driver(request: pytest.FixtureRequest) -> str:
    """The driver of this story: ``inprocess``, ``http`` or ``browser``."""
    given: str | None = getattr(request, "param", None)
    return given or options_of(request.node).driver


@pytest.fixture
def journey_services() -> Iterable[type[Service]]:
    """Outside services, in addition to those of the settings; override this fixture to declare some."""
    return ()


@pytest.fixture
def journey(
    request: pytest.FixtureRequest, journey_driver: str, journey_services: Iterable[type[Service]]
) -> Iterator[Journey]:
    """A story of several requests by one or more actors; the database is rolled back afterwards."""
    options = options_of(request.node).marked({"driver": journey_driver})
    if not options.base_url:
        if not request.config.pluginmanager.has_plugin("django"):
            raise MissingExtra("the fixture `journey`", extra="pytest", library="pytest-django")
        request.getfixturevalue("db")
    opened = open_journey(
        options,
        test=request.node.nodeid,
        file=request.node.path,
        services=journey_services,
        databases=databases_of(request.node),
    )
    start = request.node.stash.get(START, None)
    if isinstance(start, BaseException):
        raise start
    if start is not None:
        start.lead(opened)
    opened.terminal = partial(_terminal, request.config)
    with opened:
        request.node.stash[JOURNEY] = opened
        yield opened
