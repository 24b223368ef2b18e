"""A suite's access matrix is written, compared and accepted, under pytest and ``manage.py test``."""

from __future__ import annotations

from tests.runners.projects import Project

SUITE = """
    from django.contrib.auth import get_user_model
    from django.test import TestCase


    class Tests(TestCase):
        def test_as_a_user(self):
            self.client.force_login(get_user_model().objects.create(username="ada"))
            assert self.client.get("/hello/ada/").status_code == 200
"""
CELL = "GET hello/<str:name>/ | visitor | allowed"


def test_the_file_is_written_compared_and_accepted(project: Project) -> None:
    project.write("test_suite.py", SUITE)
    reviewed = project.folder / "access.txt"
    (first, said), (again, _), (workers, _) = project.pytests(
        ["--ds=site_settings", "--journey-access=access.txt"],
        ["--ds=site_settings", "--journey-access=access.txt"],
        ["--ds=site_settings", "--journey-access=workers.txt", "-n", "1"],
    )
    assert (first, again, workers) == (0, 0, 0), said
    text = reviewed.read_text()
    assert CELL in text.splitlines(), said
    assert (project.folder / "workers.txt").read_text() == text
    reviewed.write_text(text.replace(CELL, CELL.replace("allowed", "login")) + "GET old/ | user | 403\n")
    (changed, said), (accepted, _) = project.pytests(
        ["--ds=site_settings", "--journey-access=access.txt"],
        ["--ds=site_settings", "--journey-access=access.txt", "--journey-accept"],
    )
    assert (changed, accepted) == (1, 0)
    assert f"-{CELL.replace('allowed', 'login')}\n+{CELL}\n" in said
    assert reviewed.read_text() == f"{text}GET old/ | user | 403\n"


def test_manage_py_test_writes_it_too(project: Project) -> None:
    project.write("test_suite.py", SUITE)
    done = project.manage("test", JOURNEY_ACCESS="access.txt")
    assert done.returncode == 0, done.stderr
    assert CELL in (project.folder / "access.txt").read_text().splitlines()
