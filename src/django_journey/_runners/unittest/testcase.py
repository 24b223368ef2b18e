"""Journeys in unittest: ``self.journey`` of a ``TestCase``, opened when it is first used or right before the test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.test import TestCase, TransactionTestCase

from django_journey._adapters.django_tests import check_fixtures
from django_journey._adapters.unittest import METHOD_NAME, check_case
from django_journey._runners.shared.journey_setup import (
    TEST_OPTIONS,
    missing_browser,
    open_journey,
    options_for,
)
from django_journey._runners.shared.running_loop import orm_unblocked
from django_journey._story.settings import Options

if TYPE_CHECKING:
    from django_journey._runners.unittest.checkpoints import ClassBeginning
    from django_journey._story.journey import Journey
    from django_journey._world.services import Service

__all__ = ["JourneyMixin", "JourneyTestCase", "JourneyTransactionTestCase"]

check_case()
check_fixtures()

__unittest = True  # unittest and pytest leave frames of such modules out of tracebacks


class JourneyMixin:
    """Gives a Django ``TestCase`` a journey; it comes before that class among the bases.

    ``journey_options`` has settings for the stories of this class, and ``journey_services`` their outside services::

        class PublishingTests(JourneyMixin, TestCase):
            journey_options = {"driver": "http"}
            journey_services = [Payments]

    ``setUpJourney`` is the beginning of all its stories. It is run once for the class, as ``setUpTestData`` is, and
    each story finds the world as it was then; what it sets on the class, a story finds on ``self``, in copies::

        @classmethod
        def setUpJourney(cls, journey):
            cls.customer = journey.visitor("customer")
            cls.customer.visit("shop")
    """

    journey_options: ClassVar[Mapping[str, Any]] = {}
    journey_services: ClassVar[Iterable[type[Service]]] = ()
    _journey: Journey | None = None
    _beginning: ClassVar[ClassBeginning]
    _start: Any = (
        None  # the state in which `setUpJourney` has left its journey, or the error that it has raised
    )

    @property
    def journey(self) -> Journey:
        """The open journey of this test; it is closed after ``tearDown``, before the database is rolled back.

        Raises:
            ConfigurationError: A setting, in ``journey_options`` or elsewhere, is invalid.
            unittest.SkipTest: The story is pinned to a browser that is not installed.
        """
        opened = self._journey
        if opened is None:
            case: Any = self
            options = options_for(self.journey_options, where=case.id())
            if reason := missing_browser(TEST_OPTIONS.get() or Options.load(), options):
                case.skipTest(reason)
            opened = self._opened(options, case.id())
            if isinstance(self._start, BaseException):
                raise self._start
            if self._start is not None:
                self._start.lead(opened)
            case.enterContext(opened)
            self._journey = opened
            # Clean-ups run in reverse order: the attribute is removed after the journey was closed.
            case.addCleanup(self.__dict__.pop, "_journey", None)
        return opened

    def __call__(self, result: Any = None) -> None:
        """Run the test, also beside a Playwright that ``setUpClass`` has started."""
        with orm_unblocked():
            self._start = self._reached()
            super().__call__(result)  # type: ignore[misc]  # the TestCase's

    @classmethod
    def tearDownClass(cls) -> None:
        """Undo what ``setUpJourney`` did."""
        if "_beginning" in vars(cls):
            cls._beginning.leave()
            del cls._beginning
        super().tearDownClass()  # type: ignore[misc]  # the TestCase's

    def _opened(self, options: Options, test: str) -> Journey:
        case: Any = self
        return open_journey(
            options,
            test=test,
            file=_file_of(type(self)),
            databases=case.databases,
            services=self.journey_services,
        )

    def _reached(self) -> Any:
        """Run ``setUpJourney`` if the class has one that was not run yet; return where this story goes on from."""
        cls: Any = type(self)
        case: Any = self
        method = getattr(cls, getattr(self, METHOD_NAME), None)
        skipped = getattr(cls, "__unittest_skip__", False) or getattr(method, "__unittest_skip__", False)
        if not hasattr(cls, "setUpJourney") or skipped:
            return None
        from django_journey._runners.unittest.checkpoints import ClassBeginning

        if "_beginning" not in vars(cls):
            cls._beginning = ClassBeginning(cls)
        return cls._beginning.state(
            lambda: options_for(self.journey_options, where=case.id()), self._opened, case.databases
        )

    def _callTestMethod(self, method: Any) -> None:  # noqa: N802 - unittest's own name
        """Open the journey outside of the method's own decorators, and report a failure to it."""
        self.journey  # noqa: B018 - so that ``override_settings`` of the method ends before it is closed
        self._report_failure(super()._callTestMethod, method)  # type: ignore[misc]  # the TestCase's

    def _callSetUp(self) -> None:  # noqa: N802 - unittest's own name
        """Report a failure of the set-up to the journey."""
        if "_beginning" in vars(type(self)):
            vars(self).update(type(self)._beginning.reach(self.journey))
        self._report_failure(super()._callSetUp)  # type: ignore[misc]

    def _report_failure(self, part: Callable[..., None], *arguments: Any) -> None:
        try:
            part(*arguments)
        except BaseException as error:
            if self._journey is not None:
                self._journey.failed(error)
            raise


class JourneyTestCase(JourneyMixin, TestCase):
    """A Django ``TestCase`` with a journey; its actors see the data of ``setUpTestData``."""


class JourneyTransactionTestCase(JourneyMixin, TransactionTestCase):
    """A ``TransactionTestCase`` with a journey, which commits; afterwards only the changed tables are cleaned up.

    Data that migrations created stays.
    """

    journey_options: ClassVar[Mapping[str, Any]] = {"committed": True}
    _committed: ClassVar[ExitStack]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.journey_options = {"committed": True, **cls.journey_options}

    @classmethod
    def _fixture_setup(cls) -> None:
        from django_journey._runners.shared.committed_tests import open_committed

        cls._committed = open_committed(cls.databases)
        super()._fixture_setup()  # type: ignore[misc]  # django-stubs leave it out

    def _fixture_teardown(self) -> None:
        self._committed.close()


def _file_of(cls: type) -> Path | None:
    try:
        return Path(inspect.getfile(cls))
    except (TypeError, OSError):
        return None
