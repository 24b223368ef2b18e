"""The world around the site in one story: opened piece by piece, closed in reverse order."""

from __future__ import annotations

import atexit
import contextvars
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django_journey._story.setting_values import imported
from django_journey._story.settings import Options
from django_journey._world.caches import IsolatedCaches
from django_journey._world.clock import Clock
from django_journey._world.data import Seeded, new_seed
from django_journey._world.files.storages import Files
from django_journey._world.leaks import Leaks
from django_journey._world.network.guard import Network
from django_journey._world.network.rules import rules_of_settings
from django_journey._world.services import Service, Services
from django_journey._world.services.running import described
from django_journey._world.tasks import TaskAdapter, Tasks
from django_journey.errors import ConfigurationError, Explanation, NetworkBlocked

if TYPE_CHECKING:
    from django_journey._world.database.transactions import SharedTransactions
    from django_journey._world.server.live import Kind, LiveServer

__all__ = ["World"]


class World:
    """The world of one journey.

    Args:
        options: The journey's settings.
        databases: The aliases that the story may use, or ``"__all__"``.
        database: The shared transactions in a tuple of one, if the runner has opened them already.
        services: Outside services, in addition to those of the settings.
        cassettes: The folder with the recordings for this test.
        test: The test's name.
    """

    random: Seeded
    clock: Clock
    caches: IsolatedCaches
    tasks: Tasks
    files: Files
    network: Network
    services: Services
    database: SharedTransactions | None

    def __init__(
        self,
        options: Options,
        *,
        databases: Iterable[str] | str = (),
        database: tuple[SharedTransactions | None] | None = None,
        services: Iterable[type[Service]] = (),
        cassettes: Path | None = None,
        test: str = "",
    ) -> None:
        self._options = options
        self._databases = databases if isinstance(databases, str) else tuple(databases)
        self._opened = database
        self.seed = options.seed if options.seed is not None else new_seed()
        self._services = tuple(services)
        self._cassettes = cassettes
        self._test = test
        self._server: LiveServer | None = None
        #: Names the places of its files and caches: a story that begins at a checkpoint has those of its beginning.
        self.name = uuid4().hex[:12]

    def open(self, closing: ExitStack) -> None:
        """Open every piece; the stack closes them in reverse."""
        from django.conf import settings

        options = self._options
        closing.enter_context(
            Leaks(options.leftovers, unread_mail=options.unread_mail, ignore=[options.folder])
        )
        self.random = closing.enter_context(Seeded(self.seed, self._test))
        self.clock = closing.enter_context(Clock())
        self.caches = closing.enter_context(IsolatedCaches(self.name))
        self.files = closing.enter_context(Files(name=self.name))
        self.network = closing.enter_context(
            Network(
                allow=options.allow_network,
                rules=rules_of_settings(settings),
                guard=options.network == "guard",
            )
        )
        self.services = closing.enter_context(
            Services(
                dict.fromkeys((*_declared(options.outside), *self._services)),
                network=self.network,
                mode=options.services,
                live=options.live,
                cassettes=self._cassettes,
            )
        )
        self.database = self._open_database(closing)
        real = options.tasks == "real"
        self.tasks = closing.enter_context(
            Tasks(
                () if real else [*_adapters(), *_named_adapters(options.task_adapters)],
                mode="immediate" if options.tasks == "immediate" else "explicit",
                timeout=options.task_timeout,
            )
        )

    def swallowed(self, error: BaseException) -> list[str]:
        """Describe the errors around the site that did not reach the story, which failed with another error.

        One of them may be the cause of that error.
        """
        chain = list(_chain(error))
        calls = [problem for problem in self.services.problems if problem not in chain]
        refused = [] if any(isinstance(link, NetworkBlocked) for link in chain) else self.network.blocked
        failed = [ran for ran in self.tasks.untold if ran.error not in chain]
        return list(
            dict.fromkeys(
                [
                    *(described(problem).strip() for problem in calls),
                    *(f"a connection to {entry.target} was refused to {entry.place}" for entry in refused),
                    *(
                        f"the task {ran.task} failed: {type(ran.error).__name__}: {ran.error}"
                        for ran in failed
                    ),
                ]
            )
        )

    @property
    def is_served(self) -> bool:
        """Whether the live server was asked for."""
        return self._server is not None

    def serve(self, closing: ExitStack) -> LiveServer:
        """Return the live server, which serves this story from the first call on."""
        if self._server is None:
            server = _live_server(self._options.server, os.getpid())
            closing.enter_context(
                server.serving(
                    self.database, contextvars.copy_context(), patience=self._options.drain_timeout
                )
            )
            self._server = server
        return self._server

    def _open_database(self, closing: ExitStack) -> SharedTransactions | None:
        if self._opened is not None:
            return self._opened[0]
        if not self._databases:
            return None
        if self._options.committed:
            from django_journey._world.database.cleanup import committed_transactions

            return closing.enter_context(
                committed_transactions(self._databases, timeout=self._options.lock_timeout)
            )
        from django_journey._world.database.transactions import shared_transactions

        return closing.enter_context(shared_transactions(self._databases, timeout=self._options.lock_timeout))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, its cause, the cause of that, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@cache
def _live_server(kind: Kind, _process: int) -> LiveServer:
    """Return the one live server of this process; stories use it one after the other."""
    from django_journey._world.server.live import LiveServer

    server = LiveServer(kind)
    server.start()
    atexit.register(server.stop)
    return server


def _adapters() -> list[TaskAdapter]:
    """Return an adapter for each task framework that is installed."""
    from django_journey._world.tasks.celery import CeleryAdapter, is_installed
    from django_journey._world.tasks.framework import FrameworkAdapter, installed

    found: list[TaskAdapter] = [FrameworkAdapter(package) for package in installed()]
    if is_installed():
        found.append(CeleryAdapter())
    return found


def _named_adapters(paths: Iterable[str]) -> list[TaskAdapter]:
    """Create the adapters that the settings name."""
    made = []
    for path in paths:
        adapter = imported(path, "the task adapter", "task_adapters", "shop.queue.QueueAdapter")
        if not (isinstance(adapter, type) and callable(getattr(adapter, "catching", None))):
            raise ConfigurationError(
                Explanation(
                    f"{path!r} is no class with a method `catching`",
                    where='JOURNEY["task_adapters"]',
                    instead="a class like django_journey.types.TaskAdapter",
                )
            )
        made.append(adapter())
    return made


def _declared(paths: Iterable[str]) -> list[type[Service]]:
    """Import the services that the settings name."""
    found = []
    for path in paths:
        service = imported(path, "the service", "outside", "shop.payments.Payments")
        if not (isinstance(service, type) and issubclass(service, Service)):
            raise ConfigurationError(
                Explanation(
                    f"{path!r} is no Service",
                    where='JOURNEY["outside"]',
                    instead="class Payments(django_journey.Service): …",
                )
            )
        found.append(service)
    return found
