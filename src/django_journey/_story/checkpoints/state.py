"""What a journey has reached, apart from its databases: taken once, and given to each story that goes on from there."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django_journey._story.actor import Actor
from django_journey._story.checkpoints.checkpoint import title_of
from django_journey._story.checkpoints.page_copies import NotCopied, copied_context
from django_journey._story.journey import Journey
from django_journey._story.pages import BrowserlessPages
from django_journey._trace.record import recorder
from django_journey._world.services.service import answering_of
from django_journey.errors import Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._story.world import World

__all__ = ["ReachedState", "own_outbox"]


class ReachedState:
    """The state of an open journey; the journey may end afterwards.

    Args:
        journey: The journey.
        checkpoint: The checkpoint that it has reached.

    Raises:
        NotCopied: A part of it can't be copied exactly.
        StoryError: What the checkpoint returned can't be copied at all.
    """

    def __init__(self, journey: Journey, checkpoint: Any) -> None:
        self._title = title_of(checkpoint)
        scope = recorder.current()
        self._place = scope.test if scope is not None else ""
        world = self._world = _world(journey)
        if journey.options.driver == "inprocess" and world.is_served:
            raise NotCopied("a page of journey.live_url, in a browser that is not the journey's")
        self.name, self.seed = world.name, world.seed
        self._clock, self._random, self._tasks = (
            world.clock.state(),
            world.random.state(),
            world.tasks.state(),
        )
        self._blocked, self._services = list(world.network.blocked), _services_of(world)
        caches = world.caches.state()
        if caches is None:
            raise NotCopied("a cache whose keys can't be listed")
        self._caches = caches
        self._mail = list(_outbox())
        self._actors = journey._actors
        self._contexts = [
            (actor, copied_context(actor._context) if actor._context is not None else None)
            for actor in self._actors
        ]
        self._journey, self._reached = journey, dict(journey.reached)
        self._check_value(journey)
        self._files: Path | None = None
        if world.files.folder.exists():
            self._files = Path(tempfile.mkdtemp(prefix="journey-checkpoint-"))
            shutil.copytree(world.files.folder, self._files, dirs_exist_ok=True)

    def forget(self) -> None:
        """Delete the stored files."""
        if self._files is not None:
            shutil.rmtree(self._files, ignore_errors=True)

    def lead(self, journey: Journey) -> Journey:
        """Let a journey that is not open yet begin where this one was; return it."""
        world = _world(journey)
        world.name, world.seed = self.name, self.seed
        journey.start = self._restore
        return journey

    def _restore(self, journey: Journey) -> None:
        place = f"{self._title}, reached in {self._place}" if self._place else self._title
        with recorder.step("start from", place):
            world = _world(journey)
            if self._files is not None:
                shutil.copytree(self._files, world.files.folder, dirs_exist_ok=True)
            world.caches.set_state(self._caches)
            world.clock.set_state(self._clock)
            world.network.blocked.extend(self._blocked)
            memo = self._memo(journey)
            mail = [copy.copy(message) for message in self._mail]
            memo.update((id(old), new) for old, new in zip(self._mail, mail, strict=True))
            _outbox().extend(mail)
            world.tasks.set_state(
                cast(Any, tuple([_copied_task(task, memo) for task in part] for part in self._tasks))
            )
            for service in world.services:
                state, faults = self._services[type(service)]
                vars(service).update(copy.deepcopy(state, memo))
                answering_of(service)._faults.extend(copy.deepcopy(faults))
            for actor in journey._actors:
                actor.user = copy.deepcopy(actor.user, memo)
            journey.reached.update(copy.deepcopy(self._reached, memo))
            world.random.set_state(self._random)

    def _memo(self, journey: Journey) -> dict[int, Any]:
        """Add the actors; return what stands in the new journey for the objects of the old one, by their ``id``."""
        memo: dict[int, Any] = {id(self._journey): journey}
        old, new = self._world, _world(journey)
        for name in ("clock", "tasks", "files", "network", "services"):
            memo[id(getattr(old, name))] = getattr(new, name)
        for service in old.services:
            memo[id(service)] = new.services[type(service)]
        for actor, copied in self._contexts:
            twin = memo[id(actor)] = Actor(journey._open_provider, actor.name, actor.user)
            twin.on_pause = journey._pause_page
            twin._cookies = copy.deepcopy(actor._cookies)
            journey._actors.append(twin)
            if copied is not None:
                master, ids = copied
                pages = cast(BrowserlessPages, journey._open_provider)
                context, again = copied_context(master, pages.driver)
                pages.adopt(context)
                context.on_pause = twin.on_pause
                memo.update((old_id, again[id(between)]) for old_id, between in ids.items())
                twin._context = context
                twin._page = memo.get(id(actor._page))
        return memo

    def _check_value(self, journey: Journey) -> None:
        """Copy once what the checkpoint returned."""
        known = [self._journey, *self._actors, *self._mail, *self._world.services]
        known += [self._world.clock, self._world.tasks, self._world.files, self._world.network]
        known += [page for actor in self._actors if actor._context for page in actor._context.pages]
        known += [actor._context for actor in self._actors if actor._context]
        known += [task for part in self._tasks for task in part]
        try:
            copy.deepcopy(self._reached, {id(each): each for each in [*known, self._world.services]})
        except Exception as error:
            raise StoryError(
                Explanation(
                    f"what a checkpoint returns is copied for each story, and this can't be: {error}",
                    where=self._title,
                    instead="return actors, saved models, plain values, or a list, tuple or dictionary of those",
                )
            ) from None


@contextmanager
def own_outbox() -> Iterator[None]:
    """Begin with an empty outbox, and put the old one back afterwards."""
    outbox = _outbox()
    before, outbox[:] = list(outbox), []
    try:
        yield
    finally:
        _outbox()[:] = before


def _world(journey: Journey) -> World:
    assert journey._world is not None  # there are no checkpoints of deployed sites
    return journey._world


def _outbox() -> list[Any]:
    from django.core import mail

    if not hasattr(mail, "outbox"):
        mail.outbox = []
    return mail.outbox


def _services_of(world: World) -> dict[type, tuple[dict[str, Any], list[Any]]]:
    """Return the state of each fake, and what is to go wrong with its next calls."""
    found = {}
    for service in world.services:
        if any(call.mode != "fake" for call in service.calls):
            raise NotCopied(f"calls of {service.name}, which is no fake")
        state = {name: value for name, value in vars(service).items() if name != "_journey_answering"}
        try:
            found[type(service)] = copy.deepcopy((state, answering_of(service)._faults))
        except Exception as error:
            raise NotCopied(f"the state of {service.name} ({error})") from error
    if world.services.problems:
        raise NotCopied("a failed call of an outside service")
    return found


def _copied_task(task: Any, memo: dict[int, Any]) -> Any:
    """Copy a task that waits, with the result on which it will write what came of it."""
    run = getattr(task, "run", None)
    if not isinstance(run, partial):
        return task
    twin = copy.copy(task)
    again = partial(run.func, *(copy.deepcopy(each, memo) for each in run.args))
    object.__setattr__(twin, "run", again)
    memo[id(task)] = twin
    return twin
