"""Which tests are stories: those that use this plugin's fixture, not those that use any fixture of its name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from django_journey._adapters.pytest import fixture_definitions
from django_journey._runners.pytest.fixtures import journey

__all__ = ["HAS_STORIES", "is_story", "uses"]

#: Set in the stash of the config if a story was collected.
HAS_STORIES = pytest.StashKey[bool]()


def uses(item: Any, fixture: Callable[..., Any]) -> bool:
    """Return whether a test uses a fixture of this plugin, directly or through a fixture that overrides it.

    Args:
        item: The test.
        fixture: The fixture function.
    """
    name = fixture.__name__
    for definition in reversed(fixture_definitions(item, name)):
        if definition.func is inspect.unwrap(fixture):
            return True
        if name not in definition.argnames:
            return False
    return False


def is_story(item: pytest.Item) -> bool:
    """Return whether a test uses the fixture ``journey``, or is a method of a ``JourneyTestCase``."""
    cases = sys.modules.get("django_journey._runners.unittest.testcase")
    case = getattr(item, "cls", None)
    if cases is not None and isinstance(case, type) and issubclass(case, cases.JourneyMixin):
        return True
    return uses(item, journey)
