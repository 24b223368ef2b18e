"""Opens what surrounds the site in a story, one piece within the other, and closes it in reverse."""

from __future__ import annotations

import atexit
import contextvars
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey.errors import ConfigurationError, Explanation, NetworkBlocked
from django_journey.story.options import Options
from django_journey.world.caches import IsolatedCaches
from django_journey.world.clock import Clock
from django_journey.world.data import Seeded, new_seed
from django_journey.world.files import Files
from django_journey.world.leftovers import Leftovers
from django_journey.world.network import Network
from django_journey.world.network_rules import rules_of_settings
from django_journey.world.services import Service, Services
from django_journey.world.services.running import described
from django_journey.world.tasks import Adapter, Tasks

if TYPE_CHECKING:
    from django_journey.world.database import SharedTransactions
    from django_journey.world.server import LiveServer

__all__ = ["World"]


class World:
    """The world of one journey.

    Args:
        options: The journey's settings.
        databases: The aliases that the story may use, or ``"__all__"``.
        database: What was opened for it already, in a tuple of one.
        services: The outside services that this story has, besides those of the settings.
        cassettes: The folder of this test's recordings.
        test: The test's name.
    """

    clock: Clock
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
        database: tuple[Any] | None = None,
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

    def open(self, closing: ExitStack) -> None:
        """Open every piece; the stack closes them in reverse."""
        from django.conf import settings

        options = self._options
        closing.enter_context(
            Leftovers(options.leftovers, unread_mail=options.unread_mail, apart=[options.folder])
        )
        closing.enter_context(Seeded(self.seed, self._test))
        self.clock = closing.enter_context(Clock())
        closing.enter_context(IsolatedCaches())
        self.files = closing.enter_context(Files())
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
        """Return what went wrong around the site and did not reach the story, which failed with this error.

        An error of its own closes the world without a word about these, though one of them may be its cause.
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

    def serve(self, closing: ExitStack) -> LiveServer:
        """Let the live server answer for this story, from the first call on."""
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
            shared: SharedTransactions | None = self._opened[0]
            return shared
        if not self._databases:
            return None
        if self._options.committed:
            from django_journey.world.committed import committed_transactions

            return closing.enter_context(
                committed_transactions(self._databases, timeout=self._options.lock_timeout)
            )
        from django_journey.world.database import shared_transactions

        return closing.enter_context(shared_transactions(self._databases, timeout=self._options.lock_timeout))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Go from an error to what caused it, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@cache
def _live_server(kind: Any, _process: int) -> LiveServer:
    """Return this process's live server; one story uses it after the other."""
    from django_journey.world.server import LiveServer

    server = LiveServer(kind)
    server.start()
    atexit.register(server.stop)
    return server


def _adapters() -> list[Adapter]:
    """Return an adapter for each task framework that this project has."""
    from django_journey.world.tasks.celery import CeleryAdapter, is_installed
    from django_journey.world.tasks.framework import FrameworkAdapter, installed

    found: list[Adapter] = [FrameworkAdapter(package) for package in installed()]
    if is_installed():
        found.append(CeleryAdapter())
    return found


def _named_adapters(paths: Iterable[str]) -> list[Adapter]:
    """Make the adapters that the settings name."""
    made = []
    for path in paths:
        adapter = _imported(path, "the task adapter", "task_adapters", "shop.queue.QueueAdapter")
        if not (isinstance(adapter, type) and callable(getattr(adapter, "catching", None))):
            raise ConfigurationError(
                Explanation(
                    f"{path!r} is no class with a method `catching`",
                    where='JOURNEY["task_adapters"]',
                    instead="a class as django_journey.world.tasks.Adapter describes it",
                )
            )
        made.append(adapter())
    return made


def _declared(paths: Iterable[str]) -> list[type[Service]]:
    """Import the services that the settings name."""
    found = []
    for path in paths:
        service = _imported(path, "the service", "outside", "shop.payments.Payments")
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


def _imported(path: str, what: str, setting: str, example: str) -> Any:
    from django.utils.module_loading import import_string

    try:
        return import_string(path)
    except ImportError as error:
        raise ConfigurationError(
            Explanation(
                f"{what} {path!r} can't be imported: {error}",
                where=f'JOURNEY["{setting}"]',
                instead=f'the dotted path of a class: "{example}"',
            )
        ) from error
