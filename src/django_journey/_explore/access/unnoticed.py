"""Lets the site answer requests of which a running test notices nothing: whatever they do is undone or kept back."""

from __future__ import annotations

import functools
import logging
import random
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django_journey._adapters.django import content_types, locmem_stores, within_test
from django_journey._adapters.unittest import MOCK_CALLED, check_mocks
from django_journey._trace.hooks.active_request import active_request
from django_journey._trace.hooks.recent_requests import current_recent
from django_journey._trace.hooks.template_contexts import current_contexts
from django_journey._trace.record.recorder import Recorder, TestScope

__all__ = ["Outside", "rolled_back", "unnoticed"]


class Outside:
    """What the site asked for that can't be undone.

    Attributes:
        reached: Whether it asked for something: what it answered then says nothing.
    """

    def __init__(self) -> None:
        self.reached = False

    def refuse(self, *arguments: Any, **keywords: Any) -> Any:
        """Stand in place of a function that would be noticed."""
        self.reached = True
        raise ConnectionError("a replayed request reaches nothing outside the database")


class _Nowhere:
    """Takes the events of replayed requests, which are no part of a trace."""

    def write(self, event: Any) -> None:
        """Drop an event."""

    def store_page(self, page: Any) -> Any:
        """Store nothing."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what is written inside, on each database that is connected; hooks on commit don't run.

    Raises:
        DatabaseError: A transaction is broken already.
    """
    from django.db import connections, transaction

    with ExitStack() as stack:
        for connection in connections.all(initialized_only=True):
            if connection.connection is not None and not connection.needs_rollback:
                stack.enter_context(within_test(connection.alias))
                stack.callback(transaction.set_rollback, True, using=connection.alias)
        yield


@contextmanager
def unnoticed() -> Iterator[Outside]:
    """Keep from a test what the site does inside, in this thread: rows, mail, tasks, files, caches, calls of mocks.

    It is called in a copy of the test's context.

    Not undone are sequences of PostgreSQL and MariaDB, what the project keeps in variables of its own, and what
    functions of the test note that stand in for others.
    """
    outside = Outside()
    with ExitStack() as stack:
        for enter in (_queries, _memory, _signals, _files):
            stack.enter_context(enter())
        stack.enter_context(_nothing_outside(outside))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.callback(logging.disable, logging.root.manager.disable)
        logging.disable(logging.CRITICAL)
        kept: tuple[ContextVar[Any], ...] = (active_request, current_contexts, current_recent)
        for current in kept:  # it is the caller's copy of the context
            current.set(None)
        recorder = Recorder(_Nowhere())
        stack.enter_context(recorder.entered(TestScope(recorder, "")))
        stack.enter_context(rolled_back())
        yield outside


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    own = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


@contextmanager
def _instead(owner: Any, name: str, other: Callable[..., Any]) -> Iterator[None]:
    """Replace a method for this thread; others, such as a worker of the test, go on with it."""
    here = threading.get_ident()
    real = getattr(owner, name)

    @functools.wraps(real)
    def method(*arguments: Any, **keywords: Any) -> Any:
        return (other if threading.get_ident() == here else real)(*arguments, **keywords)

    with _replaced(owner, name, method):
        yield


@contextmanager
def _queries() -> Iterator[None]:
    """Keep queries from what counts or refuses those of the test."""
    from django.db import connections

    with ExitStack() as stack:
        for connection in connections.all(initialized_only=True):
            stack.enter_context(_replaced(connection, "queries_log", deque(maxlen=1)))
            stack.enter_context(_replaced(connection, "execute_wrappers", []))
        yield


@contextmanager
def _memory() -> Iterator[None]:
    """Put back what is kept in memory: caches, languages, time zones, random numbers."""
    from django.urls import get_urlconf, set_urlconf
    from django.utils import timezone, translation

    rows, sites = {}, {}
    if "django.contrib.contenttypes.models" in sys.modules:
        rows = content_types()
    if "django.contrib.sites.models" in sys.modules:
        sites = sys.modules["django.contrib.sites.models"].SITE_CACHE
    stores = [rows, sites, *locmem_stores()[:2]]
    kept = [{name: _copied(value) for name, value in store.items()} for store in stores]
    state, urlconf = random.getstate(), get_urlconf()
    try:
        with (
            translation.override(translation.get_language()),
            timezone.override(timezone.get_current_timezone()),
        ):
            yield
    finally:
        set_urlconf(urlconf)
        random.setstate(state)
        for store, before in zip(stores, kept, strict=True):
            for name in store.keys() - before.keys():
                del store[name]
            for name, value in before.items():
                if isinstance(value, dict) and name in store:
                    store[name].clear()
                    store[name].update(value)
                else:
                    store[name] = value


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, dict) else value


