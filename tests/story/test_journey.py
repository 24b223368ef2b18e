"""A journey lets its actors in, each with a browser of their own, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from django_journey import Journey
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError, NeedsBrowser, SharedDatabaseError, StoryError


def test_actors_have_their_own_cookies_at_the_same_time(journey: Journey, ada: Any) -> None:
    signed_in, visitor = journey.actor(ada), journey.visitor()
    signed_in.visit("home")
    visitor.visit("home")
    signed_in.should_see("Signed in as ada")
    visitor.should_not_see("Signed in")


def test_actors_are_named_by_their_user_name_and_stay_apart(journey: Journey, ada: Any) -> None:
    names = [journey.actor(ada).name, journey.actor(ada, "the boss").name, journey.visitor().name]
    assert [*names, journey.visitor().name] == ["ada", "the boss", "visitor", "visitor 2"]
    assert [actor.name for actor in journey.actors] == [*names, "visitor 2"]


def test_signing_in_at_once_works_with_several_authentication_backends(
    journey: Journey, ada: Any, settings: Any
) -> None:
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.RemoteUserBackend",
        "django.contrib.auth.backends.ModelBackend",
    ]
    actor = journey.actor(ada)
    actor.visit("home")
    actor.should_see("Signed in as ada")


def test_an_inactive_or_unsaved_user_is_rejected_with_the_fix(journey: Journey, ada: Any) -> None:
    with pytest.raises(StoryError, match=r"not saved(.|\n)*user\.save\(\)"):
        journey.actor(get_user_model()(username="ghost"))
    ada.is_active = False
    ada.save()
    with pytest.raises(StoryError, match=r"inactive: user\.is_active = True"):
        journey.actor(ada)


def test_a_visitor_has_no_mailbox_of_their_own(journey: Journey) -> None:
    with pytest.raises(StoryError, match=r"no mailbox(.|\n)*journey\.mailbox"):
        journey.visitor().mailbox  # noqa: B018


@pytest.mark.journey(driver="browser")
def test_the_browser_page_is_playwrights_own(journey: Journey) -> None:
    visitor = journey.visitor()
    visitor.visit("home")
    assert visitor.browser_page.evaluate("1 + 1") == 2
    assert visitor.browser_page is visitor.page


@pytest.mark.parametrize("driver", ["inprocess", "http"])
def test_without_a_browser_there_is_no_browser_page(db: None, driver: Any) -> None:
    with (
        Journey(Options(driver=driver)) as journey,
        pytest.raises(
            NeedsBrowser,
            match=rf'on the driver {driver}(.|\n)*where: (.|\n)*instead: (.|\n)*driver="browser"',
        ),
    ):
        journey.visitor().browser_page  # noqa: B018


@pytest.mark.journey(driver="http")
def test_a_request_over_http_within_atomic_is_rejected_at_once(journey: Journey) -> None:
    visitor = journey.visitor()
    with transaction.atomic():
        get_user_model().objects.create_user("half-way")
        with pytest.raises(
            SharedDatabaseError, match=r"GET / would be answered by another thread(.|\n)*atomic"
        ):
            visitor.visit("home")
    visitor.visit("home")


@pytest.mark.journey(driver="inprocess", https=True)
def test_the_site_in_this_process_has_an_https_address_where_it_is_asked_for(
    journey: Journey, ada: Any, settings: Any
) -> None:
    """F5: the middleware redirects nothing, Secure cookies are set and sent, and the CSRF check is passed."""
    settings.MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", *settings.MIDDLEWARE]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    actor = journey.actor(ada)
    actor.visit("home")
    actor.should_be_at("home")
    actor.should_see("Signed in as ada")
    assert actor.page.url == "https://testserver/"
    assert all(cookie["secure"] for cookie in actor.context.cookies())
    visitor = journey.visitor()
    visitor.login("ada", password="zebra-crossing-9")
    visitor.should_see("Signed in as ada")


@pytest.mark.journey(driver="inprocess", host="shop.example.com")
def test_the_site_in_this_process_has_a_name_of_its_own(journey: Journey, ada: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".example.com"]
    settings.SESSION_COOKIE_DOMAIN = "example.com"
    actor = journey.actor(ada)
    actor.visit("home")
    actor.should_see("Signed in as ada")
    assert actor.page.url == "http://shop.example.com/"
    assert ("sessionid", ".example.com") in {
        (each["name"], each["domain"]) for each in actor.context.cookies()
    }


@pytest.mark.parametrize("driver", ["http", "browser"])
@pytest.mark.parametrize(
    ("given", "missing"),
    [({"https": True}, "no certificate"), ({"host": "a.example"}, "another host name than a.example")],
)
def test_the_live_server_has_no_certificate_and_no_other_name(
    db: None, driver: Any, given: Any, missing: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"{missing}(.|\n)*--journey-driver=inprocess"):
        Journey(Options(driver=driver, **given)).__enter__()


def test_a_journey_that_is_not_open_says_so() -> None:
    with pytest.raises(StoryError, match=r"not open(.|\n)*with Journey\(\)"):
        Journey(Options()).visitor()


def test_a_story_that_changes_data_refuses_a_deployed_site_unless_it_is_allowed() -> None:
    remote = Options(base_url="https://staging.example.com")
    with pytest.raises(ConfigurationError, match=r"changes data(.|\n)*--journey-allow-remote-writes"):
        Journey(remote)
    Journey(Options(base_url="https://staging.example.com", allow_remote_writes=True))
    Journey(Options(base_url="https://staging.example.com", writes=False))
    Journey(Options(base_url="http://127.0.0.1:8000"))


def test_what_needs_the_site_in_this_process_says_so_against_a_deployed_one(ada: Any) -> None:
    with Journey(Options(base_url="http://127.0.0.1:9")) as journey:
        with pytest.raises(StoryError, match=r"journey\.actor\(user\) needs the site(.|\n)*login"):
            journey.actor(ada)
        with pytest.raises(StoryError, match=r"journey\.tasks needs the site"):
            journey.tasks  # noqa: B018
