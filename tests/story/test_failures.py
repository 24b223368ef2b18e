"""A story that fails says what led there: the last responses, with their forms' errors, messages and exceptions."""

from __future__ import annotations

import traceback
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.test import SimpleTestCase
from django.urls import path

import django_journey
from django_journey import Journey
from django_journey._runners.unittest.testcase import JourneyMixin
from django_journey._story.settings import Options
from django_journey._trace.failures.tracebacks import hide_frames
from django_journey._trace.record.recorder import Recorder, hide
from django_journey._trace.secrets.redactor import Redactor
from tests.story.hurry import in_vain

PACKAGE = str(Path(django_journey.__file__).parent)
TEMPLATES = {
    "form.html": "<title>Form</title><form method=post>{% csrf_token %}{{ form }}<button>Save</button></form>",
    "base.html": "<title>Base</title>\n{% block body %}{% endblock %}",
    "missing.html": "<p>\n{% include 'nothing.html' %}",
    "child.html": "{% extends 'base.html' %}\n{% block body %}\n{% include 'part.html' %}\n{% endblock %}",
    "part.html": "<ul>\n  <li>one</li>\n  <li>{% url 'nowhere' %}</li>\n  <li>three</li>\n</ul>",
    "unknown_tag.html": "<p>\n{% nope %}\n</p>",
    "500.html": "<title>Sorry</title>Something went wrong here",
    "404.html": "<title>Gone</title>",
}


class TitleForm(forms.Form):
    title = forms.CharField(max_length=5, required=False)

    def clean_title(self) -> str:
        if not self.cleaned_data["title"]:
            raise forms.ValidationError("This field is required.")
        return str(self.cleaned_data["title"])


def form(request: HttpRequest) -> HttpResponse:
    shown = TitleForm(request.POST or None, prefix="a")
    if request.method == "POST":
        if shown.is_valid():
            messages.success(request, "Saved as it is.")
            return redirect("home")
        shown.add_error(None, "Look again.")
    return render(request, "form.html", {"form": shown})


def home(request: HttpRequest) -> HttpResponse:
    shown = "".join(map(str, messages.get_messages(request)))
    return HttpResponse(f"<title>Home</title>{shown}")


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse({}["title"])


def gone(request: HttpRequest) -> HttpResponse:
    raise Http404


def template(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"{name}.html")


def reset(request: HttpRequest) -> HttpResponse:
    return redirect("/home/?token=5f3a9c7e1b2d4f6a8c0e5f3a9c7e1b2d")


def tell(request: HttpRequest) -> HttpResponse:
    raise ValueError("zebra-crossing-9 is no password")


urlpatterns = [
    path("reset/", reset),
    path("told/", tell),
    path("form/", form, name="form"),
    path("home/", home, name="home"),
    path("broken/", broken, name="broken"),
    path("gone/", gone, name="gone"),
    path("of/<name>/", template, name="of"),
]


@pytest.fixture(autouse=True)
def site(settings: Any, shop: None) -> None:
    settings.ROOT_URLCONF = __name__
    settings.FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
    loader = ("django.template.loaders.locmem.Loader", TEMPLATES)
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [loader, "django.template.loaders.app_directories.Loader"],
                "context_processors": ["django.contrib.messages.context_processors.messages"],
            },
        }
    ]


def led(journey: Journey, error: BaseException | None = None) -> list[str]:
    """What a failure of the story says now of how it came to it."""
    error = error or AssertionError("no")
    journey.failed(error)
    note = next((note for note in error.__notes__ if note.startswith("What led there")), "")
    return [line.strip() for line in note.splitlines()[1:]]


