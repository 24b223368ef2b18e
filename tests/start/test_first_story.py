"""The first story is one that passed on the site: through the login page where that works."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from django_journey import Journey
from django_journey._start.files import _source
from django_journey._start.first_story import Story, find_story, named_hosts
from tests.site import shop

pytestmark = pytest.mark.journey(driver="inprocess")  # as the command works


def members(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=302, headers={"Location": "/in/?next=/members/"})
    return HttpResponse("<h1>Members</h1>")


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>No logins today</h1>")


def sign_in(request: HttpRequest) -> HttpResponse:
    response = shop.sign_in(request)
    if response.status_code == 302 and "next" in request.GET:
        response["Location"] = request.GET["next"]
    return response


urlpatterns = [
    path("in/", sign_in, name="login"),
    path("members/", members, name="members"),
    *shop.urlpatterns,
]


class WithoutLogin:
    urlpatterns = [path("", closed, name="home")]


@pytest.fixture
def site(settings: Any) -> Any:
    settings.LOGIN_URL = "/in/"
    settings.ROOT_URLCONF = __name__
    return settings


@pytest.mark.usefixtures("site")
def test_a_visitor_is_led_from_a_protected_page_to_the_login_page(journey: Journey) -> None:
    story = find_story(journey)
    assert story.title == "a visitor logs in first"
    assert story.lines[1:] == [
        'ada.visit("members")',
        'ada.should_be_at("login")',
        'ada.fill("Name", "ada")',
        'ada.fill("Password", "zebra-crossing-9")',
        'ada.click("Log in")',
        'ada.should_be_at("members")',
    ]


def test_without_a_login_page_a_visitor_opens_a_page(journey: Journey, site: Any) -> None:
    site.ROOT_URLCONF = WithoutLogin
    story = find_story(journey)
    assert (story.title, story.lines[1:]) == (
        "a member opens a page",
        ['ada.visit("home")', 'ada.should_be_at("home")'],
    )


@pytest.mark.usefixtures("site")
def test_both_runners_get_python(journey: Journey) -> None:
    story = find_story(journey)
    assert "def test_a_visitor_logs_in_first(journey, member):" in _source(story, pytest=True)
    case = _source(story, pytest=False)
    assert "class FirstStory(JourneyTestCase):" in case
    assert case.index("create_user(") < case.index("journey.visitor()")
    for source in (_source(story, pytest=True), case):
        compile(source, "story", "exec")


def test_the_names_of_the_settings_are_tried_where_no_page_opens(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", ".example.com", "*"]
    settings.SESSION_COOKIE_DOMAIN = "shop.example.com"
    assert named_hosts() == ["example.com", "shop.example.com"]


@pytest.mark.parametrize(
    ("uses_pytest", "line"),
    [
        (True, 'pytestmark = pytest.mark.journey(host="shop.example.com")'),
        (False, 'journey_options = {"host": "shop.example.com"}'),
    ],
)
def test_the_story_has_the_name_by_which_the_site_answers(uses_pytest: bool, line: str) -> None:
    story = Story("a visitor opens a page", lines=['ada.visit("/")'], host="shop.example.com")
    source = _source(story, pytest=uses_pytest)
    assert line in source
    compile(source, "test_first_story.py", "exec")
