"""The setting ``checks`` and its mark: tests fail for their pages, and findings are accepted."""

from __future__ import annotations

from tests.runners.projects import Project

SUITE = """
    import sys

    import pytest
    from django.test import TestCase


    def test_a_page(client, db):
        assert client.get("/hello/ada/").status_code == 200


    class Tests(TestCase):
        def test_the_same_page(self):
            assert self.client.get("/hello/ada/").status_code == 200


    def test_no_page(client):
        assert client.get("/plain/").status_code == 200


    @pytest.mark.journey(checks=())
    def test_not_this_one(client, db):
        assert client.get("/hello/ada/").status_code == 200
"""
BODY = "Hello {{ name }}"


def test_tests_fail_for_their_pages_until_that_is_accepted(project: Project) -> None:
    settings = project.folder / "site_settings.py"
    settings.write_text(settings.read_text().replace(BODY, f"<img src='/ada.png'>{BODY}"))
    project.write("test_suite.py", SUITE)
    options = ["--ds=site_settings", "-rfE", "--tb=short"]
    (off, _), (on, said), (accepting, _), (after, _), (workers, theirs) = project.pytests(
        options,
        [*options, "--journey-checks=alt,broken-link"],
        [*options, "--journey-checks=alt", "--journey-accept"],
        [*options, "--journey-checks=alt"],
        [*options, "--journey-checks=unnamed,duplicate-id", "-n", "1"],
    )
    assert (off, on, accepting, after, workers) == (0, 1, 0, 0, 0), said + theirs
    assert "2 failed, 2 passed" in said
    assert "alt: the image /ada.png has no alt, on /hello/ada/" in said
    assert (
        'key = "alt: the image /ada.png has no alt"' in (project.folder / "journey-checks.toml").read_text()
    )


def test_a_mark_switches_checks_on_for_one_test(project: Project) -> None:
    project.write(
        "test_suite.py",
        """
        import sys

        import pytest


        @pytest.mark.journey(checks=["no-such"])
        def test_checked(client):
            client.get("/plain/")


        def test_others(client):
            client.get("/plain/")
        """,
    )
    done = project.pytest("--ds=site_settings", "-q")
    assert "1 failed, 1 passed" in done.stdout
    assert "there is no check 'no-such'" in done.stdout


def test_nothing_is_loaded_without_it(project: Project) -> None:
    project.write(
        "test_suite.py",
        """
        import sys


        def test_nothing(client):
            client.get("/plain/")
            assert not [name for name in sys.modules if name.startswith("django_journey._explore")]
        """,
    )
    done = project.pytest("--ds=site_settings")
    assert done.returncode == 0, done.stdout
