"""A checkbox or radio button that a theme hides is worked by its label, in the browser as without one."""

from __future__ import annotations

from typing import Any

import pytest

from django_journey._story.journey import Journey

STYLES = """<style>
 .btn-check {position: absolute; clip: rect(0, 0, 0, 0); pointer-events: none}
 .sr-only {position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip: rect(0, 0, 0, 0)}
 .custom {position: relative; padding-left: 1.5rem}
 .custom input {position: absolute; left: 0; z-index: -1; width: 1rem; height: 1.25rem; opacity: 0}
 .custom label {position: relative}
 .custom label::before {position: absolute; left: -1.5rem; width: 1rem; height: 1rem; content: ""; background: #fff}
 .off {position: absolute; left: -9999px} .none {display: none} .zero {opacity: 0; width: 0; height: 0}
 .under {position: absolute; opacity: 0; pointer-events: none} .unseen {visibility: hidden}</style>"""
HIDINGS = ("btn-check", "sr-only", "off", "none", "zero", "under", "unseen")


def _box(kind: str, hiding: str) -> str:
    return (
        f"{STYLES}<fieldset><legend>Mail</legend><p>"
        f"<label class=custom><input name=news type={kind} value=no> No</label>"
        f"<p><input name=news type={kind} id='a\"b' class={hiding} value=yes>"
        f"<label for='a\"b'>Yes please</label></fieldset>"
    )


@pytest.mark.parametrize("hiding", HIDINGS)
def test_a_hidden_checkbox_is_checked_and_unchecked_by_its_label(journey: Journey, hiding: str) -> None:
    actor = _on(journey, _box("checkbox", hiding))
    box = actor.page.locator("[value=yes]")
    actor.check("Yes please")
    assert box.is_checked()
    actor.check("Yes please")
    assert box.is_checked()
    actor.uncheck("Yes please")
    assert not box.is_checked()


@pytest.mark.parametrize("hiding", HIDINGS)
def test_a_hidden_radio_button_is_chosen_by_its_label(journey: Journey, hiding: str) -> None:
    actor = _on(journey, _box("radio", hiding))
    actor.choose("Mail", "Yes please")
    assert actor.page.locator("[value=yes]").is_checked()
    actor.choose("Mail", "No")
    assert not actor.page.locator("[value=yes]").is_checked()
    actor.choose("Yes please")
    assert actor.page.locator("[value=yes]").is_checked()


def test_a_label_around_a_covered_box_is_the_control(journey: Journey) -> None:
    actor = _on(journey, f"{STYLES}<label><input type=checkbox class=under><span>Dark mode</span></label>")
    actor.check("Dark mode")
    assert actor.page.locator("input").is_checked()


def test_a_box_that_can_be_seen_is_clicked_itself(journey: Journey) -> None:
    """Its label may hold a link."""
    actor = _on(journey, "<input id=x type=checkbox><label for=x><a href=/gone/>the terms</a></label>")
    actor.check("the terms")
    assert actor.page.locator("input").is_checked()


def test_a_hidden_box_without_a_visible_label_is_not_checked(journey: Journey) -> None:
    actor = _on(journey, f"{STYLES}<input type=checkbox class=none aria-label=Trap>")
    actor.page.set_default_timeout(2_000)
    with pytest.raises(Exception, match=r"visible"):
        actor.check("Trap")


def _on(journey: Journey, markup: str) -> Any:
    actor = journey.visitor()
    actor.visit("/")
    actor.page.set_content(f"<!doctype html>{markup}")
    return actor
