"""Tells which of pytest's tests are stories: by what they use, not by its name, which a project may use too."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from django_journey.runners.fixtures import journey

__all__ = ["HAS_STORIES", "is_story", "uses"]

#: Set in the stash of the run's config where a story was collected.
HAS_STORIES = pytest.StashKey[bool]()


def uses(item: Any, fixture: Callable[..., Any]) -> bool:
    """Tell whether a test uses a fixture of this plugin, which fixtures of the project may override and extend.

    Args:
        item: A test of pytest's.
        fixture: The fixture, as it is defined here.
    """
    name = fixture.__name__
    found = getattr(item, "_fixtureinfo", None)
    for definition in reversed(found.name2fixturedefs.get(name, ()) if found is not None else ()):
        if definition.func is inspect.unwrap(fixture):
            return True
        if name not in definition.argnames:
            return False
    return False


def is_story(item: pytest.Item) -> bool:
    """Tell whether a test is a story: it uses the fixture ``journey``, or is a method of a ``JourneyTestCase``."""
    cases = sys.modules.get("django_journey.runners.testcase")
    case = getattr(item, "cls", None)
    if cases is not None and isinstance(case, type) and issubclass(case, cases.JourneyMixin):
        return True
    return uses(item, journey)
