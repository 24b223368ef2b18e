"""A look at a page: its outline and what can be done there, or an error that says what to write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from django_journey._explore import command


@pytest.fixture(autouse=True)
def shop(settings: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.site.shop"
    from contextlib import nullcontext

    # The test has opened the database already.
    monkeypatch.setattr(command, "explored_database", lambda **_: nullcontext())


def look(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("journey", "look", *words)
    return capsys.readouterr().out


def test_the_outline_and_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    said = look(capsys, "/in/")
    assert said.startswith("200  /in/  ")
    assert '- textbox "Password"' in said
    assert said.rstrip().endswith('visitor.visit("login")\nvisitor.fill("Name", "…")\n'
                                  'visitor.fill("Password", "…")\nvisitor.click("Log in")')  # fmt: skip


def test_as_a_user_and_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    get_user_model().objects.create_user("ada")
    found = json.loads(look(capsys, "home", "--as", "ada", "--json"))
    assert (found["status"], found["as"]) == (200, "ada")
    assert 'ada.click("Log out")' in found["verbs"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["/inn/"], "no URL pattern fits the path '/inn/'(.|\n)*nearest:  /in/"),
        (["loginn"], "no URL is named 'loginn'(.|\n)*login"),
        (["/in/", "--as", "nobody"], "no user is called 'nobody'(.|\n)*createsuperuser"),
        (["home", "5"], "'5' is no argument of a URL(.|\n)*pk=5"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest(words: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as raised:
        call_command("journey", "look", *words)
    assert raised.value.returncode == 2
