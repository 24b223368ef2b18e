"""django-journey: Playwright's API at test-client speed, and the story of everything that happened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_journey import faults
    from django_journey._pages.assertions.expect import expect
    from django_journey._runners.unittest.testcase import JourneyTestCase, JourneyTransactionTestCase
    from django_journey._story.actor import Actor
    from django_journey._story.checkpoints.checkpoint import checkpoint
    from django_journey._story.journey import Journey
    from django_journey._world.services.service import Service, operation
    from django_journey.errors import Error, JourneyError, NeedsBrowser, TimeoutError  # noqa: A004 - Playwright names it so
else:
    #: Where each public name is defined: it is imported when it is first used, so that importing this package is cheap.
    _HOMES = {
        "Actor": "django_journey._story.actor",
        "Error": "django_journey.errors",
        "Journey": "django_journey._story.journey",
        "JourneyError": "django_journey.errors",
        "JourneyTestCase": "django_journey._runners.unittest.testcase",
        "JourneyTransactionTestCase": "django_journey._runners.unittest.testcase",
        "NeedsBrowser": "django_journey.errors",
        "Service": "django_journey._world.services.service",
        "TimeoutError": "django_journey.errors",
        "checkpoint": "django_journey._story.checkpoints.checkpoint",
        "expect": "django_journey._pages.assertions.expect",
        "operation": "django_journey._world.services.service",
    }

    def __getattr__(name):
        """Import a public name when it is first used."""
        if name == "faults":
            return import_module("django_journey.faults")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "Actor",
    "Error",
    "Journey",
    "JourneyError",
    "JourneyTestCase",
    "JourneyTransactionTestCase",
    "NeedsBrowser",
    "Service",
    "TimeoutError",
    "checkpoint",
    "expect",
    "faults",
    "operation",
]
