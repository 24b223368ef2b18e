"""What becomes of the scripts that Playwright's codegen writes, for pytest and as programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("libcst")

from django_journey._convert.codegen import StoryData, script_of
from django_journey._convert.record import fixture_data
from django_journey._convert.trial import tried

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
FIXTURES = ("people.yaml", "archive.json")
DRIVERS = [pytest.param(name, marks=pytest.mark.journey(driver=name)) for name in ("inprocess", "browser")]


def steps_of(script: str) -> list[str]:
    """Return the lines of the story of a script, after what opens it."""
    source = (Path(__file__).parent / "scripts" / f"{script}.py").read_text()
    story, _ = script_of(source).story(StoryData(), {})
    return [line.strip() for line in story.partition("(journey):\n")[2].splitlines()]


@pytest.mark.django_db
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_a_script_of_codegen_becomes_a_story_that_passes_with_and_without_a_browser(
    journey: Any, file: Path, driver: str
) -> None:
    script = script_of(file.read_text())
    names: dict[str, Any] = {}
    exec(script.story(fixture_data(FIXTURES), {})[0], names)
    names[script.name](journey)


def test_pages_are_named_and_the_login_page_becomes_an_actor() -> None:
    assert steps_of("write_a_draft") == [
        'actor = journey.actor(get_user_model().objects.get_by_natural_key("ada"))',
        'actor.visit("article-create")',
        'actor.fill("Title", "The tide")',
        'actor.fill("Body", "It rises.")',
        'actor.click("Save draft")',
        'expect(actor.page.get_by_text("Draft saved")).to_be_visible()',
    ]


def test_a_login_that_a_page_asks_for_leads_back_to_it() -> None:
    assert steps_of("asked_to_log_in")[1] == 'actor.visit("article-create")'


def test_the_link_to_the_login_page_is_not_needed() -> None:
    assert steps_of("publish")[:2] == [
        'actor = journey.actor(get_user_model().objects.get_by_natural_key("edgar"))',
        'actor.visit("article-detail", slug="notes-on-a-bridge-that-was-never-built")',
    ]


def test_a_query_is_kept() -> None:
    assert steps_of("look_around")[1] == 'visitor.visit("post_list", query={"page": "1"})'


SCRIPT = """
from playwright.sync_api import Page, expect

def test_example(page: Page) -> None:
    page.goto("http://127.0.0.1:8000/newsroom/")
    {line}
"""


def test_a_verb_has_the_pages_own_call_as_an_alternative() -> None:
    script = script_of(SCRIPT.format(line='page.get_by_label("Sections").check()'))
    story, alternatives = script.story(StoryData(), {"story/3": 1})
    assert alternatives["story/3"] == 2
    assert story.rstrip().endswith('visitor.page.get_by_label("Sections").check()')


@pytest.mark.django_db
def test_a_story_that_fails_says_why() -> None:
    source = SCRIPT.format(line='page.get_by_role("link", name="Nowhere").click()')
    _, error = tried(script_of(source, "test_nowhere"), StoryData())
    assert "Nowhere" in error
