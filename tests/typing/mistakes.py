"""Mistakes that a type checker has to find in a story; ``make types`` checks it, nothing runs it.

Where a mistake is not found, its comment is unused, which is an error for both mypy and pyright.
"""

from __future__ import annotations

from django.contrib.auth.models import User

import django_journey
from django_journey import Journey, JourneyTestCase, expect
from django_journey.types import Page


def test_actors(journey: Journey, user: User) -> None:
    """Calls of an actor and of a journey."""
    django_journey.jurney()  # type: ignore[attr-defined]
    visitor = journey.visitor()
    visitor.clikc("Save")  # type: ignore[attr-defined]
    visitor.click()  # type: ignore[call-arg]
    visitor.fill(5, "x")  # type: ignore[arg-type]
    visitor.attach("Photo", 5)  # type: ignore[arg-type]
    visitor.follow("Read it", "here")  # type: ignore[arg-type]
    visitor.mailbox.lastest()  # type: ignore[attr-defined]
    journey.vistor()  # type: ignore[attr-defined]
    journey.actor("ada")  # type: ignore[arg-type]
    journey.tasks.runs()  # type: ignore[attr-defined]
    journey.clock.travel(dayz=3)  # type: ignore[call-arg]


def test_pages(journey: Journey) -> None:
    """Calls of pages, contexts, locators and expectations."""
    visitor = journey.visitor()
    visitor.page.get_by_rol("button")  # type: ignore[attr-defined]
    visitor.page.get_by_role("button").clikc()  # type: ignore[attr-defined]
    visitor.page.goto(5)  # type: ignore[arg-type]
    visitor.page.screenshot()  # type: ignore[attr-defined]
    visitor.context.new_pag()  # type: ignore[attr-defined]
    visitor.api.pst("/")  # type: ignore[attr-defined]
    visitor.browser_page.screenshott()  # type: ignore[attr-defined]
    expect(visitor.page).to_have_titel("Tides")  # type: ignore[attr-defined]
    expect(visitor.page.get_by_role("status")).to_have_txt("Saved")  # type: ignore[attr-defined]
    expect(visitor.browser_page).to_have_titel("Tides")  # type: ignore[attr-defined]
    expect("Saved")  # type: ignore[call-overload]


def title_of(page: Page) -> int:
    """Return what is not an int."""
    return page.title()  # type: ignore[return-value]


class Stories(JourneyTestCase):
    """The journey of a test case."""

    def test_a_story(self) -> None:
        """Calls of ``self.journey``."""
        self.journey.visitor().clikc("Save")  # type: ignore[attr-defined]
