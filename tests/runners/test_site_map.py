"""``--journey-map`` and ``--journey-fail-under``: what the tests of a run reached, in one process and in several."""

from __future__ import annotations

from tests.runners.projects import Project

SUITE = """
    from django.contrib.auth.forms import AuthenticationForm


    def test_two_patterns(client, db):
        assert client.get("/hello/ada/").status_code == 200
        assert client.get("/plain/").status_code == 200
        AuthenticationForm(None, {}).is_valid()
"""


def test_a_run_fails_where_too_few_patterns_are_reached(project: Project) -> None:
    project.write("test_suite.py", SUITE)
    (enough, said), (less, why), (workers, theirs) = project.pytests(
        ["--ds=site_settings", "--journey-fail-under=40"],
        ["--ds=site_settings", "--journey-fail-under=80", "--journey-report=other"],
        ["--ds=site_settings", "--journey-map", "-n", "1", "--journey-report=third"],
    )
    assert (enough, less, workers) == (0, 1, 0), said
    assert "URL patterns           2 of 5 (40%)" in said
    assert "never reached: broken/" in said
    assert "40 % of the URL patterns reached: less than 80 %" in why
    assert "URL patterns           2 of 5 (40%)" in theirs
    assert "not watched" not in theirs
    for folder in ("journey-report", "other", "third"):
        assert "2 of 5 URL patterns reached" in (project.folder / folder / "map.html").read_text()


def test_nothing_of_it_is_loaded_without_the_option(project: Project) -> None:
    project.write(
        "test_suite.py",
        """
        import sys


        def test_nothing():
            assert not [name for name in sys.modules if name.startswith("django_journey._explore")]
        """,
    )
    done = project.pytest("--ds=site_settings", "--journey-report")
    assert done.returncode == 0, done.stdout
