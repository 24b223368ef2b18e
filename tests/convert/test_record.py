"""``journey record`` serves the site on rows of its own, and takes what codegen writes; codegen is a program here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("libcst")

from django.contrib.auth import get_user_model

from django_journey._convert.codegen import script_of
from django_journey._convert.record import recorded
from django_journey._convert.trial import tried

FAKE = """
import json, sys, urllib.request

arguments = sys.argv[1:]
url, file = arguments[-1], arguments[arguments.index("-o") + 1]
assert urllib.request.urlopen(url).status == 200
if "--load-storage" in arguments[-2]:
    assert json.load(open(arguments[-2].partition("=")[2]))["cookies"]
open(file, "w").write(f'''
from playwright.sync_api import Page, expect

def test_example(page: Page) -> None:
    page.goto("{url}")
    expect(page.get_by_role("main")).to_be_visible()
''')
"""


def options(**given: Any) -> dict[str, Any]:
    return {"target": "home", "role": "", "fixture": [], "site_data": False, **given}


@pytest.mark.django_db
def test_what_codegen_writes_becomes_a_story_on_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "fake.py").write_text(FAKE)
    said: list[str] = []
    command = [sys.executable, str(tmp_path / "fake.py")]
    source, data = recorded(command, options(fixture=["people.yaml"], role="ada"), said.append)
    assert not get_user_model().objects.filter(username="ada").exists()
    story, error = tried(script_of(source, "test_home"), data)
    assert not error
    assert [line.strip() for line in story.partition("(journey):\n")[2].splitlines()] == [
        'call_command("loaddata", "people.yaml", verbosity=0)',
        'actor = journey.actor(get_user_model().objects.get_by_natural_key("ada"))',
        'actor.visit("home")',
        'expect(actor.page.get_by_role("main")).to_be_visible()',
    ]
    assert said[0].startswith("Serving http://")
