"""What a verb can't mean is refused at once, in four parts, and never with a bare error of Python's."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from django_journey import Journey
from django_journey.errors import StoryError
from tests.story.hurry import in_vain


class Article:
    def __repr__(self) -> str:
        return "<Article 5>"

    def get_absolute_url(self) -> str:
        return "/articles/5/"


@pytest.mark.parametrize(
    ("call", "sought", "instead"),
    [
        (lambda journey, _: journey.actor("ann"), "takes a user, not 'ann'", "journey.visitor('ann')"),
        (lambda journey, _: journey.actor(None), "takes a user, not None", "journey.actor(user)"),
        (lambda journey, _: journey.actor(Article), "takes a user, not <class", "journey.actor(user)"),
        (lambda journey, _: journey.visitor(5), "a name for the report, not 5", "journey.actor(user)"),
        (lambda _, actor: actor.sign_in("ann"), "takes a user, not 'ann'", "get_by_natural_key('ann')"),
        (lambda _, actor: actor.login(7, "x"), "takes a user, not 7", "journey.actor(user)"),
        (lambda _, actor: actor.visit(5), "not by 5", 'actor.visit("article-detail", 5)'),
        (lambda _, actor: actor.visit(Article()), "not by <Article 5>", "get_absolute_url()"),
        (lambda _, actor: actor.should_be_at(None), "not by None", "actor.visit("),
        (lambda _, actor: actor.click(None), "click(…) takes a text, not None", "actor.click(str(None))"),
        (lambda _, actor: actor.fill(3, "x"), "fill(…) takes a text, not 3", "actor.fill("),
        (lambda _, actor: actor.choose(["Red"]), "choose(…) takes a text", "actor.choose("),
        (lambda _, actor: actor.check(True), "check(…) takes a text, not True", "actor.check("),
        (lambda _, actor: actor.uncheck(True), "uncheck(…) takes a text, not True", "actor.uncheck("),
        (lambda _, actor: actor.attach(None, "x"), "attach(…) takes a text, not None", "actor.attach("),
        (
            lambda _, actor: actor.should_see(5),
            "takes a text or a pattern, not 5",
            "actor.should_see(str(5))",
        ),
        (lambda _, actor: actor.should_see(""), "not ''", "the words that a user reads"),
        (lambda _, actor: actor.should_not_see(b"x"), "not b'x'", "actor.should_not_see("),
        (lambda _, actor: actor.follow("Read it", "x"), "takes a mail, not 'Read it'", "mailbox.latest()"),
    ],
)
def test_a_wrong_type_is_rejected_with_what_to_write_instead(
    journey: Journey, call: Callable[[Journey, Any], None], sought: str, instead: str
) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(StoryError) as refused:
        call(journey, actor)
    told = refused.value.explanation
    assert sought in told.sought
    assert told.where
    assert instead in told.instead


def test_a_lazy_translation_is_a_text(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.should_see(gettext_lazy("Welcome"))
    actor.visit("order")
    actor.choose(gettext_lazy("Size"), gettext_lazy("Large"))
    assert actor.page.get_by_label("Size").input_value() == "l"


def test_the_arguments_of_a_url_may_be_given_by_their_places(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("item", 7)
    actor.should_be_at("item", 7)
    actor.should_see("Item 7")
    with pytest.raises(AssertionError, match="should be at /item/8/"), in_vain(actor):
        actor.should_be_at("item", 8)


def test_wrong_positional_arguments_are_reported_like_keyword_arguments(journey: Journey) -> None:
    actor = journey.visitor()
    with pytest.raises(StoryError, match=r"'item' with number='seven'(.|\n)*as int"):
        actor.visit("item", "seven")
    with pytest.raises(StoryError, match=r"does not take argument 2"):
        actor.visit("item", 7, 8)
    with pytest.raises(StoryError, match="not both ways at once"):
        actor.visit("item", 7, number=7)
    with pytest.raises(StoryError, match=r"takes no arguments, but got datetime\.date\(2026, 1, 2\)"):
        actor.visit("/item/7/", datetime.date(2026, 1, 2))


MENU = """<title>Menu</title><details><summary>ann</summary><form method=post action=/out/>
<button>Log out</button></form></details>"""
SCRIPTED = """<title>Menu</title><button aria-expanded=false>Account</button>
<div style="display: none"><a href=/out/>Sign out</a></div>"""


@pytest.mark.parametrize(
    ("markup", "instead"),
    [
        (MENU, "actor.click('ann'), then actor.click('Log out')"),
        (SCRIPTED, "actor.click('Account'), then actor.click('Sign out')"),
    ],
)
def test_a_logout_button_in_a_closed_menu_is_reported_with_what_opens_the_menu(
    journey: Journey, markup: str, instead: str
) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.page.set_content(markup)
    with pytest.raises(StoryError, match="is hidden, maybe in a menu") as refused:
        actor.logout()
    assert refused.value.explanation.instead == instead


def test_what_should_be_seen_is_said_and_what_comes_near_on_every_driver(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.page.set_content("<title>T</title><p>2</p><p>2h 0m 3s</p>")
    with pytest.raises(AssertionError) as seen, in_vain(actor):
        actor.should_see("2h 0m 4s")
    told = seen.value.explanation  # type: ignore[attr-defined]
    assert told.sought == "the page should show '2h 0m 4s'"
    assert told.nearest[0] == 'get_by_text("2h 0m 3s")'
    with pytest.raises(AssertionError) as unseen, in_vain(actor):
        actor.should_not_see("2h")
    told = unseen.value.explanation  # type: ignore[attr-defined]
    assert told.sought == "the page should not show '2h'"
    assert told.nearest == ("it shows '2h 0m 3s'",)


def test_near_misses_come_on_every_driver(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(Exception, match="Titel") as missed, in_vain(actor):
        actor.fill("Titel", "x")
    told = missed.value.explanation  # type: ignore[attr-defined]
    assert told.nearest[0] == 'get_by_label("Title:")'
    assert told.instead == 'page.get_by_label("Title:")'
