"""``python -m django_journey``: what people type works, or is told with what to write instead."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from django_journey._runners import main as command
from django_journey._runners.main import main
from django_journey._runners.unittest.program import Program
from tests.runners.projects import Project


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a manage.py, which is the working directory."""
    for name in ("manage.py", "gadgets.py"):
        (tmp_path / name).write_text("")
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "sought", "instead"),
    [
        ("", "there is no command", "run manage.py test"),
        ("manage.py test", "'manage.py' is not a command", "run manage.py test"),
        ("python manage.py test", "'python' is not a command", "run python manage.py test"),
        ("test shop", "'test' is not a command", "run manage.py test shop"),
        ("rnu manage.py test", "'rnu' is not a command", "run manage.py test"),
        ("--report=x manage.py test", "'--report=x' is not a command", "run --report=x manage.py test"),
        ("nonsense", "there is no command 'nonsense'", "run manage.py test"),
        ("journey report", "'journey' is not a command", "python -m django_journey report"),
        ("report --to x", "report takes one folder", "report journey-report"),
        ("run", "there is nothing to run", "run manage.py test"),
        ("run python", "there is nothing to run", "run manage.py test"),
        ("run --report", "there is nothing to run", "run manage.py test"),
        ("run missing.py", "there is no script 'missing.py'", "run manage.py test"),
        ("run mange.py test shop", "there is no script 'mange.py'", "run manage.py test shop"),
        ("run shop.tests", "there is no script 'shop.tests'", "run manage.py test shop.tests"),
        ("run pytets -k shop", "there is no script 'pytets'", "run pytest -k shop"),
        ("run -m no.such test", "there is no module 'no.such'", "run manage.py test"),
        ("run --reprot=x manage.py", "run has no option --reprot", "run --journey-report=x manage.py test"),
        ("run --secret=x manage.py", "run has no option --secret", "run --journey-secrets=x manage.py test"),
        ("run empty", "the folder empty has no __main__.py", "run manage.py test"),
        ("run ./run.sh", "./run.sh is run by /bin/sh", "JOURNEY_REPORT=journey-report ./run.sh"),
    ],
)
def test_a_wrong_command_is_reported_with_the_right_one(
    folder: Path, capsys: pytest.CaptureFixture[str], line: str, sought: str, instead: str
) -> None:
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith(sought)
    assert "\n  where:    " in said
    assert instead in said.partition("instead:")[2]


@pytest.mark.parametrize(
    ("line", "said", "program"),
    [
        ("manage.py test shop", {}, Program("manage.py", ("test", "shop"))),
        ("./manage.py test", {}, Program("./manage.py", ("test",))),
        ("python manage.py test", {}, Program("manage.py", ("test",))),
        (f"{sys.executable} -m django test", {}, Program("django", ("test",), module=True)),
        ("django-admin test", {}, Program("django-admin", ("test",))),
        ("--report manage.py test", {"report": "journey-report"}, Program("manage.py", ("test",))),
        ("--journey-report=x manage.py", {"report": "x"}, Program("manage.py", ())),
        ("--report seen manage.py test", {"report": "seen"}, Program("manage.py", ("test",))),
        ("--trace -- manage.py test", {"trace": "1"}, Program("manage.py", ("test",))),
        ("--secrets=a,b -m pytest -x", {"secrets": "a,b"}, Program("pytest", ("-x",), module=True)),
        ("manage.py test --journey-report=x shop", {"report": "x"}, Program("manage.py", ("test", "shop"))),
        ("manage.py test --report=x", {}, Program("manage.py", ("test", "--report=x"))),
        ("pytest --journey-report=x", {}, Program("pytest", ("--journey-report=x",))),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(
    folder: Path, line: str, said: dict[str, str], program: Program
) -> None:
    assert command._options(line.split()) == (said, program)


@pytest.mark.parametrize(
    "line",
    [
        ("-m", "django", "test"),
        ("django-admin", "test", "--journey-report=journey-report"),
        ("--report", "pytest", "test_site.py"),
    ],
    ids=" ".join,
)
def test_modules_and_installed_programs_are_run_traced(project: Project, line: tuple[str, ...]) -> None:
    project.write(
        "test_site.py",
        """
        from django.test import TestCase

        class Site(TestCase):
            def test_page(self):
                self.client.get("/plain/")
        """,
    )
    done = project.run("-m", "django_journey", "run", *line, DJANGO_SETTINGS_MODULE="site_settings")
    assert done.returncode == 0, done.stderr
    assert [request.url_name for request in project.tests()["test_page"].requests] == ["plain"]
