"""What runners use of Django's test framework beyond its documented API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django_journey._adapters.check import require

__all__ = ["FIXTURE_SETUP", "FIXTURE_TEARDOWN", "check_fixtures", "replaced_fixtures"]

_LIBRARY = "Django"

#: Methods of ``TransactionTestCase``: what opens its database, for the class, and what flushes it after a test.
FIXTURE_SETUP, FIXTURE_TEARDOWN = "_fixture_setup", "_fixture_teardown"


def check_fixtures() -> None:
    """Check that ``TransactionTestCase`` sets up and flushes its database in methods that can be overridden.

    Raises:
        ConfigurationError: It does not; the error names Django's version.
    """
    from django.test import TransactionTestCase

    require(_LIBRARY, TransactionTestCase, FIXTURE_SETUP, FIXTURE_TEARDOWN)


@contextmanager
def replaced_fixtures(before: Callable[[Any], None], teardown: Callable[[], None]) -> Iterator[None]:
    """Let every ``TransactionTestCase`` in this context call one function before its set-up, another for its flush.

    Args:
        before: Is called with the class.
        teardown: Is called after each test.
    """
    from django.test import TransactionTestCase

    check_fixtures()
    set_up = TransactionTestCase.__dict__[FIXTURE_SETUP].__func__

    def fixture_setup(cls: Any) -> None:
        before(cls)
        set_up(cls)

    def fixture_teardown(case: Any) -> None:
        teardown()

    with (
        mock.patch.object(TransactionTestCase, FIXTURE_SETUP, classmethod(fixture_setup)),
        mock.patch.object(TransactionTestCase, FIXTURE_TEARDOWN, fixture_teardown),
    ):
        yield
