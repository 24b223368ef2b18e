"""What a template was given is at hand in a story, on every driver."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path

from django_journey import Journey
from django_journey._story.settings import Options
from django_journey.errors import StoryError

TEMPLATES = {
    "base.html": "<title>Base</title>{% block body %}{% endblock %}",
    "page.html": "{% extends 'base.html' %}{% block body %}{% include 'part.html' with inner=1 %}{% endblock %}",
    "part.html": "<p>Part of {{ number }}</p><iframe src='/framed/'></iframe><a href='/page/9/'>Nine</a>",
    "framed.html": "<title>Framed</title>",
    "mail.txt": "Hello {{ addressee }}",
}


class Thing:
    """Something that a context holds."""


things: list[weakref.ref[Thing]] = []


def page(request: HttpRequest, number: int) -> HttpResponse:
    thing = Thing()
    things.append(weakref.ref(thing))
    response = render(request, "page.html", {"number": number, "thing": thing}, status=201)
    response["X-Shelf"] = "A"
    return response


def framed(request: HttpRequest) -> HttpResponse:
    return render(request, "framed.html", {"number": "framed"})


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<title>Plain</title>")


def send(request: HttpRequest) -> HttpResponse:
    render_to_string("mail.txt", {"addressee": "Ada", "number": "mail"})
    return redirect("page", number=7)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "framed.html", {"number": 1 / 0})


urlpatterns = [
    path("page/<int:number>/", page, name="page"),
    path("framed/", framed),
    path("plain/", plain, name="plain"),
    path("send/", send, name="send"),
    path("broken/", broken, name="broken"),
]


@pytest.fixture(autouse=True)
def this_site(shop: None, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    ]


def test_a_response_has_what_came_and_what_its_templates_were_given(journey: Journey, ada: Any) -> None:
    actor = journey.actor(ada)
    actor.visit("page", number=3)
    response = actor.response
    assert response.status == 201
    assert response.url == actor.page.url
    assert response.headers["x-SHELF"] == "A"
    assert "X-Journey-Request" not in response.headers
    assert response.context["number"] == 3
    assert response.context["user"].is_authenticated
    assert response.context["request"].path == "/page/3/"
    assert response.templates == ["page.html", "base.html", "part.html"]
    assert (response.resolver_match.view_name, response.resolver_match.kwargs) == ("page", {"number": 3})


def test_a_context_is_a_mapping_that_names_what_it_has(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("page", number=3)
    context = actor.response.context
    assert "number" in context
    assert "inner" not in context
    assert context.get("inner") is None
    assert {"number", "thing", "user", "request"} <= set(context)
    with pytest.raises(KeyError):
        context["nmber"]
    with pytest.raises(StoryError, match=r"no template context has 'nmber'(.|\n)*page.html(.|\n)*number"):
        context["nmber"]


def test_the_last_response_of_each_actor_counts_after_redirects_and_clicks(journey: Journey) -> None:
    one, other = journey.visitor(), journey.visitor()
    one.visit("page", number=1)
    other.visit("send")
    assert (one.response.context["number"], other.response.context["number"]) == (1, 7)
    assert "addressee" not in other.response.context
    first = one.response
    one.click("Nine")
    assert one.response.context["number"] == 9
    assert first.context["number"] == 1


def test_a_page_without_a_template_has_an_empty_context(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("plain")
    assert (dict(actor.response.context), actor.response.templates) == ({}, [])
    assert actor.response.resolver_match.view_name == "plain"
    with pytest.raises(StoryError, match="no template was rendered"):
        actor.response.context["user"]


def test_a_view_that_raised_has_left_a_response(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("page", number=1)
    with pytest.raises(ZeroDivisionError):
        actor.visit("broken")
    assert actor.response.status == 500
    assert actor.response.resolver_match.view_name == "broken"


def test_without_a_page_there_is_no_response(journey: Journey) -> None:
    with pytest.raises(StoryError, match=r"has no page yet(.|\n)*visit one first"):
        journey.visitor().response  # noqa: B018 - raises


@pytest.mark.parametrize("driver", ["inprocess", "http"])
def test_no_more_than_the_last_response_is_held(driver: str, db: None) -> None:
    things.clear()
    with Journey(Options(driver=driver)) as journey:
        actor = journey.visitor()
        for number in (1, 2, 3):
            actor.visit("page", number=number)
        gc.collect()
        assert [thing() is not None for thing in things] == [False, False, True]
        actor.page.go_back()
        assert actor.page.url.endswith("/page/2/")
        actor.visit("plain")
        gc.collect()
        assert not any(thing() for thing in things[:3])


def test_an_asgi_server_s_pages_have_what_their_templates_were_given(db: None) -> None:
    pytest.importorskip("uvicorn")
    with Journey(Options(driver="http", server="asgi")) as journey:
        actor = journey.visitor()
        actor.visit("page", number=3)
        assert actor.response.context["number"] == 3
        assert actor.response.resolver_match.view_name == "page"


def test_what_a_jinja2_template_was_given_is_at_hand_too(db: None, settings: Any, tmp_path: Any) -> None:
    pytest.importorskip("jinja2")
    (tmp_path / "base.html").write_text("<title>Base</title>{% block body %}{% endblock %}")
    (tmp_path / "page.html").write_text("{% extends 'base.html' %}{% block body %}{{ number }}{% endblock %}")
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [tmp_path], "OPTIONS": {}}
    ]
    with Journey() as journey:
        actor = journey.visitor()
        actor.visit("page", number=3)
        assert actor.response.context["number"] == 3
        assert actor.response.context["request"].path == "/page/3/"
        assert actor.response.templates == ["page.html"]


def test_against_a_deployed_site_only_django_s_own_knowledge_is_missing(journey: Journey) -> None:
    with Journey(Options(driver="http", base_url=journey.live_url)) as deployed:
        actor = deployed.visitor()
        actor.visit("page", number=3)
        assert actor.response.status == 201
        assert actor.response.headers["X-Shelf"] == "A"
        for what in ("context", "templates", "resolver_match"):
            with pytest.raises(
                StoryError,
                match=rf"response\.{what} is not available(.|\n)*--journey-base-url(.|\n)*should_see",
            ):
                getattr(actor.response, what)
