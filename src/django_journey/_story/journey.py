"""A journey: opens a story's world and its actors, and closes everything in reverse order."""

from __future__ import annotations

import unittest
import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from django_journey._story.actor import Actor
from django_journey._story.argument_checks import AuthUser, checked_user, name_of
from django_journey._story.driver_choice import open_pages
from django_journey._story.pages import PageProvider, is_loopback
from django_journey._story.settings import Options
from django_journey._story.world import World
from django_journey._trace.failures.lead_up import lead_up
from django_journey._trace.failures.pitfalls import note_pitfalls
from django_journey._trace.failures.tracebacks import hide_frames
from django_journey._trace.hooks.recent_requests import RecentRequests
from django_journey._trace.hooks.template_contexts import ContextStore
from django_journey._trace.record import recorder
from django_journey._trace.secrets.redactor import Redactor
from django_journey._world.clock import Clock
from django_journey._world.files.storages import Files
from django_journey._world.mail import Mailbox
from django_journey._world.network.guard import Network
from django_journey._world.server.in_flight import number_of_request
from django_journey._world.services import Service, Services
from django_journey._world.tasks import Tasks
from django_journey.errors import ConfigurationError, Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._pages.page import Page
    from django_journey._world.database.transactions import SharedTransactions

__all__ = ["Journey"]


