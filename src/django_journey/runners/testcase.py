"""Journeys in unittest: ``self.journey`` in a ``TestCase``, opened by its set-up or right before the test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.test import TestCase, TransactionTestCase

from django_journey.runners.opening import TEST_OPTIONS, missing_browser, open_journey, options_for
from django_journey.story.options import Options

if TYPE_CHECKING:
    from django_journey.story.journey import Journey

__all__ = ["JourneyMixin", "JourneyTestCase", "JourneyTransactionTestCase"]

__unittest = True  # what unittest and pytest tell their own frames by, to leave them out of tracebacks


class JourneyMixin:
    """Gives any ``TestCase`` of Django's a journey; put it before the class that it is mixed into.

    ``journey_options`` names settings that the class's stories want otherwise than the run, and
    ``journey_services`` the outside services that they have::

        class PublishingTests(JourneyMixin, TestCase):
            journey_options = {"driver": "http"}
            journey_services = [Payments]
    """

    journey_options: ClassVar[Mapping[str, Any]] = {}
    journey_services: ClassVar[Iterable[Any]] = ()

    @property
    def journey(self) -> Journey:
        """The open journey of this test; it is closed after ``tearDown``, before the database is rolled back.

        Raises:
            ConfigurationError: ``journey_options``, a setting or the environment says what can't be used.
            unittest.SkipTest: It is pinned to a browser that is not here.
        """
        opened: Journey | None = self.__dict__.get("_journey")
        if opened is None:
            case: Any = self
            options = options_for(self.journey_options, where=case.id())
            if reason := missing_browser(TEST_OPTIONS.get() or Options.load(), options):
                case.skipTest(reason)
            opened = open_journey(
                options,
                test=case.id(),
                file=_file_of(type(self)),
                databases=case.databases,
                services=self.journey_services,
            )
            case.enterContext(opened)
            self.__dict__["_journey"] = opened
            # Cleanups run in reverse: the attribute goes after the journey has closed.
            case.addCleanup(self.__dict__.pop, "_journey", None)
        return opened

    def _callTestMethod(self, method: Any) -> None:  # noqa: N802 - unittest's own name
        """Open the journey around the method's own decorators; tell it how the test ended, as cleanups do not learn."""
        self.journey  # noqa: B018 - settings that the method overrides are put back before it is closed
        self._tell_of_failure(super()._callTestMethod, method)  # type: ignore[misc]  # the TestCase's

    def _callSetUp(self) -> None:  # noqa: N802 - unittest's own name
        """Tell the journey that its story failed in the set-up."""
        self._tell_of_failure(super()._callSetUp)  # type: ignore[misc]

    def _tell_of_failure(self, part: Callable[..., None], *arguments: Any) -> None:
        try:
            part(*arguments)
        except BaseException as error:
            opened: Journey | None = self.__dict__.get("_journey")
            if opened is not None:
                opened.failed(error)
            raise


class JourneyTestCase(JourneyMixin, TestCase):
    """A Django ``TestCase`` with a journey; data of ``setUpTestData`` is there for its actors."""


class JourneyTransactionTestCase(JourneyMixin, TransactionTestCase):
    """A ``TransactionTestCase`` with a journey: real commits; afterwards what was touched is cleaned, without a flush.

    Data that migrations made is kept.
    """

    journey_options: ClassVar[Mapping[str, Any]] = {"committed": True}
    _committed: ClassVar[ExitStack]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.journey_options = {"committed": True, **cls.journey_options}

    @classmethod
    def _fixture_setup(cls) -> None:
        from django_journey.runners.committing import open_committed

        cls._committed = open_committed(cls.databases)
        super()._fixture_setup()  # type: ignore[misc]  # django-stubs leave it out

    def _fixture_teardown(self) -> None:
        self._committed.close()


def _file_of(cls: type) -> Path | None:
    try:
        return Path(inspect.getfile(cls))
    except (TypeError, OSError):
        return None
