"""``pytest``: every test is traced without a changed line, and stories get the fixture ``journey``."""

from __future__ import annotations

import pytest

from tests.runners.projects import Project, new_project

TESTS = '''
    import pytest
    from django.test import TestCase

    pytestmark = pytest.mark.django_db


    def test_hello(client, django_assert_num_queries):
        """Somebody is greeted.

        More about it.
        """
        with django_assert_num_queries(1):
            client.get("/hello/ada/")


    def test_two_views(client):
        client.get("/hello/ada/")
        client.get("/moved/", follow=True)


    def test_fails(client):
        assert client.get("/plain/").content == b"something else"


    def test_view_raises(client):
        client.get("/broken/")


    @pytest.fixture
    def broken_fixture():
        raise RuntimeError("no set-up")


    def test_set_up_fails(broken_fixture):
        pass


    @pytest.fixture
    def broken_end():
        yield
        raise RuntimeError("no tear-down")


    def test_tear_down_fails(broken_end):
        pass


    @pytest.mark.skip(reason="not today")
    def test_skipped():
        pass


    def test_skips_itself():
        pytest.skip("not like this")


    @pytest.mark.xfail(reason="as expected")
    def test_expected_to_fail():
        assert False


    @pytest.mark.xfail(reason="surprise")
    def test_unexpected_success():
        pass


    @pytest.mark.xfail(reason="strictly", strict=True)
    def test_strict():
        pass


    @pytest.mark.parametrize("name", ["ada", "bob"])
    def test_each(client, name):
        client.get(f"/hello/{name}/")


    def test_subtests(client, subtests):
        for name in ("ada", "bob"):
            with subtests.test(msg="greeting", name=name):
                client.get(f"/hello/{name}/")
                assert name != "bob"


    @pytest.fixture(scope="module")
    def shared(django_db_setup, django_db_blocker):
        from django.test import Client

        Client().get("/plain/")


    def test_with_a_shared_fixture(shared):
        pass


    class Unittest(TestCase):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls.client_class().get("/plain/")

        def test_of_unittest(self):
            for name in ("ada", "bob"):
                with self.subTest(name=name):
                    self.client.get(f"/hello/{name}/")
                    self.assertNotEqual(name, "bob")

        async def test_async(self):
            await self.async_client.get("/plain/")
    '''


