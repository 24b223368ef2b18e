"""The checkpoints that this process stands at: each one within the one before, their databases' transactions open."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from django_journey._story.checkpoints.checkpoint import title_of
from django_journey._story.checkpoints.page_copies import NotCopied
from django_journey._story.checkpoints.state import ReachedState, own_outbox
from django_journey._story.journey import Journey
from django_journey._world.database.held import HeldTransactions

__all__ = ["Beginning", "Levels"]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A checkpoint on the way to a story.

    Args:
        function: The checkpoint.
        world: What its journey is opened with: two of another world are not shared.
        databases: The aliases that it may use, or ``"__all__"``.
        opened: Returns its journey, which is not open yet.
        reach: Calls the checkpoint with that journey.
    """

    function: Any
    world: Hashable
    databases: Iterable[str] | str
    opened: Callable[[], Journey] = field(compare=False)
    reach: Callable[[Journey], Any] = field(compare=False)


@dataclass(slots=True)
class _Level:
    beginning: Beginning
    held: HeldTransactions
    state: ReachedState


class Levels:
    """A way down a tree of checkpoints, as far as this process has gone it."""

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._failed: dict[tuple[Any, ...], tuple[BaseException, TracebackType | None]] = {}
        #: Why a checkpoint runs anew in each story, by the path to it.
        self._anew: dict[tuple[Any, ...], str] = {}

    @property
    def not_shared(self) -> dict[str, str]:
        """Why a checkpoint is not shared, by its title."""
        return {title_of(path[-1].function): reason for path, reason in self._anew.items()}

    @property
    def is_empty(self) -> bool:
        """Whether it stands at no checkpoint."""
        return not self._levels

    def go_to(self, path: Sequence[Beginning]) -> ReachedState | None:
        """Go to a checkpoint, running what was not run yet.

        Args:
            path: The checkpoints on the way, each of which goes on from the one before.

        Returns:
            Where a story goes on from: the last checkpoint that can be shared; ``None`` for the very beginning.

        Raises:
            BaseException: What a checkpoint has raised, now or for an earlier story.
        """
        here = 0
        while here < min(len(path), len(self._levels)):
            level = self._levels[here]
            if level.beginning != path[here] or not level.held.are_open:
                break
            here += 1
        self.leave(here)
        for number in range(here, len(path)):
            way = tuple(path[: number + 1])
            if way in self._failed:
                error, trace = self._failed[way]
                raise error.with_traceback(trace)
            if way in self._anew or not self._build(way):
                break
        return self._levels[-1].state if self._levels else None

    def leave(self, number: int = 0) -> None:
        """Go back until so many checkpoints are left, undoing what was done in the others."""
        while len(self._levels) > number:
            level = self._levels.pop()
            level.state.forget()
            _undo(level.held)

    def _build(self, way: tuple[Beginning, ...]) -> bool:
        """Run a checkpoint; return whether it can be shared."""
        beginning = way[-1]
        before = self._levels[-1].state if self._levels else None
        held = HeldTransactions(beginning.databases)
        try:
            with own_outbox(), self._opened(beginning, before) as journey:
                beginning.reach(journey)
                state = ReachedState(journey, beginning.function)
                world = journey._world
                if world is not None and world.database is not None:
                    world.database.kept = True
        except NotCopied as reason:
            _undo(held)
            self._anew[way] = str(reason)
            return False
        except (KeyboardInterrupt, SystemExit):
            _undo(held)
            raise
        except BaseException as error:
            _undo(held)
            self._failed[way] = error, error.__traceback__
            raise
        self._levels.append(_Level(beginning, held, state))
        return True

    @contextmanager
    def _opened(self, beginning: Beginning, before: ReachedState | None) -> Iterator[Journey]:
        journey = beginning.opened()
        if before is not None:
            before.lead(journey)
        with journey:
            try:
                yield journey
            except NotCopied:
                raise
            except BaseException as error:
                journey.failed(error)
                raise


def _undo(held: HeldTransactions) -> None:
    from django.apps import apps

    held.roll_back()
    if apps.is_installed("django.contrib.contenttypes"):
        from django.contrib.contenttypes.models import ContentType

        ContentType.objects.clear_cache()  # rows of it may be gone
