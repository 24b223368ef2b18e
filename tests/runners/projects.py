"""Small throw-away Django projects, run in processes of their own by each runner."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from django_journey._report import load
from django_journey._report.model import Run, Test

MANAGE = """
import os, sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""

SETTINGS = """
SECRET_KEY = "a key for tests"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django_journey",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "site_urls"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {
        "context_processors": ["django.contrib.auth.context_processors.auth"],
        "loaders": [("django.template.loaders.locmem.Loader", {
            "base.html": "<!doctype html><title>Site</title>{% block body %}{% endblock %}",
            "hello.html": "{% extends 'base.html' %}{% block body %}Hello {{ name }}{% endblock %}",
        })],
    },
}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "static/"
"""

URLS = """
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path


def hello(request, name):
    get_user_model().objects.count()
    return render(request, "hello.html", {"name": name})


def plain(request):
    return HttpResponse("plain", content_type="text/plain")


def moved(request):
    return redirect("plain")


def broken(request):
    raise RuntimeError("the view is broken")


async def slow(request):
    return HttpResponse(str(await get_user_model().objects.acount()))


urlpatterns = [
    path("hello/<str:name>/", hello, name="hello"),
    path("plain/", plain, name="plain"),
    path("moved/", moved, name="moved"),
    path("broken/", broken, name="broken"),
    path("slow/", slow, name="slow"),
]
"""

# Runs pytest several times, each time in a fork of one process that has loaded its plugins already.
FORKED = """
import importlib.metadata, json, os, sys, warnings

warnings.simplefilter("ignore")
import pytest

for plugin in importlib.metadata.entry_points(group="pytest11"):
    if plugin.name in ("django", "django_journey", "xdist"):
        plugin.load()
for number, arguments in enumerate(json.loads(sys.argv[1])):
    if not os.fork():
        for stream in (1, 2):
            os.dup2(os.open(f"run-{number}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
        while arguments and "=" in arguments[0] and arguments[0][0] != "-":
            os.environ.update([arguments.pop(0).split("=", 1)])
        os._exit(pytest.main(arguments))
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""

# The plugins that a run needs: to load all that are installed here takes longer than most runs.
PLUGINS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "-p django -p django_journey -p xdist -p no:cacheprovider",
}

# What a run inside a run must not inherit: whoever runs these tests may trace them.
_OURS = ("JOURNEY_", "DJANGO_SETTINGS_MODULE", "PYTEST_", "COV_")


@dataclass(frozen=True)
class Project:
    """A project in a folder of its own."""

    folder: Path

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
        return path

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        places = [str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {"PYTHONPATH": os.pathsep.join(places), "PYTHONWARNINGS": "default"}
        return kept | own | PLUGINS | dict(more or {})

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments in the project's folder."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def pytest(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        loaded = PLUGINS["PYTEST_ADDOPTS"]
        if "no:django" in arguments:
            loaded = loaded.replace("-p django ", "")
        return self.run("-m", "pytest", *arguments, **{"PYTEST_ADDOPTS": loaded, **environment})

    def pytests(self, *runs: Sequence[str]) -> list[tuple[int, str]]:
        """Run pytest once with each of these arguments; return the exit codes and what was printed.

        Args:
            runs: The arguments of each run, after the variables of its environment, written ``NAME=value``.
        """
        done = self.run("-c", FORKED, json.dumps(runs))
        codes = [int(line) for line in done.stdout.split()]
        assert len(codes) == len(runs), done.stderr
        return [(code, (self.folder / f"run-{number}.txt").read_text()) for number, code in enumerate(codes)]

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *arguments, **environment)

    def trace(self, folder: str = "journey-report") -> Run:
        return load(self.folder / folder)

    def trace_of(self, run: str, folder: str = "journey-report") -> list[str]:
        """The last parts of the names of one run's tests."""
        return [last_part(test.name) for test in load(self.folder / folder, run).tests]

    def tests(self, folder: str = "journey-report") -> dict[str, Test]:
        """The traced tests by the last part of their name."""
        return {last_part(test.name): test for test in self.trace(folder).tests}


def pitfalls_of_the_guide() -> list[str]:
    """What the guide shows of the pitfalls, as it is printed."""
    guide = Path(__file__).parents[2].joinpath("docs/guide.md").read_text()
    section = guide.partition("\n## Pitfalls\n")[2].partition("\n## ")[0]
    return re.findall(r"```text\n(.*?)\n```", section, re.DOTALL)


def last_part(name: str) -> str:
    return name.split("::")[-1] if "::" in name else name.split(".")[-1]


def new_project(folder: Path) -> Project:
    """Write a project of five views, with no tests yet."""
    project = Project(folder)
    project.write("manage.py", MANAGE)
    project.write("site_settings.py", SETTINGS)
    project.write("site_urls.py", URLS)
    project.write(
        "pytest.ini",
        """
        [pytest]
        DJANGO_SETTINGS_MODULE = site_settings
        python_files = test_*.py
        """,
    )
    return project
