"""django-journey: Playwright's API at test-client speed, and the story of everything that happened."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Error": "django_journey.errors",
    "JourneyError": "django_journey.errors",
    "NeedsBrowser": "django_journey.errors",
    "TimeoutError": "django_journey.errors",
    "expect": "django_journey.pages.expect",
    "Actor": "django_journey.story.actor",
    "Journey": "django_journey.story.journey",
    "JourneyTestCase": "django_journey.runners.testcase",
    "JourneyTransactionTestCase": "django_journey.runners.testcase",
    "Service": "django_journey.world.services",
    "faults": "django_journey.world.services",
    "operation": "django_journey.world.services",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the door stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
