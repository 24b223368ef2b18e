"""Journeys in unittest: ``self.journey`` in a ``TestCase``, opened when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.test import TestCase

from django_journey.story.options import Options

if TYPE_CHECKING:
    import unittest

    from django_journey.story.journey import Journey

__all__ = ["JourneyMixin", "JourneyTestCase"]


class JourneyMixin:
    """Gives any ``TestCase`` of Django's a journey; put it before the class that it is mixed into.

    ``journey_options`` names settings that the class's stories want otherwise than the run::

        class PublishingTests(JourneyMixin, TransactionTestCase):
            journey_options = {"driver": "http"}
    """

    journey_options: ClassVar[Mapping[str, Any]] = {}

    @property
    def journey(self) -> Journey:
        """The open journey of this test; it is closed after ``tearDown``, before the database is rolled back.

        Raises:
            ConfigurationError: ``journey_options``, a setting or the environment says what can't be used.
        """
        opened: Journey | None = self.__dict__.get("_journey")
        if opened is None:
            from django_journey.story.journey import Journey

            case = cast("unittest.TestCase", self)
            options = Options.load().marked(self.journey_options, where=case.id())
            opened = self.__dict__["_journey"] = case.enterContext(Journey(options=options))
            # Cleanups run in reverse: the attribute goes after the journey has closed.
            case.addCleanup(self.__dict__.pop, "_journey", None)
        return opened


class JourneyTestCase(JourneyMixin, TestCase):
    """A Django ``TestCase`` with a journey; data of ``setUpTestData`` is there for its actors."""