class Journey:
    """One story: several requests by one or more actors, with the world around the site.

    Use it as a context manager; the pytest fixture ``journey`` and ``JourneyTestCase.journey`` are already open.

    Args:
        options: The settings of this journey; those of the project if not given.
        databases: The aliases of the databases that the story may use, or ``"__all__"``.
        database: The shared transactions in a tuple of one, if the runner has opened them already.
        services: Outside services, in addition to those of ``JOURNEY["outside"]``.
        cassettes: The folder with the recordings of outside services for this test.
        test: The test's name.

    Raises:
        ConfigurationError: The story may not run against that site, or a setting is invalid.
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        databases: Iterable[str] | str = ("default",),
        database: tuple[SharedTransactions | None] | None = None,
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
        #: Gives the terminal to a prompt; a runner that captures it sets another one.
        self.terminal: Callable[[], AbstractContextManager[None]] = nullcontext
        self._closing = ExitStack()
        self._pages: PageProvider | None = None
        self._actors: list[Actor] = []
        #: The checkpoints that it has reached, with what their functions returned.
        self.reached: dict[Any, Any] = {}
        #: Brings it to where it begins, right after it was opened.
        self.start: Callable[[Journey], None] | None = None
        self._error: BaseException | None = None
        self._given = ContextStore(number_of_request)
        self._recent = RecentRequests(self._given)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            if self._world is not None:
                self._world.open(opening)
                opening.enter_context(self._recent)
            self._pages = open_pages(self.options, self._world, opening, self._given)
            if self.start is not None:
                self.start(self)
            self._closing = opening.pop_all()
        scope = recorder.current()
        if scope is not None:
            scope.story = True
            scope.driver = self._pages.name
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pages = None
        error = error or self._error
        self._closing.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)

    def failed(self, error: BaseException) -> None:
        """Report that the story failed; runners call it, since a fixture or clean-up does not learn of the failure.

        Args:
            error: The failure. Notes are added: the last responses, other errors during the story, and the seed of
                its generated data. Frames of this library are removed from its traceback.
        """
        self._error = error
        scope = recorder.current()
        if scope is not None and scope.recorder.secrets is not None:
            with suppress(Exception):  # objects in the frames may raise anything when they are read
                note_pitfalls(error, scope, scope.recorder.secrets)
        secrets = scope.recorder.secrets if scope is not None else None
        # Only a trace knows the secret values that were filled in.
        clean = (secrets or Redactor(self.options.secrets)).clean
        responses = [clean(line) for line in lead_up(self._recent.events())]  # before frames are removed
        if not self.options.full_trace:
            hide_frames(error)
        if self._world is not None and not isinstance(error, unittest.SkipTest):
            if responses:
                error.add_note("\n".join(["What led there, the last response last:", *responses]))
            for trouble in self._world.swallowed(error):
                error.add_note(f"During the story: {trouble}")
            seed = self._world.seed
            error.add_note(f"To reproduce the fake data: --journey-seed={seed} (or JOURNEY_SEED={seed})")

    @property
    def actors(self) -> tuple[Actor, ...]:
        """All actors of this journey, in the order in which they were added."""
        return tuple(self._actors)

    def actor(self, user: AuthUser, name: str = "") -> Actor:
        """Add an actor who is signed in as a user, through a new session.

        Args:
            user: A saved user of the project's user model.
            name: Their name in the report; by default their user name.

        Raises:
            StoryError: The user is not saved, inactive, or unknown to all authentication backends; or the site
                runs in another process, where no session can be made.
        """
        self._here("journey.actor(user)", 'journey.visitor(), then visitor.login("name", "password")')
        actor = self._add(name or name_of(checked_user(user, "journey.actor(user)")), user)
        actor.sign_in(user)
        return actor

    def visitor(self, name: str = "") -> Actor:
        """Add an actor who is not signed in.

        Args:
            name: Their name in the report; by default ``visitor``, ``visitor 2``, ….
        """
        if not isinstance(name, str):
            raise StoryError(
                Explanation(
                    f"journey.visitor(name) takes a name for the report, not {name!r}",
                    where="the argument name",
                    instead="journey.actor(user) for a user; journey.visitor() for a visitor who is not signed in",
                )
            )
        return self._add(name or "visitor", None)

    def pause(self) -> None:
        """Stop here, and open a prompt with the actors, the page's outline and what can be done there.

        What was typed is shown afterwards, as lines to paste. In a browser with a window, Playwright's inspector is
        opened instead.

        Raises:
            StoryError: The run has no terminal.
        """
        from django_journey._story.pause import pause

        self._open_provider  # noqa: B018 - raises an error if the journey is not open
        pause(self, "journey.pause()")

    def explore(self, **bounds: Any) -> Any:
        """Walk through the site from the state that this story has reached, as its actors, and undo the walk.

        Args:
            bounds: The arguments of ``django_journey.explore.explore``: ``seconds``, ``requests``, ``seed``, ….

        Returns:
            What came of it: ``findings``, ``requests``, ``reached``.

        Raises:
            AssertionError: Something was found that ``journey-explore.toml`` does not accept.
        """
        return import_module("django_journey.explore").explore(self, **bounds)  # a walk stands above stories

    def mailbox(self, address: str | None = None) -> Mailbox:
        """Return the mailbox of an address; without one, of all addresses."""
        self._here("journey.mailbox()")
        return Mailbox(address)

    @property
    def live_url(self) -> str:
        """The URL of the live server of this story, for Selenium, requests or any browser.

        The server is started when this is first read, and works in the story's own transaction.
        """
        pages = self._open_provider  # raises an error if the journey is not open
        if self._world is None:
            return pages.base_url
        return self._world.serve(self._closing).url

    def drives(self, browser: str) -> None:
        """Note in the report that another browser, such as one of Selenium's, visits ``live_url``.

        Args:
            browser: Its name, e.g. ``Chromium through Selenium``.
        """
        recorder.note("browser", f"{browser} visits the site")

    @property
    def tasks(self) -> Tasks:
        """The background tasks that were enqueued, and the worker that runs them."""
        return self._here("journey.tasks").tasks

    @property
    def clock(self) -> Clock:
        """The clock of the site."""
        return self._here("journey.clock").clock

    @property
    def files(self) -> Files:
        """The file storages of this journey."""
        return self._here("journey.files").files

    @property
    def network(self) -> Network:
        """The connections of this process, and which of them are allowed."""
        return self._here("journey.network").network

    @property
    def services(self) -> Services:
        """The outside services: ``journey.services[Payments]``."""
        return self._here("journey.services").services

    @property
    def _open_provider(self) -> PageProvider:
        if self._pages is None:
            raise StoryError(
                Explanation(
                    "this journey is not open",
                    instead="with Journey() as journey: …\nor use the fixture `journey`, or JourneyTestCase",
                )
            )
        return self._pages

    def _here(self, what: str, instead: str = "") -> World:
        """Return the world around the site, which must run in this process."""
        self._open_provider  # noqa: B018 - raises an error if the journey is not open
        if self._world is None:
            raise StoryError(
                Explanation(
                    f"{what} needs the site in this process, and this journey visits {self.options.base_url}",
                    where=f"--journey-base-url={self.options.base_url}",
                    instead=instead or "leave this story out of runs against a deployed site",
                )
            )
        return self._world

    def _pause_page(self, page: Page) -> None:
        """Carry out ``page.pause()``: without a terminal it goes on, as in a headless browser."""
        from django_journey._story.pause import pause

        try:
            pause(self, "page.pause()", page)
        except StoryError as error:
            warnings.warn(str(error), stacklevel=4)

    def _add(self, name: str, user: AuthUser | None) -> Actor:
        names = {actor.name for actor in self._actors}
        unique, number = name, 1
        while unique in names:
            number += 1
            unique = f"{name} {number}"
        actor = Actor(self._open_provider, unique, user)
        actor.on_pause = self._pause_page
        self._actors.append(actor)
        return actor


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
