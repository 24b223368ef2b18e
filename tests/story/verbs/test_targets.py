"""What a verb means is found in one pass without a browser: the same as by the calls that every page has."""

from __future__ import annotations

import random
from typing import Any

import pytest

from django_journey._dom.query import find
from django_journey._story.verbs import targets
from django_journey.errors import Error, NeedsBrowser
from tests.pages.fake_site import shows

NAMES = ("Save", "save", "Save draft", "Title", "Title:", "title *", "Send  now", "user_name", "nowhere", "")
ELEMENTS = (
    "<button{0}>{1}</button>",
    "<a href=/{0}>{1}</a>",
    "<a{0}>{1}</a>",
    "<p{0}>{1}</p>",
    "<div role=tab{0}>{1}</div>",
    "<div role='none button'{0}>{1}</div>",
    "<input type=submit value='{1}'{0}>",
    "<label>{1} <input{0}></label>",
    "<label>{1}<select{0}><option>{1}</select></label>",
    "<label for=known>{1}</label>",
    "<input id=known{0}>",
    "<input placeholder='{1}'{0}>",
    "<textarea name='{1}'{0}></textarea>",
    "<div contenteditable aria-label='{1}'{0}></div>",
    "<label><input type=checkbox{0}> {1}</label>",
    "<template><button>{1}</button></template>",
)
ATTRIBUTES = ("", "", "", " hidden", " aria-hidden=true", " disabled", " aria-label=Save", " title=Save")


def _random_body(number: int) -> str:
    draw = random.Random(number)
    pieces = [
        draw.choice(ELEMENTS).format(draw.choice(ATTRIBUTES), draw.choice(NAMES))
        for _ in range(draw.randrange(3, 14))
    ]
    return "".join(pieces)


def _outcome(locator: Any) -> list[str] | str:
    """Return what a locator finds, or how it fails where it finds more than one element, or none."""
    found = [el.css_path() for el in locator._found()]
    if len(found) == 1:
        return found
    with pytest.raises(Error) as failed:
        locator.click()
    return str(failed.value)


@pytest.mark.parametrize("number", range(40))
def test_one_pass_finds_what_the_calls_of_a_page_find(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shows(_random_body(number))

    def outcomes() -> list[list[str] | str]:
        return [
            _outcome(locator)
            for name in NAMES
            for locator in (
                targets.clickable(page, name),
                *(targets.control(page, name, kinds) for kinds in (targets.FIELDS, targets.CHECKABLE)),
            )
        ]

    in_one_pass = outcomes()
    monkeypatch.setattr(targets, "_is_browserless", lambda page: False)
    assert in_one_pass == outcomes()


@pytest.mark.parametrize(
    "found",
    [
        lambda page: targets.clickable(page, "Save"),
        lambda page: targets.control(page, "Title", targets.FIELDS),
    ],
)
def test_an_action_uses_what_was_found_without_a_second_search(
    found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locator = found(shows("<label>Title: <input></label><button type=button>Save</button>"))
    monkeypatch.setattr(find, "_run", None)
    locator.click()


@pytest.mark.parametrize(
    ("inside", "needed"),
    [("<button>Save</button>", True), ("<label>Save</label>", True), ("<p>Save</p>", False)],
)
def test_what_a_shadow_tree_may_hold_needs_a_browser_in_one_pass_too(
    inside: str, needed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shows(f"<div><template shadowrootmode=open>{inside}</template></div><a href=/>Save draft</a>")
    wanted = (lambda: targets.clickable(page, "Save"), lambda: targets.control(page, "Save", "input"))

    def needing() -> list[bool]:
        return [_needs_browser(look_up) for look_up in wanted]

    in_one_pass = needing()
    monkeypatch.setattr(targets, "_is_browserless", lambda page: False)
    assert in_one_pass == needing()
    assert any(in_one_pass) is needed


def _needs_browser(look_up: Any) -> bool:
    try:
        look_up()._found()
    except NeedsBrowser:
        return True
    return False
