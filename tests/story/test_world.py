"""A journey's world is what its options say: tasks, mail, network, the live server, what is left behind."""

from __future__ import annotations

import threading
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from django_journey import Journey, Service
from django_journey._story.login import session_cookie
from django_journey._story.settings import Options
from django_journey._world.leaks import LeakWarning
from django_journey._world.tasks import Enqueued
from django_journey.errors import ConfigurationError, ExpectationError, NetworkBlocked, StoryError, WorldError
from tests.story.hurry import in_vain

# A name that resolves nowhere (RFC 6761): what is not refused fails before anything is sent.
OUTSIDE = "http://somewhere.invalid/"


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_the_live_url_serves_the_storys_own_data_to_any_client(server: Any, ada: Any) -> None:
    with Journey(Options(server=server)) as journey:
        get_user_model().objects.filter(pk=ada.pk).update(username="somebody-else")
        cookie = journey.actor(get_user_model().objects.get(pk=ada.pk)).context.cookies()[0]
        request = urllib.request.Request(
            journey.live_url, headers={"Cookie": f"{cookie['name']}={cookie['value']}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "Signed in as somebody-else" in answer.read().decode()


def test_an_async_view_answers_under_asgi_in_the_storys_transaction(ada: Any, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.story.async_site"
    with Journey(Options(driver="http", server="asgi")) as journey:
        reader = journey.visitor()
        reader.visit("people")
        reader.should_see("1 person")
        get_user_model().objects.create_user("bob")
        reader.visit("people")
        reader.should_see("2 people")


@pytest.mark.journey(driver="http")
def test_several_actors_keep_their_own_cookies_over_http(journey: Journey, ada: Any) -> None:
    bob = get_user_model().objects.create_user("bob", "bob@example.com", "zebra-crossing-9")
    one, two, nobody = journey.actor(ada), journey.actor(bob), journey.visitor()
    for actor in (one, two, nobody):
        actor.visit("home")
    one.should_see("Signed in as ada")
    two.should_see("Signed in as bob")
    nobody.should_not_see("Signed in")
    one.logout()
    one.should_not_see("Signed in")
    two.page.reload()
    two.should_see("Signed in as bob")


def test_a_journey_that_is_over_serves_nothing_any_more(db: None) -> None:
    journey = Journey(Options())
    with pytest.raises(StoryError, match="not open"):
        journey.live_url  # noqa: B018
    with journey:
        assert "Welcome" in fetched(journey.live_url)
    with pytest.raises(StoryError, match="not open"):
        journey.live_url  # noqa: B018


def test_the_network_is_guarded_unless_it_is_open(db: None) -> None:
    with Journey(Options()) as guarded:
        with pytest.raises(URLError) as refused:
            fetched(OUTSIDE)
        assert len(guarded.network.forgive()) == 1
    assert isinstance(refused.value.reason, NetworkBlocked)
    with Journey(Options(network="open")), pytest.raises(URLError) as unknown:
        fetched(OUTSIDE)
    assert not isinstance(unknown.value.reason, NetworkBlocked)


class ParcelQueue:
    """A task framework of a project's own: what is put into it waits for a worker."""

    keep: Callable[[Enqueued], None] | None = None

    @contextmanager
    def catching(self, keep: Callable[[Enqueued], None]) -> Iterator[None]:
        type(self).keep = staticmethod(keep)
        try:
            yield
        finally:
            type(self).keep = None

    @classmethod
    def put(cls, work: Callable[[], Any]) -> None:
        assert cls.keep is not None, "no journey catches it"
        cls.keep(Enqueued(name="send_parcel", run=work))


PARCELS = (f"{__name__}.ParcelQueue",)


def test_a_task_framework_of_ones_own_is_named_in_the_settings() -> None:
    sent: list[str] = []
    with Journey(Options(task_adapters=PARCELS), databases=()) as journey:
        ParcelQueue.put(lambda: sent.append("one"))
        assert sent == []
        journey.tasks.run("send_parcel")
        assert sent == ["one"]
    assert ParcelQueue.keep is None


def test_immediate_tasks_run_when_they_are_enqueued() -> None:
    sent: list[str] = []
    with Journey(Options(tasks="immediate", task_adapters=PARCELS), databases=()) as journey:
        ParcelQueue.put(lambda: sent.append("one"))
        assert sent == ["one"]
        assert journey.tasks.pending == []


def test_an_immediate_task_that_fails_fails_the_story_at_its_end() -> None:
    went_on = False
    with (
        pytest.raises(WorldError, match=r"1 of 1 tasks failed(.|\n)*ZeroDivisionError") as error,
        Journey(Options(tasks="immediate", task_adapters=PARCELS), databases=()),
    ):
        ParcelQueue.put(lambda: 1 // 0)
        went_on = True
    assert went_on
    assert isinstance(error.value.__cause__, ZeroDivisionError)


class Payments(Service):
    base_url = "https://api.payments.example/v1"


def test_a_story_that_failed_says_what_the_site_had_swallowed_before_and_each_thing_once() -> None:
    options = Options(tasks="immediate", task_adapters=PARCELS)
    story = AssertionError("the page does not say Paid")
    with pytest.raises(AssertionError), Journey(options, databases=(), services=[Payments]) as journey:
        with pytest.raises(HTTPError) as refused:
            fetched("https://api.payments.example/v1/charges")
        refused.value.close()
        with pytest.raises(URLError):
            fetched(OUTSIDE)
        ParcelQueue.put(lambda: 1 // 0)
        journey.failed(story)
        raise story
    call, connection, task, seed = story.__notes__
    assert "the fake of Payments has no operation for GET /charges" in call
    assert "a connection to somewhere.invalid:80 was refused to " in connection
    assert (
        task
        == "During the story: the task send_parcel() failed: ZeroDivisionError: integer division or modulo by zero"
    )
    assert "--journey-seed" in seed


def test_an_error_that_reached_the_story_is_not_reported_twice() -> None:
    with pytest.raises(AssertionError), Journey(Options(), databases=()) as journey:
        try:
            fetched(OUTSIDE)
        except URLError as error:
            story = AssertionError("not fetched")
            story.__cause__ = error
            journey.failed(story)
            raise story from error
    assert len(story.__notes__) == 1


def test_real_tasks_are_left_to_their_queue() -> None:
    with Journey(Options(tasks="real", task_adapters=PARCELS), databases=()):
        assert ParcelQueue.keep is None


@pytest.mark.parametrize("path", ["shop.nothing.Adapter", "django.conf.settings"])
def test_a_class_that_is_no_task_adapter_is_rejected(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"task_adapters"):
        Journey(Options(task_adapters=(path,)), databases=()).__enter__()


def test_mail_that_nobody_read_counts_only_where_the_options_say_so(journey: Journey) -> None:
    def a_story(options: Options, *, reads: bool) -> None:
        with Journey(options, databases=()) as inner:
            mail.send_mail("Hello", "…", "shop@example.com", ["ada@example.com"])
            if reads:
                inner.mailbox("ada@example.com").latest()

    a_story(Options(leftovers="error"), reads=False)
    a_story(Options(leftovers="error", unread_mail=True), reads=True)
    with pytest.raises(WorldError, match=r"'Hello' to ada@example\.com was never read"):
        a_story(Options(leftovers="error", unread_mail=True), reads=False)


@pytest.mark.parametrize("mode", ["ignore", "warn", "error"])
def test_leftovers_are_ignored_a_warning_or_an_error(mode: Any, monkeypatch: Any) -> None:
    def a_story() -> None:
        with Journey(Options(leftovers=mode), databases=()):
            monkeypatch.setenv("LEFT_BY_A_STORY", "1")

    if mode == "error":
        with pytest.raises(WorldError, match="LEFT_BY_A_STORY"):
            a_story()
    elif mode == "warn":
        with pytest.warns(LeakWarning, match="LEFT_BY_A_STORY"):
            a_story()
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            a_story()


def test_leftovers_are_not_reported_for_a_story_that_failed(monkeypatch: Any) -> None:
    with pytest.raises(KeyError, match="its own"), Journey(Options(leftovers="error"), databases=()):
        monkeypatch.setenv("LEFT_BY_A_STORY", "1")
        raise KeyError("its own")


def test_a_thread_that_goes_on_is_named() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="the forgotten one")
    try:
        with (
            pytest.raises(WorldError, match="the forgotten one"),
            Journey(Options(leftovers="error"), databases=()),
        ):
            thread.start()
    finally:
        stop.set()
        thread.join()


def test_a_links_host_may_be_any_that_the_settings_allow(journey: Journey, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".example.org", "testserver", "127.0.0.1"]
    actor = journey.visitor()
    actor.visit("send", query={"host": "www.example.org"})
    actor.follow(journey.mailbox().latest(), "Your order")
    actor.should_see("Item 7")
    actor.visit("send", query={"host": "www.example.net"})
    with pytest.raises(StoryError, match=r"'www\.example\.net', which is not this site"):
        actor.follow(journey.mailbox().latest(), "Your order")


def test_an_error_names_the_url_and_the_title_of_the_page_that_an_actor_is_at(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("item", number=3)
    with pytest.raises(ExpectationError) as error, in_vain(actor):
        actor.should_be_at("order")
    said = str(error.value)
    assert "should be at /order/" in said
    assert "it is at" in said
    assert "The title of the page is 'Shop'" in error.value.__notes__
    assert 'actor.should_be_at("item", number=3)' in said


def test_a_text_that_is_missing_is_reported_with_the_title_of_the_page(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(ExpectationError) as error, in_vain(actor):
        actor.should_see("Goodbye")
    assert "The title of the page is 'Shop'" in error.value.__notes__


def test_a_form_that_fails_its_validation_is_named(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.page.set_content("<title>Form</title><form><input name=price required><button>Save</button></form>")
    actor.click("Save")
    with pytest.raises(ExpectationError) as error, in_vain(actor):
        actor.should_see("Saved")
    title, form = error.value.__notes__[:2]
    assert title == "The title of the page is 'Form'"
    assert form.startswith("the form was not sent: ")
    assert "price" in form


def test_a_login_page_of_another_site_is_rejected(journey: Journey, settings: Any) -> None:
    settings.LOGIN_URL = "https://accounts.example.com/login/"
    with pytest.raises(StoryError, match=r"another site(.|\n)*journey\.actor\(user\)"):
        journey.visitor().login("ada", "zebra-crossing-9")


def test_a_session_cookie_for_another_domain_still_signs_the_actor_in(
    journey: Journey, ada: Any, settings: Any
) -> None:
    settings.SESSION_COOKIE_DOMAIN = ".example.com"
    actor = journey.actor(ada)
    actor.visit("home")
    actor.should_see("Signed in as ada")


@pytest.mark.parametrize(
    ("setting", "url", "secure"),
    [(True, "https://a.test", True), (True, "http://a.test", False), (False, "https://a.test", False)],
)
def test_a_secure_cookie_is_none_where_the_site_is_not(
    ada: Any, settings: Any, setting: bool, url: str, secure: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = setting
    assert session_cookie(ada, url)["secure"] is secure


def test_an_actor_is_signed_in_however_same_site_is_written(
    journey: Journey, ada: Any, settings: Any
) -> None:
    settings.SESSION_COOKIE_SAMESITE = "strict"
    journey.actor(ada).visit("home")


@pytest.mark.parametrize(
    "url", ["staging.example.com", "ftp://example.com", "https://", "https://a.example/?b=1"]
)
def test_an_invalid_base_url_is_rejected_at_once(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"not the URL of a site(.|\n)*--journey-base-url=https://"):
        Options(base_url=url)


def test_a_base_urls_last_slash_is_no_part_of_it() -> None:
    assert Options(base_url="http://127.0.0.1:8000/").base_url == "http://127.0.0.1:8000"
