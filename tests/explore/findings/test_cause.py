"""The cause of an exception: what groups findings, also when lines move."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.template import engines

from django_journey._explore.findings.cause import cause_of, is_of_made_up_text


def raised(call: Any) -> BaseException:
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def wrong(key: str) -> Any:
    return {}[key]


def test_the_key_has_the_line_and_not_its_number_nor_the_message() -> None:
    one, other = cause_of(raised(lambda: wrong("a"))), cause_of(raised(lambda: wrong("b")))
    assert one.key == other.key
    assert one.key.endswith("wrong return {}[key]")
    assert (one.what, other.what) == ("KeyError: 'a'", "KeyError: 'b'")
    assert ":" in one.place
    assert "test_cause.py" in one.place


def test_a_template_is_named_by_its_line() -> None:
    template = engines["django"].from_string("{% load i18n %}\n{% include nothing %}")
    cause = cause_of(raised(lambda: template.render({"nothing": "no-such.html"})))
    assert cause.what.startswith("TemplateDoesNotExist")
    assert cause.place.endswith("line 2")


def test_a_message_that_fails_itself_is_left_out() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def fail() -> None:
        raise Mute

    assert cause_of(raised(fail)).what == "Mute"


@pytest.mark.parametrize(("texts", "recognised"), [({"Channel 2"}, True), ({"Other"}, False), (set(), False)])
def test_a_made_up_text_that_is_no_json_is_recognised(texts: set[str], recognised: bool) -> None:
    value = "Channel 2"
    assert is_of_made_up_text(raised(lambda: json.loads(value)), texts) is recognised
