"""A walk from a story: as its actors, from its state, which it leaves as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from accounts.factories import UserFactory
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import override_settings
from newsroom.factories import ArticleFactory

from django_journey._explore.command import Exploration, Result, explore_from
from django_journey._explore.walk import Bounds

pytestmark = pytest.mark.journey(driver="inprocess")  # as the command works


@pytest.fixture
def small_site() -> Iterator[None]:
    module = "tests.explore.small_site"
    with override_settings(ROOT_URLCONF=module, CSRF_FAILURE_VIEW=f"{module}.csrf_failure"):
        yield


def walked(journey: Any, **bounds: Any) -> Result:
    return explore_from(journey, Exploration(Bounds(seconds=600, per_pattern=1, **bounds)))


@pytest.mark.usefixtures("small_site")
def test_each_way_of_asking_finds_its_mistake(journey: Any) -> None:
    result = walked(journey, keep=True)
    found = {finding.what: finding.steps for finding in result.problems}
    assert set(found) == {
        "OverflowError: no such letter",
        "RuntimeError: the end of the wizard",
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
        "LookupError: sent already",
        "ArithmeticError: toggled",
        "ReferenceError: deleted",
        "KeyError: 'name'",
        "TypeError: no page for 403",
        "the form of /hidden/ refuses number, which the page does not show",
    }
    assert [step.path for step in found["RuntimeError: the end of the wizard"].before] == ["/wizard/"]
    (typed,) = found["OverflowError: no such letter"].edits
    assert len(typed.value) == 1, "Hypothesis has shrunk it"
    assert found["LookupError: sent already"].again == "twice"
    stories = {finding.what: finding.story for finding in result.problems}
    assert 'script_request(visitor, "DELETE", "/method/", form={})' in stories["ReferenceError: deleted"]
    assert "times=2" in stories["LookupError: sent already"]
    assert "error_page(visitor, 403)" in stories["TypeError: no page for 403"]


@pytest.mark.usefixtures("small_site")
def test_flows_are_only_followed_where_that_is_wanted(journey: Any) -> None:
    assert not any("wizard" in finding.what for finding in walked(journey).problems)


@pytest.mark.usefixtures("small_site")
def test_pages_above_a_budget_are_found(journey: Any) -> None:
    result = walked(journey, requests=3, page_seconds=1e-9)
    assert "slow" in {each.kind for each in result.problems}


def test_it_begins_where_its_actors_are_and_leaves_all_as_it_was(journey: Any) -> None:
    ada = UserFactory(username="ada")
    ArticleFactory(author=ada)
    author = journey.actor(ada, "author")
    author.visit("article-list")
    mail.outbox.append(mail.EmailMessage("kept"))
    users, address, sent = get_user_model().objects.count(), author.page.url, list(mail.outbox)
    result = journey.explore(requests=25)
    assert result.requests >= 25
    assert result.roles == ["author"]
    assert get_user_model().objects.count() == users
    assert (author.page.url, mail.outbox) == (address, sent)
    author.visit("article-list")


@pytest.mark.usefixtures("small_site")
def test_a_finding_fails_the_story(journey: Any) -> None:
    with pytest.raises(AssertionError, match="ReferenceError: deleted"):
        journey.explore(requests=60)
