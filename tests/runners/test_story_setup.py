"""What a runner does for stories: drivers, real commits, and how the test ended."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings

from django_journey import Journey, JourneyTestCase, JourneyTransactionTestCase, Service, operation
from django_journey._runners.shared.journey_setup import TEST_OPTIONS
from django_journey.errors import ConfigurationError
from tests.runners.projects import Project


def names() -> list[str]:
    return list(get_user_model().objects.order_by("pk").values_list("username", flat=True))


@pytest.fixture
def early_bird(db: None) -> str:
    return str(get_user_model().objects.create_user("early").get_username())


class TestRealCommits:
    """In any order, each of these tests finds the database as the migrations left it."""

    @pytest.mark.journey(committed=True)
    @pytest.mark.parametrize("number", [1, 2])
    def test_a_committing_story_commits_and_is_cleaned_up_after(
        self, early_bird: str, journey: Journey, number: int
    ) -> None:
        assert names() == ["early"]
        ran: list[str] = []
        with transaction.atomic():
            get_user_model().objects.create_user(f"late {number}")
            transaction.on_commit(lambda: ran.append("hook"))
        assert ran == ["hook"]
        assert not connection.in_atomic_block
        assert names() == ["early", f"late {number}"]

    def test_a_rolled_back_story_finds_nothing_of_them(self, journey: Journey) -> None:
        assert names() == []

    @pytest.mark.django_db
    def test_data_of_migrations_is_still_there(self) -> None:
        from django.contrib.auth.models import Group

        assert Group.objects.filter(name="Editors").exists()


class CommittingStories(JourneyTransactionTestCase):
    def test_a_transaction_test_case_commits(self) -> None:
        """C5: real commits in unittest; nothing is flushed."""
        get_user_model().objects.create_user("ada")
        actor = self.journey.actor(get_user_model().objects.get())
        actor.visit("/")
        assert names() == ["ada"]

    def test_another_one_finds_a_clean_database(self) -> None:
        """C5: and so does the next."""
        assert names() == []
        get_user_model().objects.create_user("eve")


class TestRolledBackStories:
    def test_a_test_case_that_commits_has_to_use_the_right_class(self) -> None:
        class Stories(JourneyTestCase):
            journey_options = {"committed": True}

            def runTest(self) -> None:
                raise AssertionError("it must not come to this")

        with pytest.raises(ConfigurationError, match="JourneyTransactionTestCase"):
            Stories()._callTestMethod(lambda: None)


class OverriddenSettings(JourneyTestCase):
    """What a method's decorators override is put back, whichever of the two tests comes first."""

    @override_settings(SITE_NAME_OF_A_TEST="mine")
    def test_a_method_may_override_settings(self) -> None:
        self.journey.visitor().visit("/")
        assert settings.SITE_NAME_OF_A_TEST == "mine"

    def test_and_another_finds_them_as_they_were(self) -> None:
        assert not hasattr(settings, "SITE_NAME_OF_A_TEST")


class Weather(Service):
    base_url = "https://weather.example"

    @operation("GET", "/today")
    def today(self, request: Any) -> Any:
        return {"sky": "blue"}


class TestServices:
    @pytest.fixture
    def journey_services(self) -> tuple[Any, ...]:
        return (Weather,)

    def test_a_fixture_names_the_outside_services_of_the_stories_beside_it(self, journey: Journey) -> None:
        with urllib.request.urlopen("https://weather.example/today") as answer:
            assert answer.read() == b'{"sky": "blue"}'
        assert [call.operation for call in journey.services[Weather].calls] == ["today"]


class TestDrivers:
    @pytest.mark.journey(driver="http")
    def test_a_mark_chooses_the_driver(self, journey: Journey) -> None:
        assert journey.visitor().page.context.base_url.startswith("http://127.0.0.1:")


class SettingsOfTheRun(JourneyTestCase):
    def test_unittest_stories_get_the_settings_of_the_run(self) -> None:
        assert TEST_OPTIONS.get() is not None


STORY = """
import pytest
from django_journey import JourneyTestCase

def test_a_function(journey):
    assert journey.visitor().context is not None

class Stories(JourneyTestCase):
    def test_a_method(self):
        assert self.journey.visitor().context is not None

@pytest.mark.journey(driver="inprocess")
def test_a_pinned_one(journey):
    assert journey.visitor().context is not None
"""


def test_all_runs_functions_and_methods_on_each_driver_and_pinned_stories_on_theirs(
    project: Project,
) -> None:
    """E1: one option runs every story on every driver."""
    project.write("test_stories.py", STORY)
    done = project.pytest("--journey-driver=all", "--collect-only", "-q")
    collected = sorted(line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line)
    assert collected == [
        "Stories::test_a_method[browser]",
        "Stories::test_a_method[http]",
        "Stories::test_a_method[inprocess]",
        "test_a_function[browser]",
        "test_a_function[http]",
        "test_a_function[inprocess]",
        "test_a_pinned_one",
    ]


FAILING = """
from django_journey import JourneyTestCase

def test_a_function(journey):
    assert 0

class Stories(JourneyTestCase):
    def test_a_method(self):
        self.journey
        self.fail()
"""


def test_a_failure_says_how_to_make_its_data_again(project: Project) -> None:
    """A2: the seed is printed with a failure, and given again it makes the same data."""
    project.write("test_stories.py", FAILING)
    done = project.pytest("--journey-seed=4711")
    assert "2 failed" in done.stdout
    # In CI pytest's summary repeats each of them.
    assert done.stdout.count("To reproduce the fake data: --journey-seed=4711") >= 2


LOST = """
def test_somebody_is_lost(journey):
    visitor = journey.visitor()
    visitor.visit("/nowhere-at-all/")
    visitor.should_see("Welcome")
"""


def test_frames_of_this_library_are_shown_with_full_trace_alone(project: Project) -> None:
    project.write("test_lost.py", LOST)
    said = project.pytest().stdout
    assert "GET /nowhere-at-all/ 404" in said
    assert "the page should show 'Welcome'" in said
    assert "_story/actor.py" not in said
    assert "_story/actor.py" in project.pytest("--full-trace").stdout


def test_a_failing_story_is_not_also_blamed_for_what_it_left(journey: Journey, monkeypatch: Any) -> None:
    error = AssertionError("the story's own")
    journey.failed(error)
    monkeypatch.setenv(
        "LEFT_BY_A_FAILING_STORY", "1"
    )  # no warning follows, though nothing tidies this up before
