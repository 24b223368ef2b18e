"""F4: a failure tells of what Django's tests often trip over: stale instances, and hooks that never ran."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.runners.projects import Project, pitfalls_of_the_guide

URLS = """
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse
from django.urls import path


def rename(request, pk):
    user = get_user_model().objects.get(pk=pk)
    user.username, user.first_name = "new name", "New"
    user.set_password("another-password-1")
    user.save()
    return HttpResponse("renamed")


def remove(request, pk):
    get_user_model().objects.filter(pk=pk).delete()
    return HttpResponse("removed")


def greet(request):
    transaction.on_commit(send_greeting)
    return HttpResponse("greeted")


def send_greeting():
    from django.core import mail
    mail.send_mail("Hello", "Hello", None, ["ada@example.com"])


urlpatterns = [
    path("rename/<int:pk>/", rename, name="rename"),
    path("remove/<int:pk>/", remove, name="remove"),
    path("greet/", greet, name="greet"),
]
"""
CASES = """
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import TestCase
from django_journey import JourneyTestCase


class Tests(TestCase):
    def setUp(self):
        self.ada = get_user_model().objects.create_user("ada")
        self.eve = get_user_model().objects.create_user("eve")

    def test_stale(self):
        self.client.post(f"/rename/{self.ada.pk}/")
        self.assertEqual(self.ada.username, "new name")

    def test_stale_local(self):
        user = self.ada
        del self.ada
        self.client.post(f"/rename/{user.pk}/")
        assert user.first_name == "New", "it was not renamed"

    def test_removed(self):
        self.client.post(f"/remove/{self.ada.pk}/")
        self.assertIsNone(self.ada.pk)

    def test_refreshed(self):
        self.client.post(f"/rename/{self.ada.pk}/")
        self.ada.refresh_from_db()
        self.eve.first_name = "not saved"
        self.assertEqual(self.ada.username, "ada")

    def test_changed_in_hand_alone(self):
        self.client.post(f"/greet/")
        self.eve.first_name = "not saved"
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"/greet/")
        self.fail("for another reason")

    def test_hook(self):
        self.client.post("/greet/")
        self.assertEqual(len(mail.outbox), 1)

    def test_hook_ran(self):
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post("/greet/")
        self.fail("for another reason")

    def test_passes(self):
        self.client.post(f"/rename/{self.ada.pk}/")
        self.client.post("/greet/")


class Stories(JourneyTestCase):
    def test_story(self):
        self.ada = get_user_model().objects.create_user("ada")
        self.journey.visitor().api.get(f"/rename/{self.ada.pk}/")
        self.assertEqual(self.ada.username, "new name")
"""
FUNCTIONS = """
import pytest
from django.contrib.auth import get_user_model
from django.core import mail


@pytest.mark.django_db
def test_stale(client):
    ada = get_user_model().objects.create_user("ada")
    client.post(f"/rename/{ada.pk}/")
    assert ada.username == "new name"


@pytest.mark.django_db
def test_hook(client):
    client.post("/greet/")
    assert len(mail.outbox) == 1


def test_story(journey):
    ada = get_user_model().objects.create_user("ada")
    journey.visitor().api.get(f"/rename/{ada.pk}/")
    assert ada.username == "new name"
"""
STALE = """{name} is not as its row in the database, since {who} /rename/{pk}/:
  password: has changed
  username: 'ada' here, 'new name' in the database
  first_name: '' here, 'New' in the database
  {name}.refresh_from_db() reads it again"""
HOOK = (
    "1 on_commit hook never ran, since the test's transaction is never committed: site_urls.send_greeting\n"
    "  with self.captureOnCommitCallbacks(execute=True): … runs them; in a JourneyTestCase they run as on the site"
)


@pytest.fixture
def told(project: Project) -> Callable[[str], str]:
    project.write("site_urls.py", URLS)
    project.write("tests.py", CASES)

    def failure(name: str) -> str:
        test = project.tests()[name]
        return test.failure.traceback if test.failure else test.outcome

    return failure


def check(told: Callable[[str], str]) -> None:
    assert STALE.format(name="self.ada", who="POST", pk=1) in told("test_stale")
    assert "self.eve" not in told("test_stale")
    assert STALE.format(name="user", who="POST", pk=1) in told("test_stale_local")
    assert "self.ada is not in the database any more, since POST /remove/1/" in told("test_removed")
    assert "in the database" not in told("test_refreshed")
    assert HOOK in told("test_hook")
    assert "on_commit" not in told("test_hook_ran")
    assert "self.eve" not in told("test_changed_in_hand_alone")
    assert HOOK in told("test_changed_in_hand_alone")
    assert told("test_passes") == "passed"
    assert STALE.format(name="self.ada", who="GET", pk=1) in told("test_story")
    assert "on_commit" not in told("test_story")


def test_f4_manage_py_test_reports_stale_instances_and_hooks_that_never_ran(
    project: Project, told: Callable[[str], str]
) -> None:
    """F4: in the terminal and in the report, under Django's own runner."""
    done = project.manage("test", JOURNEY_REPORT="journey-report")
    assert STALE.format(name="self.ada", who="POST", pk=1) in done.stderr
    assert HOOK in done.stderr
    check(told)


def test_f4_pytest_reports_stale_instances_and_hooks_that_never_ran(
    project: Project, told: Callable[[str], str]
) -> None:
    """F4: in the terminal and in the report, under pytest."""
    project.write("test_functions.py", FUNCTIONS)
    done = project.pytest("--journey-report=cases", "tests.py", "-o", "python_files=tests.py")
    assert STALE.format(name="self.ada", who="POST", pk=1).splitlines()[0] in done.stdout
    assert HOOK.splitlines()[0] in done.stdout
    project.folder.joinpath("cases").rename(project.folder / "journey-report")
    check(told)
    done = project.pytest("--journey-report=functions", "test_functions.py")
    tests = {
        name: test.failure.traceback for name, test in project.tests("functions").items() if test.failure
    }
    assert STALE.format(name="ada", who="POST", pk=1) in tests["test_stale"]
    assert HOOK in tests["test_hook"]
    assert STALE.format(name="ada", who="GET", pk=1) in tests["test_story"]


def test_the_guide_shows_what_is_reported() -> None:
    shown = pitfalls_of_the_guide()
    assert STALE.format(name="self.ada", who="POST", pk=1) in shown
    assert HOOK in shown


def test_an_untraced_run_reports_nothing(project: Project) -> None:
    project.write("site_urls.py", URLS)
    project.write("tests.py", CASES)
    done = project.manage("test", "tests.Tests")
    assert "FAILED" in done.stderr
    assert "on_commit hook" not in done.stderr
    assert "in the database" not in done.stderr
