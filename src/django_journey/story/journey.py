"""Opens a story's world, lets its actors in, and closes everything in reverse."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from django_journey.errors import Explanation, StoryError
from django_journey.story.actor import Actor
from django_journey.story.options import Options
from django_journey.story.stage import Stage, open_stage
from django_journey.trace import recorder
from django_journey.world.mail import Mailbox

__all__ = ["Journey"]


class Journey:
    """One story over several requests, by one or more actors, with its world.

    Args:
        options: The settings of this journey; the project's own where none are given.

    Use it as a context manager; the pytest fixture ``journey`` and ``JourneyTestCase.journey`` are open ones.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options if options is not None else Options.load()
        self._closing = ExitStack()
        self._stage: Stage | None = None
        self._actors: list[Actor] = []

    def __enter__(self) -> Self:
        self._stage = open_stage(self.options)
        self._closing.callback(self._stage.close)
        scope = recorder.current()
        if scope is not None:
            scope.story = True
            scope.driver = self._stage.name
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stage = None
        self._closing.close()

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, in the order of their entrance."""
        return tuple(self._actors)

    @property
    def live_url(self) -> str:
        """The origin under which the site answers in this journey."""
        return self._open_stage.base_url

    def actor(self, user: Any, name: str = "") -> Actor:
        """Let a user in, signed in at once through a session of their own.

        Args:
            user: A saved user of the project's user model.
            name: What the report calls them; their user name where it is empty.

        Raises:
            StoryError: The user is not saved, inactive, or known to no authentication backend.
        """
        entrant = self._enter(name or str(user.get_username()), user)
        entrant.sign_in(user)
        return entrant

    def visitor(self, name: str = "") -> Actor:
        """Let somebody in whom the site does not know yet.

        Args:
            name: What the report calls them; ``visitor``, ``visitor 2``, … where it is empty.
        """
        return self._enter(name or "visitor", None)

    def mailbox(self, address: str | None = None) -> Mailbox:
        """Return the mail that arrived for an address; everybody's where none is given."""
        return Mailbox(address)

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

    def _enter(self, name: str, user: Any) -> Actor:
        taken = {actor.name for actor in self._actors}
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name} {number}"
        entrant = Actor(self._open_stage, unique, user)
        self._actors.append(entrant)
        return entrant
