"""The commands ``convert`` and ``record`` in a project of their own, run as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("libcst")

SITE = """
SECRET_KEY = "x"
ROOT_URLCONF = "site_of_one_page"
ALLOWED_HOSTS = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django_journey"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def urlpatterns():
    from django.contrib.auth.models import User
    from django.http import HttpResponse
    from django.middleware.csrf import get_token
    from django.urls import path

    def home(request):
        if request.method == "POST":
            request.session["said"] = request.POST["said"]
        said = request.session.get("said", "nothing")
        form = f'<input type=hidden name=csrfmiddlewaretoken value="{get_token(request)}"><input name=said><button>Say'
        name = request.META.get("HTTP_HOST", "no name")
        people = User.objects.count()
        return HttpResponse(f"<!doctype html><p hidden>secret</p>"
                            f"<p>You said {said}, {people} listen, asked by {name}</p>"
                            f"<form method=post>{form}</button></form>")

    return [path("home/", home, name="home")]
"""
URLS = "from site_settings import urlpatterns\n\nurlpatterns = urlpatterns()\n"
PLAIN = """
from django.test import TestCase


class HomeTests(TestCase):
    def test_home(self):
        response = self.client.get("/home/")
        self.assertContains(response, "nothing")

    def test_what_is_not_shown(self):
        response = self.client.get("/home/")
        self.assertContains(response, "secret")

    def test_the_form(self):
        response = self.client.post("/home/", {"said": "hello"})
        self.assertContains(response, "hello")

    def test_the_session(self):
        self.client.post("/home/", {"said": "hello"})
        self.assertEqual(self.client.session["said"], "hello")

    def test_that_fails(self):
        self.assertEqual(self.client.get("/home/").status_code, 404)

    def test_that_ends_otherwise(self):
        response = self.client.get("/home/", {"a": "b"})
        self.assertContains(response, "asked by no name")  # a story sends the name of the host
"""
CODEGEN = """
import sys

url, file = sys.argv[-1], sys.argv[sys.argv.index("-o") + 1]
open(file, "w").write(f'''
def test_example(page):
    page.goto("{url}")
    page.get_by_role("button", name="Say").click()
''')
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "site_settings.py").write_text(SITE)
    (tmp_path / "site_of_one_page.py").write_text(URLS)
    (tmp_path / "test_plain.py").write_text(PLAIN)
    (tmp_path / "codegen.py").write_text(CODEGEN)
    return tmp_path


def run(project: Path, *words: str) -> tuple[int, str, str]:
    """Return the exit status of a command, and what it wrote to the terminal."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("JOURNEY", "PYTEST"))
    }
    places = [str(project), *filter(None, [os.environ.get("PYTHONPATH")])]
    environ |= {"DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": os.pathsep.join(places)}
    words = (sys.executable, "-m", "django_journey", *words)
    done = subprocess.run(words, cwd=project, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_what_ends_like_the_plain_test_is_converted(project: Path) -> None:
    status, said, progress = run(project, "convert", "test_plain.py", "--write", "--tests", "-m django test")
    assert status == 0, said + progress
    new = (project / "test_plain.py").read_text()
    assert "class HomeTests(JourneyTestCase):" in new
    assert '        visitor.visit("home")\n        visitor.should_see("nothing")\n' in new
    # A text that is not shown is looked for in the source of the page, and a field without a label by its name.
    assert 'self.assertContains(visitor.response, "secret")' in new
    assert '        visitor.fill("said", "hello")\n        visitor.click("Say")\n' in new
    assert "  # journey:" not in new
    assert said.splitlines()[-1] == "3 of 6 tests with a client are stories"
    assert "HomeTests.test_the_session is left: self.client.session is used otherwise" in said
    assert "HomeTests.test_that_fails is left: the plain test does not pass: failed" in said
    assert "HomeTests.test_that_ends_otherwise is left: its conversion failed" in said
    assert progress.splitlines()[:2] == ["running the plain tests …", "running 4 conversions (round 1) …"]


def test_files_of_one_name_are_told_apart(project: Path) -> None:
    apps = [project / "one", project / "two"]
    body = PLAIN.partition("    def test_the_form")[0]
    # The second file needs no second round, in which only the first is run again.
    for app, source in zip(apps, (body, body.partition("    def test_what")[0]), strict=True):
        app.mkdir()
        (app / "__init__.py").touch()
        (app / "tests.py").write_text(source)
    status, said, progress = run(
        project, "convert", "one/tests.py", "two/tests.py", "--write", "--tests", "-m django test"
    )
    assert status == 0, said + progress
    assert "running 2 conversions (round 2)" in progress
    assert said.splitlines()[-1] == "3 of 3 tests with a client are stories"
    assert all("JourneyTestCase" in (app / "tests.py").read_text() for app in apps)


def test_check_writes_nothing_and_fails_where_a_test_could_be_a_story(project: Path) -> None:
    plain = PLAIN.partition("    def test_what_is_not_shown")[0]
    (project / "test_plain.py").write_text(plain)
    status, said, _ = run(project, "convert", "test_plain.py", "--check", "--tests", "-m django test")
    assert (status, (project / "test_plain.py").read_text()) == (1, plain)
    assert said == "1 of 1 tests with a client can be stories; --write overwrites the files\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["codegen.py"], "there are no tests with Django's client(.|\n)*codegen.py"),
        (["nowhere"], "there is no file or folder 'nowhere'"),
        (["test_plain.py", "--tests", "-c pass"], "no plain test was run(.|\n)*--tests"),
    ],
)
def test_what_can_not_be_converted_is_said(project: Path, words: list[str], message: str) -> None:
    import re

    status, _, said = run(project, "convert", *words)
    assert status == 2
    assert re.search(message, said), said


def test_a_story_is_recorded_on_a_scratch_database(project: Path) -> None:
    """The project's own database is not opened: it has no tables here, and is not made."""
    command = f"{sys.executable} {project / 'codegen.py'}"
    words = ["record", "home", "--as", "user", "--codegen", command, "--output", "test_recorded.py"]
    status, said, error = run(project, *words)
    assert status == 0, said + error
    assert not (project / "site.sqlite3").exists()
    assert "The story passes without a browser." in said
    assert '    actor.visit("home")\n    actor.click("Say")\n' in (project / "test_recorded.py").read_text()
    status, _, error = run(project, *words)
    assert status == 2
    assert "test_recorded.py exists" in error
