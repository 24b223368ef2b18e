"""What a runner knows when it opens a test's journey: a browser that is not here, say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from django_journey.runners.opening import open_journey
from django_journey.story.options import Options
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


def run(project: Project, runner: str, **environment: str) -> subprocess.CompletedProcess[str]:
    project.write("tests/test_stories.py", STORIES)
    nowhere = {"PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(project.folder / "no-browsers")}
    said = {**nowhere, "CI": "", **environment}
    if runner == "pytest":
        return project.pytest("-rs", "tests/test_stories.py", **said)
    return project.manage("test", "tests.test_stories", "--verbosity=2", **said)


@pytest.mark.parametrize("runner", ["manage.py", "pytest"])
def test_a_story_pinned_to_a_browser_that_is_not_here_is_left_out_with_the_command(
    project: Project, runner: str
) -> None:
    done = run(project, runner)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("skipped=2" if runner == "manage.py" else "2 skipped") in done.stdout + done.stderr
    assert "no chromium was found to drive" in done.stdout + done.stderr
    assert "python -m playwright install --with-deps chromium" in done.stdout + done.stderr


@pytest.mark.parametrize("asked", [{"CI": "true"}, {"JOURNEY_DRIVER": "browser"}], ids=["in CI", "asked for"])
@pytest.mark.parametrize("runner", ["manage.py", "pytest"])
def test_it_fails_in_ci_and_where_the_run_asks_for_a_browser(
    project: Project, runner: str, asked: dict[str, str]
) -> None:
    done = run(project, runner, **asked)
    assert done.returncode == 1
    assert ("errors=2" if runner == "manage.py" else "2 failed") in done.stdout + done.stderr
    assert "no chromium was found to drive" in done.stdout + done.stderr


def test_the_recordings_of_a_parametrized_story_lie_apart() -> None:
    def folder(test: str) -> str:
        journey = open_journey(Options(), test=test, file=Path("stories.py"), databases=())
        assert journey._world is not None
        return str(journey._world._cassettes)

    assert folder("stories.py::Class::test_a[x::y]") == str(Path("cassettes/test_a-x--y-"))
    assert folder("shop.tests.Class.test_a") == str(Path("cassettes/shop.tests.Class.test_a"))