@pytest.fixture
def suite(project: Project) -> Project:
    project.write("test_site.py", TESTS)
    return project


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole suite, run once with a report."""
    project = new_project(tmp_path_factory.mktemp("traced"))
    project.write("test_site.py", TESTS)
    done = project.pytest("--journey-report")
    assert done.returncode == 1, done.stderr
    return project


def test_every_outcome_is_in_the_trace(traced: Project) -> None:
    tests = traced.tests()
    assert {name: test.outcome for name, test in tests.items()} == {
        "test_hello": "passed",
        "test_two_views": "passed",
        "test_fails": "failed",
        "test_view_raises": "failed",
        "test_set_up_fails": "error",
        "test_tear_down_fails": "error",
        "test_skipped": "skipped",
        "test_skips_itself": "skipped",
        "test_expected_to_fail": "xfailed",
        "test_unexpected_success": "xpassed",
        "test_strict": "failed",
        "test_each[ada]": "passed",
        "test_each[bob]": "passed",
        "test_subtests": "failed",
        "test_with_a_shared_fixture": "passed",
        "test_of_unittest": "failed",
        "test_async": "passed",
    }
    assert tests["test_skipped"].reason == "not today"
    assert tests["test_skips_itself"].reason == "not like this"
    assert tests["test_expected_to_fail"].reason == "as expected"
    assert "strict" in str(tests["test_strict"].failure)
    assert traced.trace().finished


def test_a_test_is_identified_by_its_node_its_title_and_its_line(traced: Project) -> None:
    hello, in_class = traced.tests()["test_hello"], traced.tests()["test_async"]
    assert (hello.name, hello.title) == ("test_site.py::test_hello", "Somebody is greeted.")
    assert (hello.file, hello.line) == ("test_site.py", 7)
    assert in_class.name == "test_site.py::Unittest::test_async"


def test_a_failure_is_explained_without_the_runners_frames(traced: Project) -> None:
    failure = traced.tests()["test_view_raises"].failure
    assert failure is not None
    assert (failure.type, failure.message) == ("RuntimeError", "the view is broken")
    assert "site_urls.py" in failure.traceback
    assert "_pytest" not in failure.traceback
    assert "django_journey" not in failure.traceback
    error = traced.tests()["test_set_up_fails"].failure
    assert error is not None
    assert error.message == "no set-up"


def test_subtests_that_failed_are_named(traced: Project) -> None:
    tests = traced.tests()
    assert [note.title for note in tests["test_subtests"].notes] == ["greeting name='bob'"]
    assert [note.topic for note in tests["test_of_unittest"].notes] == ["subtest", "output"]
    assert [len(tests[name].requests) for name in ("test_subtests", "test_of_unittest")] == [2, 2]


def test_what_a_shared_fixture_requests_belongs_to_no_test(traced: Project) -> None:
    assert traced.tests()["test_with_a_shared_fixture"].requests == []
    assert [event.url for event in traced.trace().outside if event.kind == "request"] == [
        "/plain/",
        "/plain/",
    ]


def test_the_report_is_asked_for_in_three_places_and_else_nothing_is_traced(suite: Project) -> None:
    suite.write("asking_settings.py", 'from site_settings import *\nJOURNEY = {"report": "settings"}')
    before = {path.name for path in suite.folder.iterdir()}
    asking = {
        "": (),
        "command-line": ("--journey-report=command-line",),
        "environment": ("JOURNEY_REPORT=environment",),
        "settings": ("DJANGO_SETTINGS_MODULE=asking_settings",),
    }
    done = dict(
        zip(asking, suite.pytests(*((*asked, "-k", "hello") for asked in asking.values())), strict=True)
    )
    assert {code for code, _ in done.values()} == {0}, done
    _, printed = done.pop("")
    assert "The shape of the suite" not in printed
    assert "journeys" not in printed
    for folder, (_, printed) in done.items():
        assert list(suite.tests(folder)) == ["test_hello"]
        assert (suite.folder / folder / "index.html").exists()
        assert "The shape of the suite" in printed
    made = {path.name for path in suite.folder.iterdir()} - before
    assert {name for name in made if not name.startswith(("run-", "__pycache__"))} == set(done)


def test_the_trace_can_be_written_without_a_report(suite: Project) -> None:
    done = suite.pytest("--journey-trace", "-k", "hello")
    assert list(suite.tests()) == ["test_hello"]
    assert not (suite.folder / "journey-report" / "index.html").exists()
    assert "Trace: " in done.stdout


@pytest.mark.parametrize(
    ("record", "written"), [("", ["fails"]), ("full", ["fails", "passes"]), ("lean", [])]
)
def test_what_was_captured_is_recorded_of_the_tests_that_the_setting_names(
    project: Project, record: str, written: list[str]
) -> None:
    project.write(
        "test_output.py",
        """
        def test_passes():
            print("passing by")

        def test_fails():
            print("the stock is low, password=Xy7-kPq2")
            assert False
        """,
    )
    project.pytest("test_output.py", "--journey-report", *([f"--journey-record={record}"] if record else []))
    tests = project.tests()
    assert sorted(name for name, test in tests.items() if test.notes) == [f"test_{name}" for name in written]
    if written:
        (note,) = tests["test_fails"].notes
        assert (note.topic, note.title) == ("output", "Captured stdout call")
        assert note.data["text"] == "the stock is low, password=***"


def test_a_second_run_takes_the_first_ones_place(suite: Project) -> None:
    suite.pytests(("--journey-report", "-k", "hello"), ("--journey-report", "-k", "each"))
    assert sorted(suite.tests()) == ["test_each[ada]", "test_each[bob]"]


def test_workers_of_xdist_join_the_run(suite: Project) -> None:
    done = suite.pytest("--journey-report", "-n2")
    assert done.returncode == 1
    alone = {name: test.outcome for name, test in suite.tests().items()}
    assert len(alone) == 17
    run = suite.trace()
    assert sorted(process.start.worker for process in run.processes) == ["", "gw0", "gw1"]
    assert run.finished
    assert "The shape of the suite" in done.stdout
    assert {process.start.run for process in run.processes} == {run.processes[0].start.run}


def test_a_traced_run_within_a_traced_run_leaves_its_folder_alone(project: Project) -> None:
    project.write(
        "test_outer.py",
        """
        import subprocess, sys

        def test_runs_another():
            done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:randomly", "inner.py"])
            assert done.returncode == 0
        """,
    )
    project.write("inner.py", "def test_inner(): pass\n")
    done = project.pytest(JOURNEY_REPORT="journey-report")
    assert done.returncode == 0, done.stdout
    assert list(project.tests()) == ["test_runs_another"]


def test_a_project_without_django_is_traced_too(project: Project) -> None:
    (project.folder / "pytest.ini").write_text("[pytest]\n")
    project.write("test_plain.py", "def test_plain(): pass\n")
    done = project.pytest("-p", "no:django", "--journey-report")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(project.tests()) == ["test_plain"]


WRONG = {
    ("--journey-driver=htp",): "'htp' is none of inprocess, http, browser, all",
    ("JOURNEY_TRACE=perhaps",): "trace must be true or false",
    ("--journey-report=.",): "contains other files and no report",
    ("--journey-report", "test_site.py"): "is a file",
}


def test_a_wrong_setting_is_rejected_at_the_start_with_the_fix(suite: Project) -> None:
    done = suite.pytests(*((*wrong, "-k", "hello") for wrong in WRONG))
    for (code, printed), said in zip(done, WRONG.values(), strict=True):
        assert code == 4, printed
        assert said in printed
        assert "Traceback" not in printed
        assert "instead:" in printed


def test_a_wrong_mark_is_rejected_before_any_test_runs(project: Project) -> None:
    project.write(
        "test_marked.py",
        """
        import pytest

        @pytest.mark.journey(drver="browser")
        def test_it(journey):
            pass
        """,
    )
    done = project.pytest()
    assert done.returncode == 4
    assert "there is no setting 'drver'" in done.stderr
    assert "@pytest.mark.journey(driver=" in done.stderr


def test_help_lists_the_options_and_the_mark(project: Project) -> None:
    (_, shown), (_, markers) = project.pytests(["--help"], ["--markers"])
    for option in (
        "--journey-report=[DIR]",
        "--journey-driver=inprocess|http|browser|all",
        "--journey-headed",
    ):
        assert option in shown
    assert "@pytest.mark.journey(driver=…" in markers


STORY = '''
    import pytest
    from django.contrib.auth import get_user_model


    def test_a_story(journey, client):
        """A visitor goes from page to page."""
        visitor = journey.visitor()
        visitor.visit("hello", name="ada")
        visitor.should_see("Hello ada")
        visitor.visit("moved")
        get_user_model().objects.create_user("left-behind")


    def test_the_database_is_as_before(journey):
        assert get_user_model().objects.count() == 0


    @pytest.mark.journey(max_redirects=3, locale="de")
    @pytest.mark.journey(locale="fr", committed=True)
    def test_options(journey, request):
        assert (journey.options.max_redirects, journey.options.locale) == (3, "fr")
        assert journey.options.committed
        assert request.node.get_closest_marker("django_db").kwargs == {"transaction": True}
    '''


def test_a_story_gets_a_journey_and_a_database_that_is_rolled_back(project: Project) -> None:
    project.write("test_story.py", STORY)
    done = project.pytest("--journey-report")
    assert done.returncode == 0, done.stdout
    story = project.tests()["test_a_story"]
    assert (story.story, story.driver, story.title) == (
        True,
        "inprocess",
        "A visitor goes from page to page.",
    )
    assert [step.verb for step in story.steps] == ["visit", "should_see", "visit"]
    assert [request.url_name for request in story.requests] == ["hello", "moved", "plain"]


def test_a_story_without_pytest_django_says_what_to_install(project: Project) -> None:
    (project.folder / "pytest.ini").write_text("[pytest]\n")
    project.write("test_story.py", "def test_it(journey): pass\n")
    done = project.pytest("-p", "no:django", DJANGO_SETTINGS_MODULE="site_settings")
    assert done.returncode == 1
    assert 'python -m pip install "django-journey[pytest]"' in done.stdout