def test_a_form_that_was_shown_again_is_reported_with_its_errors(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("form")
    actor.click("Save")
    assert led(journey) == [
        "GET /form/ 200 (tests.story.test_failures.form)",
        "POST /form/ 200 (tests.story.test_failures.form)",
        "form error: a-title: This field is required.",
        "form error: a-__all__: Look again.",
    ]


def test_the_last_form_that_was_sent_is_reported_however_long_ago_it_was(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("form")
    actor.click("Save")
    for _ in range(6):
        actor.visit("home")
    lines = led(journey)
    assert lines[0].startswith("POST /form/ 200")
    assert lines[3] == "…"
    assert len([line for line in lines if line.startswith("GET /home/")]) == 4


def test_secrets_of_what_led_there_are_masked(db: None) -> None:
    with Journey() as journey:
        journey.visitor().api.get("/reset/")
        told = " ".join(led(journey))
    assert "GET /reset/ 302 → /home/?token=***" in told
    assert "5f3a9c7e1b" not in told


def test_what_was_typed_as_a_password_is_masked_where_a_trace_knows_it(db: None) -> None:
    recorder = Recorder(mock.Mock(), secrets=Redactor(()))
    with recorder.entered(recorder.start_test("t", name="t")), Journey() as journey:
        hide("zebra-crossing-9")
        with pytest.raises(ValueError, match="no password"):
            journey.visitor().api.get("/told/")
        told = " ".join(led(journey))
    assert "raised" in told
    assert "zebra" not in told


def test_redirects_and_messages_are_reported(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("form")
    actor.page.locator("input[name=a-title]").fill("Abc")
    actor.click("Save")
    _, sent, *others = led(journey)
    assert sent == "POST /form/ 302 → /home/ (tests.story.test_failures.form)"
    assert "message: success: Saved as it is." in others
    assert "GET /home/ 200 (tests.story.test_failures.home)" in others


@pytest.mark.journey(driver="inprocess")
def test_a_request_that_no_view_answered_is_reported(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("/nowhere/")
    actor.visit("gone")
    assert led(journey) == [
        "GET /nowhere/ 404 (no URL pattern fits)",
        "GET /gone/ 404 (tests.story.test_failures.gone)",
    ]


def test_a_view_that_raised_is_reported_with_the_place_and_its_page_is_the_page(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(KeyError) as caught:
        actor.visit("broken")
    assert actor.page.title() == "Sorry"
    assert actor.page.url.endswith("/broken/")
    lines = led(journey, caught.value)
    assert "raised KeyError: 'title'" in lines
    (place,) = [line for line in lines if line.startswith("at ")]
    assert place.endswith("""in broken: return HttpResponse({}["title"])""")


@pytest.mark.journey(driver="inprocess", raise_server_errors=False)
def test_a_server_error_that_the_story_went_past_is_reported(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("broken")
    actor.visit("home")
    lines = led(journey)
    assert lines[0].startswith("GET /broken/ 500")
    assert lines[1] == "raised KeyError: 'title'"


@pytest.mark.journey(driver="inprocess")
def test_an_error_of_a_template_is_reported_with_its_line_and_those_around_it(journey: Journey) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        journey.visitor().visit("of", name="child")
    lines = led(journey, caught.value)
    start = lines.index("template part.html, line 3")
    assert lines[start + 1 : start + 6] == [
        "1 | <ul>",
        "2 |   <li>one</li>",
        ">    3 |   <li>{% url 'nowhere' %}</li>",
        "4 |   <li>three</li>",
        "5 | </ul>",
    ]


@pytest.mark.journey(driver="inprocess")
def test_a_template_that_includes_one_that_is_missing_is_reported_with_its_line(journey: Journey) -> None:
    with pytest.raises(Exception, match="nothing") as caught:
        journey.visitor().visit("of", name="missing")
    assert "template missing.html, line 2" in led(journey, caught.value)


@pytest.mark.journey(driver="inprocess")
def test_a_template_that_does_not_compile_is_reported_with_its_line(journey: Journey) -> None:
    with pytest.raises(Exception, match="nope") as caught:
        journey.visitor().visit("of", name="unknown_tag")
    lines = led(journey, caught.value)
    assert "template unknown_tag.html, line 2" in lines
    assert ">    2 | {% nope %}" in lines


def test_the_frames_of_others_are_taken_out_of_a_failure(journey: Journey) -> None:
    actor = journey.visitor()
    with pytest.raises(KeyError) as caught:
        actor.visit("broken")
    journey.failed(caught.value)
    functions = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert functions == ["test_the_frames_of_others_are_taken_out_of_a_failure", "broken"]


@pytest.mark.journey(full_trace=True)
def test_with_full_trace_every_frame_is_shown(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(AssertionError) as caught, in_vain(actor):
        actor.should_be_at("form")
    journey.failed(caught.value)
    assert any(
        frame.filename.startswith(PACKAGE) for frame in traceback.extract_tb(caught.value.__traceback__)
    )


def test_the_causes_of_a_failure_lose_the_frames_of_others_too(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(AssertionError) as caught, in_vain(actor):
        actor.should_be_at("form")
    cause = caught.value.__cause__ or caught.value.__context__
    hide_frames(caught.value)
    for error in (caught.value, cause):
        assert error is not None
        assert len(traceback.extract_tb(error.__traceback__)) == 1


def ran(**methods: Any) -> str:
    """What unittest says of a story with these methods that fails."""
    options = {"driver": "inprocess"}
    kind = type(
        "Stories", (JourneyMixin, SimpleTestCase), {"databases": set(), "journey_options": options, **methods}
    )
    result = unittest.TestResult()
    kind("test_method").run(result)
    ((_, text),) = result.failures + result.errors
    return str(text)


def test_a_unittest_story_says_what_led_there_and_shows_no_frame_of_this_library() -> None:
    def test_method(self: Any) -> None:
        actor = self.journey.visitor()
        actor.visit("home")
        actor.should_see("Goodbye")

    text = ran(test_method=test_method)
    assert "GET /home/ 200 (tests.story.test_failures.home)" in text
    assert PACKAGE not in text


def test_a_story_that_fails_in_its_set_up_says_what_led_there() -> None:
    def set_up(self: Any) -> None:
        self.journey.visitor().visit("of", name="child")

    text = ran(setUp=set_up, test_method=lambda self: None)
    assert "template part.html, line 3" in text
    assert PACKAGE not in text


def test_nothing_is_said_of_requests_of_another_story() -> None:
    with Journey(Options(), databases=()) as first:
        first.visitor().visit("home")
    with Journey(Options(), databases=()) as second:
        second.visitor().visit("form")
        assert led(second) == ["GET /form/ 200 (tests.story.test_failures.form)"]
