"""Opens a story's world, lets its actors in, and closes everything in reverse."""

from __future__ import annotations

import unittest
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django_journey.errors import ConfigurationError, Explanation, StoryError
from django_journey.story.actor import Actor
from django_journey.story.options import Options
from django_journey.story.stage import Stage, is_loopback, open_stage
from django_journey.story.world import World
from django_journey.story.wrong_types import checked_user, name_of
from django_journey.trace import recorder
from django_journey.trace.frames import hide_frames
from django_journey.trace.given import Shelf
from django_journey.trace.led import what_led_there
from django_journey.trace.pitfalls import note_pitfalls
from django_journey.trace.recent import Recent
from django_journey.trace.redact import Redactor
from django_journey.world.clock import Clock
from django_journey.world.files import Files
from django_journey.world.gate import number_of_request
from django_journey.world.mail import Mailbox
from django_journey.world.network import Network
from django_journey.world.services import Service, Services
from django_journey.world.tasks import Tasks

__all__ = ["Journey"]


class Journey:
    """One story over several requests, by one or more actors, with its world.

    Use it as a context manager; the pytest fixture ``journey`` and ``JourneyTestCase.journey`` are open ones.

    Args:
        options: The settings of this journey; the project's own where none are given.
        databases: The aliases of the databases that it may use, or ``"__all__"``.
        database: The databases as they were opened for it already, in a tuple of one; else it opens them itself.
        services: The outside services that it has, besides those of ``JOURNEY["outside"]``.
        cassettes: The folder of this test's recordings of outside services.
        test: The test's name.

    Raises:
        ConfigurationError: The story can't be run against that site, or a setting can't be used.
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        databases: Iterable[str] | str = ("default",),
        database: tuple[Any] | None = None,
        services: Iterable[type[Service]] = (),
        cassettes: Path | None = None,
        test: str = "",
    ) -> None:
        self.options = options if options is not None else Options.load()
        self._world: World | None = None
        if self.options.base_url:
            _refuse_remote_writes(self.options)
        else:
            self._world = World(
                self.options,
                databases=databases,
                database=database,
                services=services,
                cassettes=cassettes,
                test=test,
            )
        self._closing = ExitStack()
        self._stage: Stage | None = None
        self._actors: list[Actor] = []
        self._error: BaseException | None = None
        self._given = Shelf(number_of_request)
        self._recent = Recent(self._given)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            if self._world is not None:
                self._world.open(opening)
                opening.enter_context(self._recent)
            self._stage = open_stage(self.options, self._world, opening, self._given)
            self._closing = opening.pop_all()
        scope = recorder.current()
        if scope is not None:
            scope.story = True
            scope.driver = self._stage.name
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stage = None
        error = error or self._error
        self._closing.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)

    def failed(self, error: BaseException) -> None:
        """Say that the story failed, where a runner closes the journey without saying so.

        Args:
            error: Why; it is told what led there, what else went wrong meanwhile, and how the story's made-up data
                can be made again. Its traceback loses the frames of this library.
        """
        self._error = error
        scope = recorder.current()
        if scope is not None and scope.recorder.secrets is not None:
            with suppress(Exception):  # what can't be looked at leaves the failure as it is
                note_pitfalls(error, scope, scope.recorder.secrets)
        secrets = scope.recorder.secrets if scope is not None else None
        clean = (
            secrets or Redactor(self.options.secrets)
        ).clean  # only a trace knows the values that were typed
        led = [clean(line) for line in what_led_there(self._recent.told())]  # while the tracebacks are whole
        if not self.options.full_trace:
            hide_frames(error)
        if self._world is not None and not isinstance(error, unittest.SkipTest):
            if led:
                error.add_note("\n".join(["What led there, the last response last:", *led]))
            for trouble in self._world.swallowed(error):
                error.add_note(f"Meanwhile: {trouble}")
            seed = self._world.seed
            error.add_note(
                f"Made-up data can be made again with --journey-seed={seed} (or JOURNEY_SEED={seed})"
            )

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, in the order of their entrance."""
        return tuple(self._actors)

    def actor(self, user: Any, name: str = "") -> Actor:
        """Let a user in, signed in at once through a session of their own.

        Args:
            user: A saved user of the project's user model.
            name: What the report calls them; their user name where it is empty.

        Raises:
            StoryError: The user is not saved, inactive, or known to no authentication backend; or the site
                is not in this process, so that no session can be made for it.
        """
        self._here("journey.actor(user)", 'journey.visitor(), then visitor.login("name", "password")')
        entrant = self._enter(name or name_of(checked_user(user, "journey.actor(user)")), user)
        entrant.sign_in(user)
        return entrant

    def visitor(self, name: str = "") -> Actor:
        """Let somebody in whom the site does not know yet.

        Args:
            name: What the report calls them; ``visitor``, ``visitor 2``, … where it is empty.
        """
        if not isinstance(name, str):
            raise StoryError(
                Explanation(
                    f"journey.visitor(name) takes what the report calls them, not {name!r}",
                    where="the argument name",
                    instead="journey.actor(user) lets a user in; journey.visitor() somebody unknown",
                )
            )
        return self._enter(name or "visitor", None)

    def mailbox(self, address: str | None = None) -> Mailbox:
        """Return the mail that arrived for an address; everybody's where none is given."""
        self._here("journey.mailbox()")
        return Mailbox(address)

    @property
    def live_url(self) -> str:
        """An origin at which the site answers over HTTP in this journey, for Selenium, requests or any browser.

        It serves this story's own data in its own transaction; the first look starts it.
        """
        stage = self._open_stage  # says so if the journey is not open
        if self._world is None:
            return stage.base_url
        return self._world.serve(self._closing).url

    def drives(self, browser: str) -> None:
        """Say that a browser of somebody else's (Selenium's, say) visits ``live_url``, for the report.

        Args:
            browser: What it is called, e.g. ``Chromium through Selenium``.
        """
        recorder.note("browser", f"{browser} visits the site")

    @property
    def tasks(self) -> Tasks:
        """The background tasks that were enqueued, and the worker's turn."""
        return self._here("journey.tasks").tasks

    @property
    def clock(self) -> Clock:
        """The time that the site sees."""
        return self._here("journey.clock").clock

    @property
    def files(self) -> Files:
        """The storages of this journey."""
        return self._here("journey.files").files

    @property
    def network(self) -> Network:
        """What this process connects to, and what it may."""
        return self._here("journey.network").network

    @property
    def services(self) -> Services:
        """The outside services: ``journey.services[Payments]``."""
        return self._here("journey.services").services

    @property
    def _open_stage(self) -> Stage:
        if self._stage is None:
            raise StoryError(
                Explanation(
                    "this journey is not open",
                    instead="with Journey() as journey: …\nor use the fixture `journey`, or JourneyTestCase",
                )
            )
        return self._stage

    def _here(self, what: str, instead: str = "") -> World:
        """Return the world around the site, which must be in this process."""
        self._open_stage  # noqa: B018 - says so if the journey is not open
        if self._world is None:
            raise StoryError(
                Explanation(
                    f"{what} needs the site in this process, and this journey visits {self.options.base_url}",
                    where=f"--journey-base-url={self.options.base_url}",
                    instead=instead or "leave this story out of runs against a deployed site",
                )
            )
        return self._world

    def _enter(self, name: str, user: Any) -> Actor:
        taken = {actor.name for actor in self._actors}
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name} {number}"
        entrant = Actor(self._open_stage, unique, user)
        self._actors.append(entrant)
        return entrant


def _refuse_remote_writes(options: Options) -> None:
    if options.writes and not options.allow_remote_writes and not is_loopback(options.base_url):
        raise ConfigurationError(
            Explanation(
                f"this story changes data, and {options.base_url} is not on this machine",
                where=f"--journey-base-url={options.base_url}",
                instead="mark a story that only reads: @pytest.mark.journey(writes=False),\n"
                "or allow it: --journey-allow-remote-writes",
            )
        )
