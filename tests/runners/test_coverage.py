"""F6: coverage.py counts what a story runs in the live server's threads and in child processes."""

from __future__ import annotations

import json

import pytest

from tests.runners.projects import Project

SITE = """
import subprocess, sys
from django.http import HttpResponse
from django.urls import path


def home(request):
    greeting = "Hello"
    return HttpResponse(f"<title>Hi</title><h1>{greeting}</h1>")


def worked(request):
    done = subprocess.run([sys.executable, "work.py"], capture_output=True, text=True, check=True)
    return HttpResponse(f"<title>Work</title><p>{done.stdout}</p>")


urlpatterns = [path("", home, name="home"), path("worked/", worked, name="worked")]
"""
WORK = """
def work():
    return "the work is done"


print(work())
"""
STORY = """
def test_story(journey):
    visitor = journey.visitor()
    visitor.visit("home")
    visitor.should_see("Hello")
    visitor.visit("worked")
    visitor.should_see("the work is done")
"""
CONFIGURATION = """
[run]
source = .
parallel = true
patch = subprocess
"""


@pytest.mark.parametrize("driver", ["http", "browser"])
def test_f6_lines_of_threads_and_child_processes_are_counted(
    project: Project, driver: str, request: pytest.FixtureRequest
) -> None:
    """F6: every line of the view, of the script that it starts, and of the story beside the browser."""
    if driver == "browser":
        request.getfixturevalue("browser")
    project.write("site_urls.py", SITE)
    project.write("work.py", WORK)
    project.write("test_story.py", STORY)
    project.write(".coveragerc", CONFIGURATION)
    done = project.run("-m", "coverage", "run", "-m", "pytest", "-q", f"--journey-driver={driver}")
    assert done.returncode == 0, done.stdout + done.stderr
    project.run("-m", "coverage", "combine", "-q")
    project.run("-m", "coverage", "json", "-q")
    counted = json.loads((project.folder / "coverage.json").read_text())["files"]
    assert {
        name: counted[name]["missing_lines"] for name in ("site_urls.py", "work.py", "test_story.py")
    } == {
        "site_urls.py": [],
        "work.py": [],
        "test_story.py": [],
    }
