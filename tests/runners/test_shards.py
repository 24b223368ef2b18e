"""Each runner runs its own shard, and together all tests once."""

from __future__ import annotations

from tests.runners.projects import Project

TESTS = """
    from django.test import SimpleTestCase


    class One(SimpleTestCase):
        def test_a(self): ...

        def test_b(self): ...


    class Two(SimpleTestCase):
        def test_c(self): ...
"""


def test_pytest(project: Project) -> None:
    for name in ("first", "second", "third"):
        project.write(f"test_{name}.py", TESTS)
    runs = project.pytests(
        ["-q", "--journey-shard=1/2"],
        ["-q", "--journey-shard=2/2"],
        ["-q", "--journey-shard=3/2"],
    )
    assert "5 passed, 4 deselected" in runs[0][1], runs
    assert "4 passed, 5 deselected" in runs[1][1], runs
    assert runs[2][0] == 4
    assert "'3/2' is no shard" in runs[2][1]


def test_manage_py_test(project: Project) -> None:
    project.write("tests.py", TESTS)
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('TEST_RUNNER = "django_journey.runner.JourneyRunner"\n')
    first = project.manage("test", "--journey-shard=1/2", "--parallel=2")
    second = project.manage("test", "--journey-shard=2/2")
    assert "Ran 2 tests" in first.stderr, first.stderr
    assert "Ran 1 test " in second.stderr, second.stderr
