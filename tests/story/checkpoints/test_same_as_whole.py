"""A story from checkpoints ends where the same story ends that is run whole, in every order of stories."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from django_journey import Journey, checkpoint
from django_journey._story.checkpoints.levels import Beginning, Levels
from django_journey._story.settings import Options
from django_journey._world.services.service import Service, operation
from tests import needs
from tests.site import databases
from tests.story.checkpoints.people_site import DATABASE

OPTIONS = Options(seed=7, leftovers="ignore")
FIELDS = "input:not([type=hidden]), textarea"
ACTS: dict[str, Callable[[Journey], Any]] = {
    "visit": lambda journey: journey.actors[0].visit("groups"),
    "name": lambda journey: journey.actors[0].fill("Name", f"group-{random.randrange(9)}"),
    "note": lambda journey: journey.actors[0].fill("Note", "half"),
    "stay": lambda journey: journey.actors[0].check("Stay"),
    "add": lambda journey: journey.actors[0].click("Add"),
    "back": lambda journey: journey.actors[0].page.go_back(),
    "work": lambda journey: journey.tasks.run(),
    "travel": lambda journey: journey.clock.travel(hours=1),
    "read": lambda journey: journey.mailbox().all(),
    "clear": lambda journey: cache.clear(),
    "once more": lambda journey: journey.visitor().visit("groups"),
    "ask": lambda journey: requests.get("https://counter.example/", timeout=60),
    "by hand": lambda journey: Group.objects.using(DATABASE["alias"]).update(name="renamed"),
}


class Counter(Service):
    """A service that counts how often it was asked."""

    base_url = "https://counter.example"
    count = 0

    @operation("GET", "/")
    def ask(self, request: Any) -> Any:
        self.count += 1
        return str(self.count)


some_acts = st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=4)


def act(journey: Journey, acts: list[str]) -> None:
    """Do these, and visit the page first if nobody has."""
    if not journey.actors:
        journey.clock.freeze("2040-01-01")
        journey.visitor().visit("groups")
    for name in acts:
        try:
            ACTS[name](journey)
        except Exception as error:  # a page of another history has no such field, in both kinds of story
            journey.mailbox().all()
            mail.outbox.append(mail.EmailMessage(f"{name}: {type(error).__name__}"))


def observed(journey: Journey) -> dict[str, Any]:
    """All that a test can see."""
    pages = [actor.page for actor in journey.actors]
    names = list(Group.objects.using(DATABASE["alias"]).order_by("name").values_list("name", flat=True))
    files = [journey.files.folder / "default" / name for name in journey.files.stored()]
    return {
        "rows": names,
        "mail": [(each.subject, each.text, each.was_read) for each in _unmarked()],
        "cookies": [
            sorted(
                (each["name"], each["expires"], each["value"] if each["name"] == "sessionid" else "")
                for each in page.context.cookies()
            )
            for page in pages
        ],
        "cache": {name: cache.get(name) for name in names},
        "files": sorted(path.read_bytes() for path in files),
        "service": journey.services[Counter].count,
        "tasks": [str(task) for task in journey.tasks.pending],
        "ran": [(str(ran.task), ran.result) for ran in journey.tasks.ran],
        "pages": [re.sub(r'value="\w{64}"', "", page.content()) for page in pages],
        "fields": [
            [each.input_value() for each in page.locator("input:not([type=hidden]), textarea").all()]
            for page in pages
        ],
        "checked": [[each.is_checked() for each in page.get_by_label("Stay").all()] for page in pages],
        "time": journey.clock.now(),
        "random": random.random(),
    }


def _unmarked() -> list[Any]:
    from django_journey._world.mail import arrived

    return arrived()


class Stories(RuleBasedStateMachine):
    """Makes checkpoints and runs stories from them; at the end each story is run whole."""

    alias = ""
    checkpoints = Bundle("checkpoints")

    def __init__(self) -> None:
        super().__init__()
        self.levels = Levels()
        self.stories: list[tuple[list[Any], list[str], dict[str, Any]]] = []

    @initialize(target=checkpoints, acts=some_acts)
    def first(self, acts: list[str]) -> list[Any]:
        return [self.beginning(acts)]

    @rule(target=checkpoints, before=st.one_of(st.just([]), checkpoints), acts=some_acts)
    def further(self, before: list[Any], acts: list[str]) -> list[Any]:
        return [*before, self.beginning(acts)]

    @rule(path=checkpoints, acts=some_acts)
    def story(self, path: list[Any], acts: list[str]) -> None:
        state = self.levels.go_to(path)
        assert state is not None, self.levels.not_shared
        journey = state.lead(self.opened())
        outbox = list(mail.outbox)
        mail.outbox.clear()
        with journey:
            act(journey, acts)
            self.stories.append((path, acts, observed(journey)))
        mail.outbox[:] = outbox

    def teardown(self) -> None:
        self.levels.leave()
        assert not Group.objects.using(self.alias).exists()
        for path, acts, result in self.stories:
            mail.outbox.clear()
            with self.opened() as journey:
                for each in path:
                    each.function(journey)
                act(journey, acts)
                assert observed(journey) == result

    def beginning(self, acts: list[str]) -> Beginning:
        @checkpoint
        def done(journey: Journey) -> None:
            act(journey, acts)

        return Beginning(done, (), (self.alias,), self.opened, done)

    def opened(self) -> Journey:
        return Journey(OPTIONS, databases=[self.alias], services=[Counter])


@pytest.fixture(params=["memory", "postgresql"])
def alias(
    request: pytest.FixtureRequest,
    settings: Any,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path: Any,
) -> Iterator[str]:
    kind: str = request.param
    if reason := databases.unanswered(kind):
        needs.leave_out(reason)
    if reason := databases.driverless(kind):
        needs.lacking(reason)
    name = f"checkpoints_{kind}"  # the tests of tests/world/database keep databases of these aliases
    settings.ROOT_URLCONF = "tests.story.checkpoints.people_site"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ]
    with django_db_blocker.unblock():
        databases.make(name, databases.settings_of(kind, tmp_path, f"checkpoints_{os.getpid()}"))
        DATABASE["alias"] = name
        yield name
        DATABASE["alias"] = "default"
        databases.drop(name)


def test_a_story_from_checkpoints_ends_as_the_whole_story_does(alias: str) -> None:
    kind = type("StoriesHere", (Stories,), {"alias": alias})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=10,
            stateful_step_count=8,
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
