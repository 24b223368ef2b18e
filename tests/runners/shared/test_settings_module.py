"""A settings module that is not there, or ``journey_options`` that say what can't be, are told with the fix."""

from __future__ import annotations

from tests.runners.projects import Project

STORY = """
from django_journey import JourneyTestCase

class Stories(JourneyTestCase):
    journey_options = {options}

    def test_a_story(self):
        self.journey.visitor().visit("plain")
"""


def test_a_settings_module_that_is_not_there_is_reported_with_the_nearest_one(project: Project) -> None:
    done = project.pytest("--ds=site_setings")
    assert done.returncode == 4
    assert "ERROR: the settings module 'site_setings' can't be imported" in done.stderr
    assert "where:    the option --ds" in done.stderr
    assert "instead:  pytest --ds=site_settings" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_import_error_within_the_settings_is_reported_unchanged(project: Project) -> None:
    project.write("other_settings.py", "import nothing_of_the_kind\n")
    done = project.pytest("--ds=other_settings")
    assert done.returncode != 0
    assert "No module named 'nothing_of_the_kind'" in done.stderr
    assert "the settings module 'other_settings' can't be imported" not in done.stderr


def test_wrong_options_of_a_test_case_are_reported_as_its_own(project: Project) -> None:
    project.write("test_named.py", STORY.format(options={"drivr": "http"}))
    project.write("test_listed.py", STORY.format(options=["http"]))
    for done in (project.manage("test"), project.pytest()):
        said = done.stdout + done.stderr
        assert 'journey_options["drivr"] of test_named.Stories.test_a_story' in said
        assert "journey_options = {\"driver\": '…'}" in said
        assert "journey_options is ['http'], which is not a dictionary of settings" in said


def test_a_mark_says_the_driver_of_a_test_case_too(project: Project) -> None:
    project.write(
        "test_marked.py",
        """
        import pytest
        from django_journey import JourneyTestCase

        class Stories(JourneyTestCase):
            @pytest.mark.journey(driver="http")
            def test_a_story(self):
                visitor = self.journey.visitor()
                visitor.visit("plain")
                assert visitor.page.url.startswith("http://127.0.0.1:")
        """,
    )
    done = project.pytest()
    assert "1 passed" in done.stdout, done.stdout
