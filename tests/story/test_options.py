"""Settings: read from four places, the later one wins, and whatever can't be used is refused with the fix."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error

from django_journey._story.misspelt import misspelt_variables
from django_journey._story.settings import DEFAULT_FOLDER, Options
from django_journey.apps import check_settings
from django_journey.errors import ConfigurationError


def load(
    settings: Any = None, environ: dict[str, str] | None = None, command_line: dict[str, Any] | None = None
) -> Options:
    return Options.load(
        settings={} if settings is None else settings, environ=environ or {}, command_line=command_line
    )


def refusal(**places: Any) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load(**places)
    return caught.value


def test_everything_has_a_default_and_a_meaning_and_nothing_can_be_changed() -> None:
    options = load()
    assert (options.driver, options.report, options.tracing) == ("inprocess", None, False)
    assert all(item.metadata["help"] for item in fields(Options))
    with pytest.raises(FrozenInstanceError):
        options.driver = "http"  # type: ignore[misc]


def test_a_later_place_wins() -> None:
    settings = {"driver": "http", "max_redirects": 1, "tasks": "immediate", "locale": "de"}
    environ = {"JOURNEY_DRIVER": "browser", "JOURNEY_MAX_REDIRECTS": "2", "JOURNEY_TASKS": ""}
    options = load(settings, environ, {"max_redirects": "3", "seed": None})
    assert (options.locale, options.tasks, options.driver, options.max_redirects) == (
        "de",
        "immediate",
        "browser",
        3,
    )
    assert options.marked({"max_redirects": 4}).max_redirects == 4


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("driver", "HTTP", "http"),
        ("headed", "1", True),
        ("headed", "no", False),
        ("raise_server_errors", "false", False),
        ("max_redirects", "5", 5),
        ("slowmo", "2.5", 2.5),
        ("seed", "7", 7),
        ("base_url", " https://example.com ", "https://example.com"),
        ("report", "1", DEFAULT_FOLDER),
        ("report", "0", None),
        ("report", "some/where", Path("some/where")),
        ("live", "payments, mail", ("payments", "mail")),
        ("allow_network", "", ()),
    ],
)
def test_the_environment_says_it_in_text(name: str, text: str, value: object) -> None:
    assert getattr(load(environ={f"JOURNEY_{name.upper()}": text}), name) == value


def test_settings_say_it_in_python() -> None:
    options = load({"report": Path("x"), "live": ["payments"], "headed": True, "slowmo": 100, "seed": None})
    assert (options.report, options.live, options.headed) == (Path("x"), ("payments",), True)
    assert (options.slowmo, options.seed) == (100.0, None)
    assert load({"report": True}).report == DEFAULT_FOLDER


def test_a_report_is_a_trace_too_and_a_trace_has_a_folder() -> None:
    assert load({"report": "here"}).tracing
    assert load({"report": "here"}).folder == Path("here")
    assert load({"trace": True}).tracing
    assert load({"trace": True}).folder == DEFAULT_FOLDER


@pytest.mark.parametrize(
    ("places", "where", "instead"),
    [
        ({"settings": {"drivr": "x"}}, 'the setting JOURNEY["drivr"]', 'JOURNEY = {"driver":'),
        ({"command_line": {"drivr": "x"}}, "the option --journey-drivr", "--journey-driver="),
        ({"settings": {"zzz": 1}}, 'the setting JOURNEY["zzz"]', "one of these names"),
        ({"settings": ["driver"]}, "the project's settings", 'JOURNEY = {"driver": "inprocess"}'),
        ({"settings": {1: "x"}}, "the project's settings", 'JOURNEY = {"driver": "inprocess"}'),
    ],
)
def test_a_wrong_name_is_rejected(places: dict[str, Any], where: str, instead: str) -> None:
    error = refusal(**places)
    assert error.explanation.where == where
    assert error.explanation.instead.startswith(instead)


def test_a_slip_in_a_variable_is_named_and_somebody_elses_variable_is_not() -> None:
    """Neither is an error: both may be another program's."""
    others = {"JOURNEY_PLANNER_URL": "x", "JOURNEYMAN": "y", "JOURNEY_RUN": "z", "JOURNEY_DRIVER": "http"}
    assert load(environ={"JOURNEY_REPROT": "x"}) == load()
    assert [*misspelt_variables(others)] == []
    (slip,) = misspelt_variables({"JOURNEY_REPROT": "x", **others})
    assert slip.nearest[0] == "JOURNEY_REPORT"
    assert slip.instead == "JOURNEY_REPORT=x, if it is meant for django-journey"


@pytest.mark.parametrize(
    ("name", "value", "sought", "instead"),
    [
        ("driver", "htp", "'htp' is none of inprocess, http, browser, all", "http"),
        ("driver", 3, "3 is none of", "inprocess"),
        ("headed", "maybe", "headed must be true or false, not 'maybe'", "True"),
        ("max_redirects", "many", "max_redirects must be a whole number of at least 0, not 'many'", "20"),
        ("max_redirects", -1, "of at least 0, not -1", "20"),
        ("max_redirects", True, "a whole number", "20"),
        ("slowmo", "fast", "slowmo must be a number of at least 0", "500"),
        ("timeout", "nan", "timeout must be a number of at least 0", "500"),
        ("base_url", 5, "base_url must be a text", "…"),
        ("report", 5, "report must be a folder", "journey-report"),
        ("live", 5, "live must be a list of texts", "…"),
        ("live", [5], "live must be a list of texts", "…"),
    ],
)
def test_a_wrong_value_is_rejected(name: str, value: object, sought: str, instead: str) -> None:
    error = refusal(settings={name: value})
    assert sought in error.explanation.sought
    assert error.explanation.where == f'the setting JOURNEY["{name}"]'
    assert instead in error.explanation.instead
    assert name in error.explanation.instead


def test_each_place_is_named_in_its_own_words() -> None:
    assert refusal(environ={"JOURNEY_SEED": "x"}).explanation.where == "the environment variable JOURNEY_SEED"
    assert refusal(environ={"JOURNEY_SEED": "x"}).explanation.instead == "JOURNEY_SEED=7"
    assert refusal(command_line={"seed": "x"}).explanation.instead == "--journey-seed=7"
    assert refusal(command_line={"driver": "x"}).explanation.where == "the option --journey-driver"
    with pytest.raises(ConfigurationError) as caught:
        load().marked({"seed": "x"}, where="a.py::test")
    assert caught.value.explanation.where == "@pytest.mark.journey(seed=…) at a.py::test"
    assert caught.value.explanation.instead == "@pytest.mark.journey(seed=7)"


def test_the_name_of_a_test_may_hold_braces() -> None:
    where = """a.py::test[{"id": 1}]"""
    assert load().marked({"driver": "http"}, where=where).driver == "http"
    assert load().chosen({"driver": "http"}, where=where).driver == "http"
    with pytest.raises(ConfigurationError) as caught:
        load().marked({"seed": "x"}, where=where)
    assert caught.value.explanation.where == f"@pytest.mark.journey(seed=…) at {where}"


def test_the_projects_settings_are_read_where_none_are_given(settings: Any) -> None:
    settings.JOURNEY = {"locale": "fr"}
    assert Options.load(environ={}).locale == "fr"
    assert check_settings() == []


def test_a_wrong_setting_is_a_system_check(settings: Any) -> None:
    settings.JOURNEY = {"locle": "fr"}
    (message,) = check_settings()
    assert isinstance(message, Error)
    assert message.id == "django_journey.E001"
    assert "there is no setting 'locle'" in message.msg
    assert "locale" in str(message.hint)
