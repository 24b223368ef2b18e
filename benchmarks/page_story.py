"""A story of eight requests of the demo, told by any driver."""

from __future__ import annotations

import time
from statistics import median


def time_story(driver: str, rounds: int, browser_path: str = "", *, reuse_pages: bool = False) -> float:
    """Return the median time (milliseconds) of a story, its journey's opening and closing included.

    Args:
        driver: The driver's name.
        rounds: How often it is told, once more than that to warm up.
        browser_path: The browser to launch instead of the one that is found.
        reuse_pages: Whether its pages are lent from story to story, instead of a fresh context for each actor.
    """
    from django.db import transaction

    from django_journey._story.journey import Journey
    from django_journey._story.settings import Options

    times = []
    options = Options(driver=driver, screenshots="off", browser_path=browser_path, reuse_pages=reuse_pages)
    for number in range(rounds + 1):
        began = time.perf_counter()
        with Journey(options) as journey:
            tell(journey, number)
        if number:
            times.append((time.perf_counter() - began) * 1000)
    transaction.get_connection().close()
    return median(times)


def tell(journey: object, number: int) -> None:
    """An author writes an article, an editor publishes it, a reader reads it: eight requests of pages."""
    from accounts.factories import EditorFactory, UserFactory

    author = journey.actor(UserFactory(username=f"author{number}"))  # type: ignore[attr-defined]
    editor = journey.actor(EditorFactory(username=f"editor{number}"))  # type: ignore[attr-defined]
    reader = journey.visitor()  # type: ignore[attr-defined]
    title = f"The tide clock {number}"
    author.visit("article-create")
    author.fill("Title", title)
    author.fill("Summary", "Somebody wound it backwards.")
    author.fill("Body", "Nobody saw who did it.")
    author.click("Save draft")
    author.should_see(title)
    editor.visit("article-drafts")
    editor.click(title)
    editor.click("Publish")
    reader.visit("article-list")
    reader.click(title)
    reader.should_see("Nobody saw who did it.")
