"""``manage.py test`` and every other way that unittest's tests are run: traced, with the project's runner in charge."""

from __future__ import annotations

import pytest

from tests.runners.projects import Project, new_project

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


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole suite, run once with a report."""
    project = new_project(tmp_path_factory.mktemp("traced"))
    project.write("tests/__init__.py", "")
    project.write("tests/test_views.py", TESTS)
    done = project.manage("test", JOURNEY_REPORT="journey-report")
    assert done.returncode == 1, done.stderr
    project.write("stderr", done.stderr)
    return project


def test_manage_py_test_is_traced_by_an_environment_variable_alone(traced: Project) -> None:
    stderr = (traced.folder / "stderr").read_text()
    assert "FAILED (failures=2, errors=3, skipped=1, expected failures=1, unexpected successes=1)" in stderr
    tests = traced.tests()
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
    assert (traced.folder / "journey-report/index.html").exists()
    assert stderr.count("The shape of the suite") == 1
    assert traced.trace().finished


def test_what_each_test_did_is_in_its_trace(traced: Project) -> None:
    tests = traced.tests()
    hello = tests["test_hello"]
    assert (hello.name, hello.title) == ("tests.test_views.Views.test_hello", "Somebody is greeted.")
    assert (hello.file, hello.line) == ("tests/test_views.py", 10)
    assert [(request.url_name, request.queries.count) for request in hello.requests] == [("hello", 1)]
    assert [request.url_name for request in tests["test_two_views"].requests] == ["hello", "moved", "plain"]
    assert [(request.url_name, request.queries.count) for request in tests["test_async"].requests] == [
        ("slow", 1)
    ]
    assert [request.status for request in tests["test_unresolved"].requests] == [404]
    assert [request.url_name for request in tests["test_in_a_loop_of_its_own"].requests] == ["plain"]
    assert tests["test_no_request"].requests == []


def test_failures_subtests_and_reasons_are_reported(traced: Project) -> None:
    tests = traced.tests()
    failure = tests["test_fails"].failure
    assert failure is not None
    assert failure.type == "AssertionError"
    assert "b'plain' != b'something else'" in failure.message
    assert "unittest/case.py" not in failure.traceback
    assert tests["test_skipped"].reason == "not today"
    assert tests["test_expected_to_fail"].reason == "as expected"
    assert [note.title for note in tests["test_subtests"].notes] == ["(name='bob')"]
    assert len(tests["test_subtests"].requests) == 3
    never = tests["BrokenFixture)"].failure
    assert never is not None
    assert "there-is-no-such-fixture" in never.message


def test_what_a_classes_set_up_requests_belongs_to_no_test(traced: Project) -> None:
    assert traced.tests()["test_after_a_set_up_of_the_class"].requests == []
    assert [event.kind for event in traced.trace().outside] == ["request"]


def test_tracing_changes_no_outcome(project: Project, traced: Project) -> None:
    def verdicts(stderr: str) -> list[str]:
        return [
            line for line in stderr.splitlines() if line.startswith(("FAIL", "ERROR", "Ran ", "UNEXPECTED"))
        ]

    plain = project.manage("test")
    assert plain.returncode == 1
    assert [line.partition(" in ")[0] for line in verdicts(plain.stderr)] == [
        line.partition(" in ")[0] for line in verdicts((traced.folder / "stderr").read_text())
    ]
    assert not (project.folder / "journey-report").exists()


def test_a_setting_asks_for_the_report_of_the_tests_and_of_nothing_else(project: Project) -> None:
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('JOURNEY = {"report": "elsewhere"}')
    assert project.manage("check").returncode == 0
    assert not (project.folder / "elsewhere").exists()
    project.manage("test", "tests.test_views.Views")
    assert len(project.tests("elsewhere")) == 5


def test_an_empty_selection_takes_the_former_runs_place(project: Project) -> None:
    project.manage("test", "tests.test_views.Views", JOURNEY_REPORT="journey-report")
    project.manage("test", "-k", "there_is_no_such_test", JOURNEY_REPORT="journey-report")
    assert project.trace().tests == []


def test_the_projects_own_runner_stays_in_charge(project: Project) -> None:
    project.write(
        "own_runner.py",
        """
        import unittest
        from django.test.runner import DiscoverRunner

        class Quiet(unittest.TestResult):
            \"\"\"Overrides everything without asking unittest.\"\"\"
            def startTest(self, test): self.testsRun += 1
            def addSuccess(self, test): print("OWN success")
            def addFailure(self, test, err): print("OWN failure")

        class Runner:
            def __init__(self, **options): print("OWN settings")
            def run(self, suite):
                result = Quiet()
                suite(result)
                return result

        class OwnRunner(DiscoverRunner):
            def __init__(self, *args, **kwargs):
                print("OWN runner")
                super().__init__(*args, **kwargs)
            test_runner = Runner
        """,
    )
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('TEST_RUNNER = "own_runner.OwnRunner"')
    done = project.manage("test", "tests.test_views.Views", JOURNEY_REPORT="journey-report")
    assert done.stdout.count("OWN success") == 5
    assert "OWN runner" in done.stdout
    assert {test.outcome for test in project.tests().values()} == {"passed"}


SCRIPT = """
    import sys

    from django.conf import settings

    import site_settings

    settings.configure(**{name: getattr(site_settings, name) for name in dir(site_settings) if name.isupper()}
                       | {"INSTALLED_APPS": site_settings.INSTALLED_APPS[:-1]})

    import django
    django.setup()

    from django.test.runner import DiscoverRunner

    sys.exit(bool(DiscoverRunner().run_tests(sys.argv[1:])))
    """


def test_a_script_without_manage_py_and_without_the_app_is_traced_by_the_module(project: Project) -> None:
    project.write("runtests.py", SCRIPT)
    done = project.run(
        "-m", "django_journey", "run", "--journey-report=seen", "runtests.py", "tests.test_views.Views"
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 5 tests" in done.stderr
    assert len(project.tests("seen")) == 5
    failing = project.run("-m", "django_journey", "run", "runtests.py", "tests.test_views.BrokenSetUp")
    assert failing.returncode == 1
    assert project.tests()["test_without_set_up"].outcome == "error"


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_parallel_workers_join_the_run(project: Project, start: str) -> None:
    source = (project.folder / "tests/test_views.py").read_text()
    # A test case with an event loop of its own can't be sent to a worker, with or without tracing.
    (project.folder / "tests/test_views.py").write_text(source.partition("class Isolated")[0])
    manage = (project.folder / "manage.py").read_text()
    (project.folder / "manage.py").write_text(
        manage.replace(
            'if __name__ == "__main__":',
            f'import multiprocessing\nif __name__ == "__main__":\n    multiprocessing.set_start_method("{start}")',
        )
    )
    done = project.manage("test", "--parallel", "2", JOURNEY_REPORT="journey-report")

    assert (
        "FAILED (failures=2, errors=3, skipped=1, expected failures=1, unexpected successes=1)" in done.stderr
    )
    run = project.trace()
    assert len(run.tests) == 14
    assert {test.outcome for test in run.tests} == {
        "passed",
        "failed",
        "error",
        "skipped",
        "xfailed",
        "xpassed",
    }
    assert len(run.processes) in {2, 3}  # one quick worker may take everything
    assert run.finished
    assert done.stderr.count("The shape of the suite") == 1


def test_a_wrong_setting_stops_the_tests_and_is_a_system_check(project: Project) -> None:
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('JOURNEY = {"drivr": "http"}')
    tested = project.manage("test")
    assert tested.returncode == 1
    assert "there is no setting 'drivr'" in tested.stderr
    checked = project.manage("check")
    assert checked.returncode == 1
    assert "django_journey.E001" in checked.stderr
    assert 'Write JOURNEY = {"driver":' in checked.stderr


def test_the_report_is_not_written_among_other_files(project: Project) -> None:
    done = project.manage("test", JOURNEY_REPORT="tests")
    assert done.returncode == 1
    assert "contains other files and no report" in done.stderr
    assert (project.folder / "tests" / "test_views.py").exists()


def test_journey_runner_takes_the_settings_on_its_command_line(project: Project) -> None:
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('TEST_RUNNER = "django_journey.runner.JourneyRunner"')
    project.write(
        "tests/test_stories.py",
        """
        from django_journey import JourneyTestCase

        class Stories(JourneyTestCase):
            def test_options(self):
                self.assertEqual(self.journey.options.max_redirects, 7)
        """,
    )
    done = project.manage(
        "test",
        "tests.test_stories",
        "--journey-report=seen",
        "--journey-max-redirects=7",
        "--journey-secrets=a",
    )
    assert done.returncode == 0, done.stderr
    assert project.tests("seen")["test_options"].outcome == "passed"
    assert done.stderr.count("The shape of the suite") == 1
    refused = project.manage("test", "--journey-driver=htp")
    assert refused.returncode != 0
    assert "'htp' is none of inprocess, http, browser, all" in refused.stderr


STORIES = """
    from django.contrib.auth import get_user_model
    from django.test import TransactionTestCase

    from django_journey import JourneyTestCase
    from django_journey._runners.unittest.testcase import JourneyMixin


    class Stories(JourneyTestCase):
        journey_options = {"max_redirects": 2}

        @classmethod
        def setUpTestData(cls):
            cls.ada = get_user_model().objects.create_user("ada")

        def setUp(self):
            self.reader = self.journey.visitor("reader")

        def test_one(self):
            \"\"\"A story of unittest.\"\"\"
            self.reader.visit("hello", name="ada")
            self.reader.should_see("Hello ada")
            self.journey.actor(self.ada).visit("plain")
            self.assertIs(self.journey, self.journey)
            self.assertEqual(self.journey.options.max_redirects, 2)
            get_user_model().objects.create_user("left-behind")

        def test_two(self):
            self.assertEqual(get_user_model().objects.count(), 1)
            self.assertEqual(self.journey.actors, (self.reader,))

        def test_unused(self):
            del self.reader


    class Mixed(JourneyMixin, TransactionTestCase):
        def test_mixed(self):
            self.journey.visitor().visit("plain")


    class Wrong(JourneyTestCase):
        journey_options = {"drivr": "http"}

        def test_wrong(self):
            self.journey
    """


@pytest.mark.parametrize("runner", ["manage.py", "pytest"])
def test_journey_test_case_gives_each_test_its_journey(project: Project, runner: str) -> None:
    project.write("tests/test_views.py", STORIES)
    if runner == "manage.py":
        done = project.manage("test", JOURNEY_REPORT="journey-report")
    else:
        done = project.pytest(JOURNEY_REPORT="journey-report")
    tests = project.tests()
    assert {name: test.outcome in {"passed"} for name, test in tests.items()} == {
        "test_one": True,
        "test_two": True,
        "test_unused": True,
        "test_mixed": True,
        "test_wrong": False,
    }, done.stderr + done.stdout
    story = tests["test_one"]
    assert (story.story, story.driver, story.title) == (True, "inprocess", "A story of unittest.")
    assert [(step.actor, step.verb) for step in story.steps if step.verb != "sign in"] == [
        ("reader", "visit"),
        ("reader", "should_see"),
        ("ada", "visit"),
    ]
    assert "there is no setting 'drivr'" in str(tests["test_wrong"].failure)
