"""What a type checker makes of a story; ``make types`` reads this file, nothing runs it."""

from __future__ import annotations

from typing import assert_type

from django_journey.pages.expect import expect
from django_journey.pages.locator import Locator
from django_journey.pages.page import Page
from django_journey.story.actor import Actor
from django_journey.story.journey import Journey
from django_journey.story.options import Options
from django_journey.world.clock import Clock
from django_journey.world.mail import Mail, Mailbox
from django_journey.world.tasks import Ran, Tasks


def story(journey: Journey, user: object) -> None:
    """Types of what a story holds."""
    actor = assert_type(journey.actor(user), Actor)
    assert_type(journey.visitor("reader"), Actor)
    assert_type(journey.mailbox("a@example.com"), Mailbox)
    assert_type(actor.mailbox.latest(subject="Welcome"), Mail)
    assert_type(journey.tasks, Tasks)
    assert_type(journey.tasks.run(), list[Ran])
    assert_type(journey.clock, Clock)
    assert_type(journey.options, Options)
    actor.visit("article-detail", slug="tides", query={"page": 2})
    actor.fill({"Title": "Tides"})


def page(page: Page) -> None:
    """Types of what a page gives."""
    button = assert_type(page.get_by_role("button", name="Save"), Locator)
    assert_type(button.text_content(), str | None)
    assert_type(button.count(), int)
    expect(button).to_be_visible()
    expect(page).to_have_title("Tides")
