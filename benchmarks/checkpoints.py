"""Sixty stories with a beginning of six steps and three of their own, from a checkpoint and whole; and one way back."""

from __future__ import annotations

import sys
from itertools import count
from typing import Any

from benchmarks.page import shown, site
from benchmarks.rounds import medians

STORIES = 60
ROUNDS = 5

_numbers = count(1)


def run() -> dict[str, float]:
    """Return how much of the possible gain is reached, and what a way back costs over a page request."""
    from django.test import override_settings

    with site(), override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        suites = medians(
            {"from": from_checkpoint, "whole": whole, "own": own_steps, "beginning": beginning_alone},
            rounds=ROUNDS,
            warm_up=1,
        )
        print(f"{STORIES} stories: {shown(suites)}", file=sys.stderr)
        back, request = _way_back()
    possible = suites["own"] + suites["beginning"]
    return {
        "stories_whole_over_from_checkpoint": suites["whole"] / suites["from"],
        "share_of_the_possible_time": possible / suites["from"],
        "way_back_over_page_request": back / request,
    }


def _opened() -> Any:
    from django_journey._story.journey import Journey
    from django_journey._story.settings import Options

    return Journey(Options(seed=1, leftovers="ignore"))


def begin(journey: Any) -> Any:
    """Six steps: an author writes a draft."""
    from accounts.factories import UserFactory

    author = journey.actor(UserFactory(username=f"author{next(_numbers)}"))
    author.visit("article-create")
    author.fill("Title", "The tide clock")
    author.fill("Body", "Nobody saw who did it.")
    author.click("Save draft")
    author.should_see("Draft saved")
    return author


def go_on(author: Any) -> None:
    """Three steps of a story's own."""
    author.visit("article-list")
    author.should_not_see("The tide clock")
    author.click("Write")


def _beginning() -> Any:
    from django_journey import checkpoint
    from django_journey._story.checkpoints.levels import Beginning

    function = checkpoint(begin)
    return Beginning(function, (), ("default",), _opened, function)


def from_checkpoint() -> None:
    """Run the stories from a checkpoint."""
    from django_journey._story.checkpoints.levels import Levels

    levels, beginning = Levels(), _beginning()
    for _ in range(STORIES):
        with levels.go_to([beginning]).lead(_opened()) as journey:
            go_on(beginning.function(journey))
    levels.leave()


def whole() -> None:
    """Run the stories whole."""
    for _ in range(STORIES):
        with _opened() as journey:
            go_on(begin(journey))


def own_steps() -> None:
    """Run their own steps alone, as a user who is signed in already."""
    from accounts.factories import UserFactory

    from django_journey._story.login import session_cookie
    from django_journey._world.database.held import HeldTransactions

    held = HeldTransactions(["default"])
    cookie = session_cookie(UserFactory(username=f"author{next(_numbers)}"), "http://testserver")
    for _ in range(STORIES):
        with _opened() as journey:
            author = journey.visitor()
            author.context.add_cookies([cookie])
            go_on(author)
    held.roll_back()


def beginning_alone() -> None:
    """Run the beginning once."""
    with _opened() as journey:
        begin(journey)


def _way_back() -> tuple[float, float]:
    """Return what a journey from a checkpoint costs over an empty one, and a page request, in milliseconds."""
    from django_journey._story.checkpoints.levels import Levels

    levels, beginning = Levels(), _beginning()
    levels.go_to([beginning])

    def back() -> None:
        with levels.go_to([beginning]).lead(_opened()) as journey:
            beginning.function(journey)

    def empty() -> None:
        with _opened():
            pass

    def requests() -> None:
        with _opened() as journey:
            page = journey.visitor().page
            for _ in range(10):
                page.goto("/newsroom/")

    found = medians({"back": back, "empty": empty, "ten": requests}, rounds=25)
    levels.leave()
    print(f"one journey: {shown(found)}", file=sys.stderr)
    return found["back"] - found["empty"], (found["ten"] - found["empty"]) / 10
