"""Every runner makes its test databases from the kept one, if it is asked to, with stories or without."""

from __future__ import annotations

from tests.runners.projects import Project

TESTS = """
    from django.contrib.auth.models import Permission
    from django.test import TestCase


    class Tests(TestCase):
        def test_the_rows_of_migrations_are_there(self):
            assert Permission.objects.filter(codename="add_user").exists()
"""


def test_pytest_and_its_workers(project: Project) -> None:
    project.write("test_it.py", TESTS + TESTS.replace("class Tests", "class More"))
    runs = project.pytests(
        ["-v", "-s", "--journey-snapshot"],
        ["JOURNEY_SNAPSHOT=1", "-v", "-s"],
        ["-n", "2", "--journey-snapshot=elsewhere"],
        ["JOURNEY_SNAPSHOT=1", "-v", "-s", "--journey-no-snapshot"],
    )
    assert [code for code, _ in runs] == [0, 0, 0, 0], runs
    assert "migrated (none was kept before) and kept in" in runs[0][1]
    assert "copied from" in runs[1][1]
    assert len(list((project.folder / "elsewhere").glob("*.sqlite3"))) == 1, "two workers, one migration"
    assert "Test database" not in runs[3][1]


def test_manage_py_test(project: Project) -> None:
    project.write("tests.py", TESTS)
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('JOURNEY = {"snapshot": "kept"}\n')
    first, second = (project.manage("test") for _ in range(2))
    assert "and kept in" in first.stderr, first.stderr
    assert "copied from" in second.stderr, second.stderr
    assert "\nOK\n" in second.stderr
