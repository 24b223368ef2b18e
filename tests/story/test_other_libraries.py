"""F7: what teams use in plain Django tests works in stories too, on every driver."""

from __future__ import annotations

import sys
from typing import Any
from unittest import mock

import factory
import pytest
import requests
import responses
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import path

from django_journey import Journey


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")


def weather(request: HttpRequest) -> HttpResponse:
    told = requests.get("https://weather.example/now", timeout=60).json()
    return HttpResponse(f"<title>Weather</title><p>It is {told['sky']}</p>")


def price() -> str:
    return "one pound"


def tea(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<title>Tea</title><p>Tea costs {price()}</p>")


def people(request: HttpRequest) -> HttpResponse:
    names = ", ".join(get_user_model().objects.order_by("pk").values_list("username", flat=True))
    return HttpResponse(f"<title>People</title><p>Here are {names}.</p>")


urlpatterns = [
    path("weather/", weather, name="weather"),
    path("tea/", tea, name="tea"),
    path("people/", people, name="people"),
]


@pytest.fixture(autouse=True)
def this_site(shop: None, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


def test_f7_responses_answers_for_an_outside_service(journey: Journey) -> None:
    """F7: ``responses`` stands in the way of the guard, also in the threads of the live server."""
    with responses.RequestsMock() as answers:
        answers.get("https://weather.example/now", json={"sky": "blue"})
        visitor = journey.visitor()
        visitor.visit("weather")
        visitor.should_see("It is blue")
        assert len(answers.calls) == 1


def test_f7_a_mock_patches_what_a_view_calls(journey: Journey) -> None:
    """F7: ``unittest.mock`` patches the site that the story visits, which runs in the same process."""
    visitor = journey.visitor()
    with mock.patch.object(sys.modules[__name__], "price", return_value="two pounds") as patched:
        visitor.visit("tea")
        visitor.should_see("Tea costs two pounds")
    patched.assert_called_once_with()
    visitor.visit("tea")
    visitor.should_see("Tea costs one pound")


def test_f7_rows_of_a_factory_are_seen_by_the_site(journey: Journey) -> None:
    """F7: a factory's rows, made before and during the story, are the site's own."""
    first = PersonFactory()
    visitor = journey.visitor()
    visitor.visit("people")
    visitor.should_see(f"Here are {first.username}.")
    second = PersonFactory(username="ada")
    visitor.visit("people")
    visitor.should_see(f"Here are {first.username}, ada.")
    journey.actor(second).visit("people")
