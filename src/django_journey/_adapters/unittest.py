"""What runners use of unittest beyond its documented API."""

from __future__ import annotations

import unittest
import unittest.suite
from functools import cache
from typing import Any

from django_journey._adapters.check import require

__all__ = [
    "ASYNC_CONTEXT",
    "CLASS_SETUP",
    "CLASS_TEARDOWN",
    "FIXTURE_FAILED",
    "METHOD_DOC",
    "METHOD_NAME",
    "MOCK_CALLED",
    "MODULE_FIXTURE",
    "check_case",
    "check_mocks",
    "check_suite",
    "previous_class",
    "subtest_title",
]

#: In a ``TestCase``: the name of its method, and the docstring of that.
METHOD_NAME, METHOD_DOC = "_testMethodName", "_testMethodDoc"

#: In an ``IsolatedAsyncioTestCase``: the context that its methods run in.
ASYNC_CONTEXT = "_asyncioTestContext"

#: Methods of ``TestSuite``: around the fixtures of a class and of a module, and for an error in either.
CLASS_SETUP, CLASS_TEARDOWN = "_handleClassSetUp", "_tearDownPreviousClass"
MODULE_FIXTURE = "_handleModuleFixture"
FIXTURE_FAILED = "_addClassOrModuleLevelException"

#: The method by which a mock counts its calls.
MOCK_CALLED = "_increment_mock_call"

_LIBRARY = "Python"


@cache
def check_mocks() -> Any:
    """Return the class of mocks that count their calls.

    Raises:
        ConfigurationError: It counts in another way; the error names Python's version.
    """
    from unittest.mock import CallableMixin

    require(_LIBRARY, CallableMixin, MOCK_CALLED)
    return CallableMixin


@cache
def check_case() -> None:
    """Check that ``TestCase`` calls its set-up and its test through methods that a mixin can override.

    Raises:
        ConfigurationError: It does not; the error names Python's version.
    """
    require(_LIBRARY, unittest.TestCase, "_callSetUp", "_callTestMethod")


@cache
def check_suite() -> None:
    """Check that ``TestSuite`` has the hooks for fixtures of classes and modules.

    Raises:
        ConfigurationError: It has not; the error names Python's version.
    """
    require(_LIBRARY, unittest.suite.TestSuite, CLASS_SETUP, CLASS_TEARDOWN, MODULE_FIXTURE, FIXTURE_FAILED)


def previous_class(result: Any) -> type | None:
    """Return the class of the last test that a suite ran with this result; ``None`` for a result of other libraries."""
    found: type | None = getattr(result, "_previousTestClass", None)
    return found


def subtest_title(subtest: Any) -> str:
    """Return the message and the parameters of a subtest; its id for a subtest of another library."""
    return str(getattr(subtest, "_subDescription", subtest.id)())
