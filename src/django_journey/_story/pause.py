"""``journey.pause()``: looks at a story from inside, at one of its steps."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from django_journey._story.verbs import prompt
from django_journey._story.verbs.outline import outline_of, verbs_of
from django_journey._trace.record import recorder

if TYPE_CHECKING:
    from django_journey._pages.page import Page
    from django_journey._story.actor import Actor

__all__ = ["pause"]

_HELP = "look() shows the page again, look(actor) another one; Ctrl-D or exit() goes on with the test."


def pause(journey: Any, call: str, page: Page | None = None) -> None:
    """Open Playwright's inspector in a browser with a window, otherwise a prompt in the terminal.

    Args:
        journey: The open journey.
        call: The call in the test, for messages.
        page: The page that is paused; by default that of the last actor who has one.

    Raises:
        StoryError: The run has no terminal.
    """
    recorder.note("pause", call)
    page = page or next((actor.opened_page for actor in reversed(journey.actors) if actor.opened_page), None)
    if page is not None and journey.options.driver == "browser" and journey.options.headed:
        page.pause()
        return
    around = prompt.names_around()
    with journey.terminal():
        prompt.check_terminal(call)
        names = {**around, **_named(journey, around), "journey": journey, "page": page}

        def look(actor: Actor | None = None) -> None:
            """Show an actor's page, and what can be done there."""
            sys.stdout.write(_look(page if actor is None else actor.page, names))

        typed = prompt.ask({**names, "look": look}, f"{call}\n{_look(page, names)}{_HELP}")
        if typed:
            sys.stdout.write("\n".join(["", "Typed here, to paste into the test:", "", *typed, "", ""]))


def _named(journey: Any, around: dict[str, Any]) -> dict[str, Actor]:
    """Return the actors by the names of the test's variables, or by their own."""
    named: dict[str, Actor] = {}
    for actor in journey.actors:
        variable = next((name for name, value in around.items() if value is actor), "")
        own = re.sub(r"\W+", "_", actor.name).strip("_").lower()
        named[variable or (own if own.isidentifier() else f"actor_{own}")] = actor
    return named


def _look(page: Page | None, names: dict[str, Any]) -> str:
    if page is None or page.url == "about:blank":
        return 'no page yet: visit one with actor.visit("url-name")\n'
    lines = [page.url, outline_of(page)]
    if hasattr(page, "document"):  # a browser's page is only read through Playwright
        who = next(
            (name for name, value in names.items() if getattr(value, "opened_page", None) is page), "actor"
        )
        lines += ["", "What can be done here:", *verbs_of(page, who)]
    return "\n".join([*lines, ""])
