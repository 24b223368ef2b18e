"""The plugin, merely installed, does nothing to a project that has no stories; tells its own from the project's."""

from __future__ import annotations

import pytest

from tests import needs
from tests.runners.projects import Project

LOADED = """
    import sys

    BEFORE = {name for name in sys.modules if name.partition(".")[0] in ("django", "site_settings", "asyncio")}


    def test_nothing_was_loaded():
        assert not BEFORE
"""

STORY = """
    def test_a_story(journey):
        assert journey.visitor() is not None
"""

PLAIN = """
    def test_plain():
        pass
"""


def test_it_loads_neither_django_nor_the_project_nor_what_is_heavy(project: Project) -> None:
    project.write("test_loaded.py", LOADED)
    done = project.pytest(
        "-p", "no:django", PYTEST_ADDOPTS="-p django_journey", DJANGO_SETTINGS_MODULE="site_settings"
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_settings_that_can_not_be_imported_do_not_matter_where_nothing_needs_them(project: Project) -> None:
    project.write("test_plain.py", PLAIN)
    project.write("broken_settings.py", "raise RuntimeError('not yet')")
    done = project.pytest("-p", "no:django", "--journey-report", DJANGO_SETTINGS_MODULE="broken_settings")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert list(project.tests()) == ["test_plain"]


def test_a_story_without_importable_settings_fails_with_the_reason(project: Project) -> None:
    (project.folder / "pytest.ini").write_text("[pytest]\n")
    project.write("test_story.py", STORY)
    done = project.pytest("-p", "no:django", DJANGO_SETTINGS_MODULE="no_settings")
    assert done.returncode == 4
    assert "Django's settings can't be imported: No module named 'no_settings'" in done.stderr
    assert "instead:" in done.stderr
    assert "Traceback" not in done.stderr


OTHERS = {"JOURNEY_SERVER": "https://journey.example.com", "JOURNEY_REPORTS": "/var/reports"}


@pytest.mark.parametrize(
    ("environment", "settings"),
    [(OTHERS, ""), ({}, 'JOURNEY = "the long one"'), ({}, 'JOURNEY = {"stops": 3}')],
    ids=["environment", "a text", "a dictionary"],
)
def test_names_of_the_project_that_look_like_ours_stop_nothing(
    project: Project, environment: dict[str, str], settings: str
) -> None:
    with (project.folder / "site_settings.py").open("a") as file:
        file.write(settings)
    project.write("test_plain.py", PLAIN)
    project.write(
        "test_case.py", "from django.test import TestCase\nclass T(TestCase):\n  def test_it(self): pass\n"
    )
    done = project.pytest(**environment)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert "JOURNEY" not in done.stdout + done.stderr
    (project.folder / "site_settings.py").write_text(
        (project.folder / "site_settings.py").read_text().replace('"django_journey",', "")
    )
    done = project.manage("test", **environment)
    assert "OK" in done.stderr, done.stderr


def test_names_in_the_environment_do_not_stop_a_project_that_has_the_app(project: Project) -> None:
    project.write(
        "test_case.py", "from django.test import TestCase\nclass T(TestCase):\n  def test_it(self): pass\n"
    )
    done = project.manage("test", **OTHERS)
    assert done.returncode == 0, done.stderr
    assert "(django_journey.W001)" in done.stderr
    assert "JOURNEY_REPORT=/var/reports, if it is meant for django-journey" in done.stderr


def test_where_there_are_stories_wrong_values_are_errors_and_unknown_names_are_named(
    project: Project,
) -> None:
    project.write("test_story.py", STORY)
    wrong = project.pytest(JOURNEY_SERVER="https://journey.example.com")
    assert wrong.returncode == 4
    assert "the environment variable JOURNEY_SERVER" in wrong.stderr
    named = project.pytest(JOURNEY_DRIVR="http")
    assert "1 passed" in named.stdout
    assert "journey: the environment variable JOURNEY_DRIVR is no setting of django-journey" in named.stdout
    project.write(
        "test_case.py",
        """
        from django_journey import JourneyTestCase

        class Stories(JourneyTestCase):
            def test_one(self): pass
            def test_two(self): pass
        """,
    )
    done = project.manage("test", "test_case", "--pythonpath=.", JOURNEY_REPROT="x")
    assert done.returncode == 0
    assert "\nthe environment variable JOURNEY_REPROT is no setting of django-journey" in done.stderr


OWN_OPTION = """
    def pytest_addoption(parser):
        parser.addoption("--headed", action="store", default="nobody")
"""

READ = "def test_own(request): assert request.config.getoption('--headed') == {!r}"


def test_an_option_headed_of_the_project_is_its_own(project: Project) -> None:
    project.write("root/conftest.py", OWN_OPTION)
    project.write("root/test_root.py", READ.format("Marie"))
    project.write("above/sub/conftest.py", OWN_OPTION)
    project.write("above/sub/test_sub.py", READ.format("Marie"))
    project.write("above/late/conftest.py", OWN_OPTION)
    project.write("above/late/test_late.py", READ.format("nobody"))
    project.write("in_a_plugin.py", OWN_OPTION)
    project.write("plugged/conftest.py", "pytest_plugins = ['in_a_plugin']")
    project.write("plugged/test_plugged.py", READ.format("Marie"))
    given = ("--headed", "Marie")
    for code, said in project.pytests(
        (*given, "root"),
        (*given, "--rootdir=above", "above/sub"),
        ("--rootdir=above", "above", "--ignore=above/sub"),
        (*given, "--rootdir=plugged", "--confcutdir=plugged", "plugged"),
    ):
        assert (code, "1 passed" in said) == (0, True), said


HEADED = """
    def test_headed(journey):
        assert journey.options.headed
"""


def test_headed_is_read_whoever_has_it(project: Project) -> None:
    project.write("test_it.py", HEADED)
    needs.library("pytest_playwright")
    theirs = ("-p", "playwright")
    for code, said in project.pytests(
        (*theirs, "--headed"),
        (*theirs, "--journey-headed"),
        ("--headed",),
        ("--journey-headed",),
        ("-n1", "--headed"),
        ("-v", "--headed", "--", "test_it.py"),
    ):
        assert (code, "1 passed" in said) == (0, True), said


OWN = """
    import pytest


    @pytest.fixture
    def journey():
        return "the project's own"


    @pytest.fixture(params=["tram", "bus"])
    def journey_driver(request):
        return request.param
"""

USES_OWN = """
    import pytest

    pytestmark = pytest.mark.journey("an own mark", legs=3)


    def test_own(journey, journey_driver, request):
        assert journey == "the project's own" and journey_driver in ("tram", "bus")
        assert request.node.get_closest_marker("django_db") is None
        assert "db" not in request.fixturenames


    class TestCaseLike:
        journey_options = {"driver": "bus"}

        def test_of_a_class(self, journey):
            assert journey == "the project's own"
"""


def test_fixtures_and_marks_of_the_project_under_our_names_are_its_own(project: Project) -> None:
    project.write("conftest.py", OWN)
    project.write("test_own.py", USES_OWN)
    for _, said in project.pytests((), ("--journey-driver=all",), ("--journey-report",)):
        assert "3 passed" in said, said


def test_a_fixture_that_extends_ours_is_a_story(project: Project) -> None:
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture
        def journey(journey):
            journey.extended = True
            return journey
        """,
    )
    project.write(
        "test_story.py",
        """
        def test_extended(journey, request):
            assert journey.extended
            assert request.node.get_closest_marker("django_db") is not None
        """,
    )
    done = project.pytest("--journey-driver=http", "--journey-report")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert project.tests()["test_extended"].driver == "http"
