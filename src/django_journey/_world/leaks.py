"""Finds what a journey leaves behind: threads, files, variables, settings, language, time zone, unread mail."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from django_journey._adapters.django import DELETED_SETTINGS, LAZY_VALUE
from django_journey._trace.record import recorder
from django_journey._world.files.created_files import CreatedFiles
from django_journey._world.mail import arrived
from django_journey.errors import Explanation, WorldError

__all__ = ["LeakWarning", "Leaks"]

# Names of threads that libraries keep for the whole process.
_POOLS = ("journey", "ThreadPoolExecutor", "asyncio", "MainThread", "pydevd", "execnet", "Dummy-")
# Environment variables that test runners set while a test runs.
_RUNNERS_OWN = frozenset({"PYTEST_CURRENT_TEST", "COLUMNS", "LINES"})
_ABSENT = "(not set)"
# How long new threads may take to end, in seconds of real time.
_ENDING_SECONDS = 0.5


class LeakWarning(UserWarning):
    """A journey left something behind."""


class Leaks:
    """Compares the process before and after a journey.

    Args:
        mode: ``ignore``, ``warn`` (a ``LeakWarning``) or ``error`` (a ``WorldError``).
        unread_mail: Whether mail that the story has not read counts.
        ignore: Folders whose files do not count (the report's).
    """

    def __init__(
        self,
        mode: Literal["ignore", "warn", "error"] = "warn",
        *,
        unread_mail: bool = False,
        ignore: Iterable[Path] = (),
    ) -> None:
        self._mode = mode
        self._files = CreatedFiles(*ignore)
        self._unread_mail = unread_mail
        self._before: dict[str, Any] = {}
        self._mails_before = 0

    def __enter__(self) -> Self:
        if self._mode != "ignore":
            self._before = {name: take() for name, take in _SNAPSHOTS.items()}
            self._mails_before = len(arrived())
            self._files.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mode == "ignore":
            return
        self._files.stop()
        found = self.found()
        for line in found:
            recorder.note("leak", line)
        # Where the story itself has failed, its own error matters more.
        if found and error is None:
            self._report(found)

    def found(self) -> list[str]:
        """Return a line for each difference from the beginning."""
        lines = [
            line
            for name, take in _SNAPSHOTS.items()
            for line in _COMPARISONS[name](self._before[name], take())
        ]
        lines += [f"the file {path} was written" for path in self._files.left()]
        if self._unread_mail:
            lines += [
                f"the mail {mail.subject!r} to {', '.join(mail.recipients)} was never read"
                for mail in arrived()[self._mails_before :]
                if not mail.was_read
            ]
        return lines

    def _report(self, found: list[str]) -> None:
        explanation = Explanation(
            f"the journey left {len(found)} thing{'s' if len(found) > 1 else ''} behind",
            nearest=tuple(found),
            instead='tidy up in the story, or JOURNEY = {"leftovers": "ignore"} if it is meant',
        )
        if self._mode == "error":
            raise WorldError(explanation)
        warnings.warn(str(explanation), LeakWarning, stacklevel=3)


def _threads() -> set[threading.Thread]:
    mine = threading.current_thread()
    return {
        thread
        for thread in threading.enumerate()
        if thread is not mine and not thread.name.startswith(_POOLS)
    }


def _environment() -> dict[Any, Any]:
    return dict(
        getattr(os.environ, "_data", os.environ)
    )  # as the system has them: each read would decode them


def _settings() -> dict[str, Any]:
    from django.conf import settings

    layers = []
    holder = settings.__dict__.get(LAZY_VALUE)
    while holder is not None:  # an override is a layer above the project's settings
        layers.append(vars(holder))
        holder = layers[-1].get("default_settings")
    found: dict[str, Any] = {}
    for layer in reversed(layers):
        found.update(layer)
        for name in layer.get(DELETED_SETTINGS, ()):
            found.pop(name, None)
    return found


def _language() -> str:
    from django.utils import translation

    return str(translation.get_language())


def _time_zone() -> str:
    from django.utils import timezone

    return timezone.get_current_timezone_name()


def _folder() -> str:
    return str(Path.cwd())


def _new_threads(before: set[threading.Thread], after: set[threading.Thread]) -> Iterator[str]:
    # A thread that is about to end is no leak: asgiref shuts down a response's thread pool in a thread.
    until = time.monotonic() + _ENDING_SECONDS
    for thread in after - before:
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            yield f"the thread {thread.name!r} still runs"


def _changed_values(kind: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[str]]:
    def compare(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
        changed = [
            os.fsdecode(name)
            for name in {*before, *after}
            if (old := before.get(name, _ABSENT)) is not (new := after.get(name, _ABSENT)) and old != new
        ]
        for name in sorted(changed):
            if name.isupper() if kind == "setting" else name not in _RUNNERS_OWN:
                yield f"the {kind} {name} was changed"

    return compare


def _changed(what: str) -> Callable[[str, str], Iterator[str]]:
    def compare(before: str, after: str) -> Iterator[str]:
        if before != after:
            yield f"{what} is now {after}, and was {before}"

    return compare


_SNAPSHOTS: dict[str, Callable[[], Any]] = {
    "threads": _threads,
    "environment": _environment,
    "settings": _settings,
    "language": _language,
    "time zone": _time_zone,
    "folder": _folder,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Iterator[str]]] = {
    "threads": _new_threads,
    "environment": _changed_values("environment variable"),
    "settings": _changed_values("setting"),
    "language": _changed("the language"),
    "time zone": _changed("the time zone"),
    "folder": _changed("the working folder"),
}
