"""What a runner knows when it opens a test's journey: a browser that is not here, say."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey import JourneyTestCase
from django_journey._runners.shared.journey_setup import open_journey
from django_journey._story.settings import Options
from tests.runners.projects import Project

STORIES = """
    from django_journey import JourneyTestCase


    class Stories(JourneyTestCase):
        journey_options = {"driver": "browser"}

        def test_pinned(self):
            self.journey.visitor().visit("plain")


    class StoriesFromTheStart(Stories):
        def setUp(self):
            self.reader = self.journey.visitor()
"""

FUNCTION = """

    import pytest


    @pytest.mark.journey(driver="browser")
    def test_function(journey):
        journey.visitor().visit("plain")
"""


def run(project: Project, runner: str, *environments: dict[str, str]) -> list[tuple[int, str]]:
    """Run the stories in each environment, where no browser is; return the exit codes and what was printed."""
    project.write("tests/test_stories.py", STORIES)
    nowhere = {"PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(project.folder / "no-browsers"), "CI": ""}
    said = [nowhere | environment for environment in environments]
    if runner == "pytest":
        project.write("tests/test_stories.py", STORIES + FUNCTION)
        return project.pytests(
            *((*map("=".join, one.items()), "-rs", "tests/test_stories.py") for one in said)
        )
    all_done = [project.manage("test", "tests.test_stories", "--verbosity=2", **one) for one in said]
    return [(done.returncode, done.stdout + done.stderr) for done in all_done]


@pytest.mark.parametrize("runner", ["manage.py", "pytest"])
def test_a_story_pinned_to_a_browser_that_is_not_here_is_left_out_with_the_command_or_fails_where_one_is_asked_for(
    project: Project, runner: str
) -> None:
    left_out, in_ci, asked_for = run(project, runner, {}, {"CI": "true"}, {"JOURNEY_DRIVER": "browser"})
    code, printed = left_out
    assert code == 0, printed
    assert ("skipped=2" if runner == "manage.py" else "3 skipped") in printed
    assert "no chromium was found to drive" in printed
    assert "python -m playwright install --with-deps chromium" in printed
    for code, printed in (in_ci, asked_for):
        assert code == 1
        assert ("errors=2" if runner == "manage.py" else "1 error") in printed
        assert "no chromium was found to drive" in printed


def test_the_recordings_of_a_parametrized_story_lie_apart() -> None:
    def folder(test: str) -> str:
        journey = open_journey(Options(), test=test, file=Path("stories.py"), databases=())
        assert journey._world is not None
        return str(journey._world._cassettes)

    assert folder("stories.py::Class::test_a[x::y]") == str(Path("cassettes/test_a-x--y-"))
    assert folder("shop.tests.Class.test_a") == str(Path("cassettes/shop.tests.Class.test_a"))


class BesideItsFileTests(JourneyTestCase):
    def test_the_recordings_of_a_test_case_lie_beside_its_file(self) -> None:
        assert self.journey._world is not None
        folder = self.journey._world._cassettes
        assert folder is not None
        assert folder.parent == Path(__file__).parent / "cassettes"