@contextmanager
def _signals() -> Iterator[None]:
    """Keep templates and errors from the test client, which would take them for those of its own request."""
    from django.core.signals import got_request_exception
    from django.test.signals import template_rendered

    with ExitStack() as stack:
        for signal in (got_request_exception, template_rendered):
            stack.enter_context(_replaced(signal, "receivers", []))
            stack.callback(signal.sender_receivers_cache.clear)
            signal.sender_receivers_cache.clear()
        yield


@contextmanager
def _files() -> Iterator[None]:
    """Delete the files that are stored, and put back those that are deleted."""
    from django.core.files.storage import FileSystemStorage, Storage

    saved: list[tuple[Any, str]] = []
    moved: list[tuple[Path, Path]] = []
    with TemporaryDirectory(prefix="journey-access-") as folder, ExitStack() as stack:

        def saving(real: Callable[..., str]) -> Callable[..., str]:
            def save(storage: Any, *arguments: Any, **keywords: Any) -> str:
                name = real(storage, *arguments, **keywords)
                saved.append((storage, name))
                return name

            return save

        def delete(storage: Any, name: str) -> None:
            if (
                isinstance(storage, FileSystemStorage)
                and name
                and (path := Path(storage.path(name))).is_file()
            ):
                moved.append((path, Path(folder, str(len(moved)))))
                path.rename(moved[-1][1])

        for kind in [kind for kind in _kinds(Storage) if "delete" in vars(kind)]:
            stack.enter_context(_instead(kind, "delete", delete))
        stack.enter_context(_instead(Storage, "save", saving(Storage.save)))
        try:
            yield
        finally:
            stack.close()
            for storage, name in saved:
                storage.delete(name)
            for path, kept in moved:
                kept.rename(path)


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    each: type
    for each in kind.__subclasses__():
        yield from _kinds(each)


#: What sends requests or tasks to the outside: the module, the class and the method.
_SENDERS = (
    ("http.client", "HTTPConnection", "putrequest"),
    ("urllib.request", "OpenerDirector", "open"),
    ("requests.sessions", "Session", "send"),
    ("httpx", "Client", "send"),
    ("httpx", "AsyncClient", "send"),
    ("smtplib", "SMTP", "connect"),
    ("subprocess", "Popen", "__init__"),
    ("threading", "Thread", "start"),
    ("django.tasks.base", "Task", "enqueue"),
    ("django_tasks.base", "Task", "enqueue"),
    ("celery.app.base", "Celery", "send_task"),
    ("celery.app.task", "Task", "apply_async"),
)


@contextmanager
def _nothing_outside(outside: Outside) -> Iterator[None]:
    """Refuse what would leave this process, drop mail, and let mocks forget that they were called."""
    from django.core.mail import EmailMessage
    from django.core.mail.backends.base import BaseEmailBackend

    def called(mock: Any, *arguments: Any, **keywords: Any) -> None:
        if hasattr(mock.side_effect, "__next__"):  # what it gives next is the test's
            outside.refuse()

    with ExitStack() as stack:
        stack.enter_context(_instead(EmailMessage, "send", lambda *arguments, **keywords: 1))
        for backend in _kinds(BaseEmailBackend):
            if "send_messages" in vars(backend):
                stack.enter_context(
                    _instead(backend, "send_messages", lambda backend, messages: len(messages))
                )
        stack.enter_context(_instead(check_mocks(), MOCK_CALLED, called))
        for module, name, method in _SENDERS:
            kind = getattr(sys.modules.get(module), name, None)
            if isinstance(kind, type):
                stack.enter_context(_instead(kind, method, outside.refuse))
        yield
