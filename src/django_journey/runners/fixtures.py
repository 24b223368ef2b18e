"""The fixtures of ``pytest``: an open journey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from django_journey.errors import MissingExtra
from django_journey.runners.opening import open_journey
from django_journey.runners.pytest_options import options_of

if TYPE_CHECKING:
    from django_journey.story.journey import Journey

__all__ = ["journey", "journey_driver", "journey_services"]

#: The open journey of a test, for the hook that learns how the test ended.
JOURNEY: pytest.StashKey[Journey] = pytest.StashKey()


@pytest.fixture
def journey_driver(request: pytest.FixtureRequest) -> str:
    """How this story's pages are reached: ``inprocess``, ``http`` or ``browser``."""
    given: str | None = getattr(request, "param", None)
    return given or options_of(request.node).driver


@pytest.fixture
def journey_services() -> tuple[Any, ...]:
    """The outside services of the stories here, besides those of the settings; override it where there are some."""
    return ()


@pytest.fixture
def journey(
    request: pytest.FixtureRequest, journey_driver: str, journey_services: tuple[Any, ...]
) -> Iterator[Journey]:
    """A story over several requests, by one or more actors, in a database that is as before afterwards."""
    options = options_of(request.node).marked({"driver": journey_driver})
    if not options.base_url:
        if not request.config.pluginmanager.has_plugin("django"):
            raise MissingExtra("the fixture `journey`", extra="pytest", library="pytest-django")
        request.getfixturevalue("db")
    mark = request.node.get_closest_marker("django_db")
    opened = open_journey(
        options,
        test=request.node.nodeid,
        file=request.node.path,
        services=journey_services,
        databases=(mark.kwargs.get("databases") if mark is not None else None) or ("default",),
    )
    with opened:
        request.node.stash[JOURNEY] = opened
        yield opened
