"""What is used of pytest, unittest and Django's test framework beyond their documented APIs is there, and is called."""

from __future__ import annotations

import io
import unittest
import unittest.suite
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import TransactionTestCase

from django_journey._adapters import django_tests
from django_journey._adapters import pytest as pytest_adapter
from django_journey._adapters import unittest as unittest_adapter
from django_journey.errors import ConfigurationError


@pytest.fixture
def basket() -> list[str]:
    return []


def test_an_item_gives_the_definitions_of_its_fixtures(
    request: pytest.FixtureRequest, basket: list[str]
) -> None:
    (definition,) = pytest_adapter.fixture_definitions(request.node, "basket")
    assert definition.argname == "basket"
    assert pytest_adapter.fixture_definitions(request.node, "no_such_fixture") == ()
    assert pytest_adapter.fixture_definitions(request.session, "basket") == ()


def test_a_pytest_without_what_is_needed_is_named_with_its_version() -> None:
    changed = SimpleNamespace(fixturenames=["basket"])
    with pytest.raises(
        ConfigurationError, match=rf"pytest has no \S*_fixtureinfo(.|\n)*{pytest.__version__}"
    ):
        pytest_adapter.fixture_definitions(changed, "basket")
    with pytest.raises(ConfigurationError, match=r"_getinstance(.|\n)*tested with pytest[<>]"):
        pytest_adapter.method_on_driver(SimpleNamespace)


def test_the_terminals_encoding_is_that_of_its_file(pytestconfig: pytest.Config) -> None:
    writer = pytestconfig.get_terminal_writer()
    assert isinstance(pytest_adapter.terminal_encoding(writer), str)
    ascii_only = type(writer)(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert pytest_adapter.terminal_encoding(ascii_only) == "ascii"
    assert pytest_adapter.terminal_encoding(type(writer)(io.StringIO())) == ""


def test_pytests_own_classes_are_known(request: pytest.FixtureRequest) -> None:
    assert pytest_adapter.is_pytests_own(request.node)
    assert not pytest_adapter.is_pytests_own(unittest.TestResult())


class Observed(unittest.TestCase):
    __test__ = False  # run by the tests below
    calls: list[str]

    def _callSetUp(self) -> None:
        self.calls.append("set-up")
        super()._callSetUp()  # type: ignore[misc]

    def _callTestMethod(self, method: Any) -> None:
        self.calls.append("test")
        super()._callTestMethod(method)  # type: ignore[misc]

    def runTest(self) -> None:
        """Fails in a subtest."""
        with self.subTest("fruit", name="pear"):
            self.fail("not ripe")


def test_unittest_calls_what_a_mixin_overrides() -> None:
    unittest_adapter.check_case()
    Observed.calls = []
    result = unittest.TestResult()
    case = Observed()
    case.run(result)
    assert Observed.calls == ["set-up", "test"]
    ((subtest, _),) = result.failures
    assert unittest_adapter.subtest_title(subtest) == "[fruit] (name='pear')"
    assert vars(case)[unittest_adapter.METHOD_NAME] == "runTest"
    assert vars(case)[unittest_adapter.METHOD_DOC] == "Fails in a subtest."


def test_unittest_calls_the_hooks_of_a_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    unittest_adapter.check_suite()
    called = []
    adapter = unittest_adapter
    for name in (adapter.CLASS_SETUP, adapter.CLASS_TEARDOWN, adapter.MODULE_FIXTURE, adapter.FIXTURE_FAILED):
        original = getattr(unittest.suite.TestSuite, name)

        def hook(*args: Any, name: str = name, original: Any = original, **keywords: Any) -> Any:
            called.append(name)
            return original(*args, **keywords)

        monkeypatch.setattr(unittest.suite.TestSuite, name, hook)

    class Broken(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            raise ValueError

        def runTest(self) -> None: ...

    result = unittest.TestResult()
    unittest.TestSuite([Broken()]).run(result)
    assert {*called} == {
        adapter.CLASS_SETUP,
        adapter.CLASS_TEARDOWN,
        adapter.MODULE_FIXTURE,
        adapter.FIXTURE_FAILED,
    }
    assert adapter.previous_class(result) is Broken


def test_an_asynchronous_case_has_its_context() -> None:
    case = unittest.IsolatedAsyncioTestCase()
    assert unittest_adapter.ASYNC_CONTEXT in vars(case)


def test_the_fixtures_of_a_committing_case_are_replaced_and_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    own = classmethod(lambda cls: calls.append(f"{cls.__name__} is set up"))
    monkeypatch.setattr(TransactionTestCase, django_tests.FIXTURE_SETUP, own)

    class Case(TransactionTestCase):
        def runTest(self) -> None:
            calls.append("test")

    with django_tests.replaced_fixtures(
        lambda cls: calls.append(f"before {cls.__name__}"), lambda: calls.append("after")
    ):
        Case()(result := unittest.TestResult())
    assert not result.errors
    assert calls == ["before Case", "Case is set up", "test", "after"]
    assert vars(TransactionTestCase)[django_tests.FIXTURE_SETUP] is own


def test_a_django_without_these_fixtures_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(TransactionTestCase, django_tests.FIXTURE_TEARDOWN)
    with pytest.raises(
        ConfigurationError, match=r"Django has no \S*_fixture_teardown(.|\n)*tested with Django[<>]"
    ):
        django_tests.check_fixtures()
