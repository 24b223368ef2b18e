"""The story of a finding, as it is written."""

from __future__ import annotations

import pytest

from django_journey._explore.findings.finding import Finding, Steps
from django_journey._explore.findings.story_source import source
from django_journey._explore.forms.values import Edit

EDITS = (Edit("fill", "title", "Title", 'a "quoted" one'), Edit("fill", "body", "Body", "x" * 5000))
SCENE = Steps("user", "/newsroom/write/?next=a&next=b", 1, 0, "Save", EDITS)


def finding(steps: Steps) -> Finding:
    return Finding("server-error", "k", "KeyError: 'x'", "a.py:1 in f", "newsroom/write/", steps)


def test_the_verbs_name_labels_and_long_values_are_short() -> None:
    assert (
        source(finding(SCENE), "labels", visitor=False)
        == '''"""Server error: KeyError: 'x' (a.py:1 in f)"""

from django_journey.explore import site_data


def test_newsroom_write_keyerror(journey):
    people = site_data()
    user = journey.actor(people["user"])
    user.visit("article-create", query=[("next", "a"), ("next", "b")])
    user.fill("Title", 'a "quoted" one')
    user.fill("Body", "x" * 5000)
    user.click("Save")
'''
    )


def test_what_no_page_sends_is_sent_by_the_form_with_other_values() -> None:
    steps = Steps("visitor", "/newsroom/", 0, changes=(("kind", None), ("pk", "9")), tasks=True)
    text = source(finding(steps), "labels", visitor=True)
    assert 'send_form(visitor, form, {"kind": None, "pk": "9"})' in text
    assert "journey.tasks.run_until_empty()" in text
    assert "from django_journey.explore import send_form, site_data" in text


@pytest.mark.parametrize("style", ["labels", "names", "post"])
def test_each_style_is_python(style: str) -> None:
    edits = (
        *EDITS,
        Edit("attach", "photo", "", "picture.png"),
        Edit("check", "terms", "", "on"),
        Edit("choose", "s", "", "1"),
    )
    text = source(finding(Steps("user", "/no/such/path/", 0, 0, "", edits)), style, visitor=False)
    compile(text, "story", "exec")
    assert "from django_journey.files import image" in text
    assert 'visit("/no/such/path/")' in text
