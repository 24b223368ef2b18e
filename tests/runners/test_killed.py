"""A run that is killed in the middle of a story still makes a report of everything before."""

from __future__ import annotations

import pytest

from tests.runners.projects import Project

KILLED = """
    import os, signal

    from django_journey import JourneyTestCase


    class Stories(JourneyTestCase):
        def test_1_before(self):
            self.client.get("/plain/")

        def test_2_killed(self):
            visitor = self.journey.visitor()
            visitor.visit("hello", name="ada")
            visitor.should_see("Hello ada")
            os.kill(os.getpid(), signal.SIGKILL)

        def test_3_after(self):
            pass
    """


@pytest.mark.parametrize("runner", ["pytest", "manage.py"])
def test_a_killed_run_keeps_every_finished_step(project: Project, runner: str) -> None:
    project.write("tests/__init__.py", "")
    project.write("tests/test_killed.py", KILLED)
    if runner == "pytest":
        killed = project.pytest(JOURNEY_REPORT="journey-report")
        report = project.run("-m", "django_journey", "report", "journey-report")
    else:
        killed = project.manage("test", JOURNEY_REPORT="journey-report")
        report = project.manage("journey", "report", "journey-report")

    assert killed.returncode == -9
    assert not project.trace().finished
    tests = project.tests()
    assert {name: test.outcome for name, test in tests.items()} == {
        "test_1_before": "passed",
        "test_2_killed": "unfinished",
    }
    steps = tests["test_2_killed"].steps
    assert [(step.verb, step.finished, step.ok) for step in steps] == [
        ("visit", True, True),
        ("should_see", True, True),
    ]
    assert steps[0].snapshot is not None
    assert report.returncode == 0, report.stderr
    assert "2 tests" in report.stdout
    assert (project.folder / "journey-report" / "index.html").exists()


def test_a_folder_without_a_trace_is_rejected_with_the_way_to_make_one(project: Project) -> None:
    by_command = project.manage("journey", "report", "nowhere")
    assert by_command.returncode == 2
    assert "there is no trace to read" in by_command.stderr
    assert "Traceback" not in by_command.stderr
    alone = project.run("-m", "django_journey", "report", "nowhere")
    assert alone.returncode == 2
    assert "pytest --journey-report=nowhere" in alone.stderr
