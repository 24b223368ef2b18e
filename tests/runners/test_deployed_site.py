"""Stories against a site that runs elsewhere: over HTTP, without the database, and only if they may."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.runners.projects import Project

URLS = """
from django.http import HttpResponse
from django.urls import path

def home(request):
    return HttpResponse("<title>Home</title><h1>Hello</h1><a href='/about/'>About</a>")

def about(request):
    return HttpResponse("<title>About</title><h1>About us</h1>")

urlpatterns = [path("", home, name="home"), path("about/", about, name="about")]
"""

STORIES = """
import pytest

@pytest.mark.journey(writes=False)
def test_a_visitor_looks_around(journey):
    visitor = journey.visitor()
    visitor.visit("home")
    visitor.click("About")
    visitor.should_be_at("about")
    visitor.should_see("About us")

@pytest.mark.journey(writes=False)
def test_a_story_that_needs_the_database(journey):
    journey.actor(object())

def test_a_story_that_changes_data(journey):
    journey.visitor().visit("home")
"""

SERVER = """
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
from django.core.wsgi import get_wsgi_application

class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass

server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def deployed(project: Project) -> Iterator[str]:
    """The project, served by a process of its own."""
    project.write("site_urls.py", URLS)
    project.write("test_stories.py", STORIES)
    project.write("serve.py", SERVER)
    server = subprocess.Popen(
        [sys.executable, "serve.py"],
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    server.kill()
    server.wait()
    server.stdout.close()


def test_a_story_runs_against_a_deployed_site_without_its_database(project: Project, deployed: str) -> None:
    """E1: over HTTP; nothing that needs the database is touched, and a story that needs it says so."""
    settings = project.folder / "site_settings.py"
    settings.write_text(settings.read_text().replace('":memory:"', '"/nowhere/at/all.sqlite3"'))
    done = project.pytest(f"--journey-base-url={deployed}", "-rA")
    assert "PASSED test_stories.py::test_a_visitor_looks_around" in done.stdout
    assert "PASSED test_stories.py::test_a_story_that_changes_data" in done.stdout  # loopback is one's own
    assert "journey.actor(user) needs the site in this process" in done.stdout
    assert "unable to open database file" not in done.stdout


def test_somebody_elses_site_is_not_changed_unasked(project: Project, deployed: str) -> None:
    remote = "http://staging.example.com"
    refused = project.pytest(f"--journey-base-url={remote}", "-k", "changes_data")
    assert "this story changes data, and http://staging.example.com is not on this machine" in refused.stdout
    assert "--journey-allow-remote-writes" in refused.stdout
