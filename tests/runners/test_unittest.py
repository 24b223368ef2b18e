"""``manage.py test`` and every other way that unittest's tests are run: traced, with the project's runner in charge."""

from __future__ import annotations

import pytest

from tests.runners.projects import Project

TESTS = '''
    import unittest

    from django.contrib.auth import get_user_model
    from django.test import SimpleTestCase, TestCase, TransactionTestCase


    class Views(TestCase):
        """Tests of single views."""

        def test_hello(self):
            """Somebody is greeted.

            More about it.
            """
            with self.assertNumQueries(1):
                self.client.get("/hello/ada/")

        def test_two_views(self):
            self.client.get("/hello/ada/")
            self.client.get("/moved/", follow=True)

        async def test_async(self):
            response = await self.async_client.get("/slow/")
            self.assertEqual(response.status_code, 200)

        def test_unresolved(self):
            self.assertEqual(self.client.get("/nowhere/").status_code, 404)

        def test_no_request(self):
            self.assertEqual(1 + 1, 2)


    class SharedSetUp(TestCase):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls.client_class().get("/plain/")

        def test_after_a_set_up_of_the_class(self):
            self.assertEqual(get_user_model().objects.count(), 0)


    class Outcomes(TransactionTestCase):
        def test_fails(self):
            self.assertEqual(self.client.get("/plain/").content, b"something else")

        def test_errs(self):
            self.client.get("/broken/")

        @unittest.skip("not today")
        def test_skipped(self):
            pass

        @unittest.expectedFailure
        def test_expected_to_fail(self):
            self.fail("as expected")

        @unittest.expectedFailure
        def test_unexpected_success(self):
            pass

        def test_subtests(self):
            for name in ("ada", "bob", "eve"):
                with self.subTest(name=name):
                    self.client.get(f"/hello/{name}/")
                    self.assertNotEqual(name, "bob")


    class BrokenFixture(TestCase):
        fixtures = ["there-is-no-such-fixture"]

        def test_never_runs(self):
            pass


    class BrokenSetUp(TransactionTestCase):
        def setUp(self):
            raise RuntimeError("no set-up")

        def test_without_set_up(self):
            pass


    class Isolated(unittest.IsolatedAsyncioTestCase):
        async def test_in_a_loop_of_its_own(self):
            from django.test import AsyncClient

            await AsyncClient().get("/plain/")
    '''


@pytest.fixture
def project(project: Project) -> Project:
    project.write("tests/__init__.py", "")
    project.write("tests/test_views.py", TESTS)
    return project


def test_manage_py_test_is_traced_by_an_environment_variable_alone(project: Project) -> None:
    done = project.manage("test", JOURNEY_REPORT="journey-report")

    assert done.returncode == 1, done.stderr
    assert (
        "FAILED (failures=2, errors=3, skipped=1, expected failures=1, unexpected successes=1)" in done.stderr
    )
    tests = project.tests()
    assert {name: test.outcome for name, test in tests.items()} == {
        "test_hello": "passed",
        "test_two_views": "passed",
        "test_async": "passed",
        "test_unresolved": "passed",
        "test_no_request": "passed",
        "test_after_a_set_up_of_the_class": "passed",
        "test_fails": "failed",
        "test_errs": "error",
        "test_skipped": "skipped",
        "test_expected_to_fail": "xfailed",
        "test_unexpected_success": "xpassed",
        "test_subtests": "failed",
        "BrokenFixture)": "error",
        "test_without_set_up": "error",
        "test_in_a_loop_of_its_own": "passed",
    }
    assert (project.folder / "journey-report/index.html").exists()
    assert "The shape of the suite" in done.stderr
    assert project.trace().finished
