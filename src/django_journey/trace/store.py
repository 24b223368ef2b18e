"""The trace on disk: one file of JSON lines for each process, each event written at once; pages stored once.

``<folder>/trace/`` holds ``trace-<run>-<process>[-<worker>].jsonl``, and the pages and pictures that events
refer to by key in ``pages/`` and ``pictures/``. A file is only ever appended to (but for a secret that
became known too late, see ``Store.scrub``), so that a killed process keeps everything that had happened.
"""

from __future__ import annotations

import json
import multiprocessing.util
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django_journey.errors import ConfigurationError, Explanation
from django_journey.trace.events import SCHEMA, Event, Look, RequestServed, RunFinished, RunStarted, from_json
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.kept_pages import KeptPages, make_folder
from django_journey.trace.lines import encode, encode_facts, scrubbed
from django_journey.trace.place import HERE
from django_journey.trace.real import real
from django_journey.trace.recorder import Page
from django_journey.trace.redact import Redactor

__all__ = ["Reading", "Store", "check", "clear", "read", "trace_folder"]

_PYTHON = platform.python_version()


def trace_folder(folder: Path) -> Path:
    """Return where the trace lies within a report's folder."""
    return Path(folder) / "trace"


class Store:
    """Where one process keeps its events; a forked child goes on in a file of its own.

    Nothing but the first file's opening raises: an event that can't be written is dropped and counted.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        run: The run's name, the same in all its processes.
        redactor: Takes the secrets out of whatever is written.
        worker: What the runner calls this process (``gw0``), if it does.
        runner: Which runner it is: ``pytest``, ``unittest``, ….
        django: Django's version.

    Raises:
        OSError: The folder can't be written to.
    """

    def __init__(
        self,
        folder: Path,
        run: str,
        *,
        redactor: Redactor,
        worker: str = "",
        runner: str = "",
        django: str = "",
    ) -> None:
        self.folder = Path(HERE, trace_folder(folder))
        self.run = run
        self.losses = Losses()
        self._redactor = redactor
        self._worker, self._runner, self._django = worker, runner, django
        self._command = tuple(sys.argv)
        self._on_fork: list[Callable[[], None]] = []
        self._closed = False
        make_folder(str(self.folder))
        self._start()
        redactor.on_hide(self.scrub)

    @property
    def path(self) -> Path:
        """The file of this process."""
        return Path(self._path)

    def on_fork(self, callback: Callable[[], None]) -> None:
        """Call back in each forked child that begins to write."""
        self._on_fork.append(callback)

    @harmless
    def write(self, event: Event) -> None:
        """Keep one event at once; after ``close`` nothing is kept."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        self._append(encode(event, self._redactor))

    @harmless
    def write_request(self, facts: dict[str, Any]) -> None:
        """Keep the event of a request from those of its fields that have a value."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        filled = {name: value for name, value in facts.items() if value}
        self._append(encode_facts(RequestServed.kind, filled, self._redactor))

    def keep(self, page: Page) -> Look:
        """Store a page and a picture, each once, and return what an event says of them."""
        html = self._keep_html(page.html) if page.html else ""
        picture = self._keep_once("pictures", "png", page.picture) if page.picture else ""
        return Look(url=page.url, title=page.title, page=html or "", screenshot=picture or "")

    @harmless
    def mark(self) -> None:
        """Remember this place: a secret that becomes known later is scrubbed from here on."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        with self._lock:
            if not self._closed:
                self._marked = self._size()
                self._pages.settle()

    @harmless
    def scrub(self, spellings: tuple[str, ...]) -> None:
        """Mask in place what was written since ``mark`` and is known to be a secret only now."""
        if self._closed or real.getpid() != self.process:
            return
        self._pages.learn(spellings)
        with self._lock:
            try:
                self._scrub_file(spellings)
            except OSError:  # what can't be cleaned is not added to
                self._closed = True
                raise

    @harmless
    def close(self) -> None:
        """Write the end of this process's file; whatever comes later is not kept."""
        if self._closed or real.getpid() != self.process:
            return
        self._marked = 0
        known = self._redactor.recall()
        self.scrub(known)
        self._clean_pages(known)
        self.write(
            RunFinished(
                at=real.now(),
                seconds=real.perf_counter() - self._began,
                dropped=self.losses.count,
                reason=self.losses.first,
            )
        )
        with self._lock:
            self._closed = True
            if self._is_ours():
                real.close(self._file)

    def _start(self) -> None:
        self.process = real.getpid()
        worker = f"-{self._worker}" if self._worker else ""
        self._path = f"{self.folder}{os.sep}trace-{self.run}-{self.process}{worker}.jsonl"
        self._lock = real.lock()
        self._began = real.perf_counter()
        self._closed = False
        self._marked = 0
        self._pages = KeptPages(str(self.folder))
        self._open()
        started = RunStarted(
            at=real.now(),
            run=self.run,
            process=self.process,
            worker=self._worker,
            runner=self._runner,
            python=_PYTHON,
            django=self._django,
            command=self._command,
        )
        self._append(encode(started, self._redactor))

    def _open(self) -> None:
        file = real.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | real.binary, 0o600)
        self._file = real.high(file)
        status = real.fstat(self._file)
        self._identity = (status.st_dev, status.st_ino)

    def _is_ours(self) -> bool:
        """Tell whether the descriptor is still the file's: a test may close all, and open files of its own."""
        try:
            file = real.fstat(self._file)
        except OSError:
            return False
        return (file.st_dev, file.st_ino) == self._identity

    def _size(self) -> int:
        """Return how much is written, to a file that is opened again where a test has closed it."""
        if not self._is_ours():
            self._open()
        file = real.fstat(self._file)
        if not file.st_nlink:
            raise OSError("the trace was removed")
        return file.st_size

    def _append(self, line: bytes) -> None:
        with self._lock:
            if self._closed:
                return
            try:
                written = real.write(self._file, line)
            except OSError:
                self._size()
                written = real.write(self._file, line)
            if written < len(line):
                real.ftruncate(self._file, self._size() - written)
                raise OSError("the disk is full")

    def _scrub_file(self, spellings: tuple[str, ...]) -> None:
        # Nothing that is written so far may hold the value: then there is nothing to read line by line.
        written = real.read(self._path, self._marked)
        if not any(spelling.encode("utf-8", "backslashreplace") in written for spelling in spellings):
            return
        clean = b"".join(scrubbed(line, self._redactor) for line in written.splitlines(keepends=True))
        file = real.open(self._path, os.O_WRONLY | real.binary)  # not for appending
        try:
            real.lseek(file, self._marked, os.SEEK_SET)
            real.write(file, clean)
        finally:
            real.close(file)

    def _forked(self) -> None:
        """Go on in a file of one's own after a fork: the parent's belongs to the parent."""
        if self._is_ours():
            real.close(self._file)
        self.losses.forget()
        self._start()
        # A worker of a pool leaves without Python's usual farewell, but runs these.
        multiprocessing.util.Finalize(None, self.close, exitpriority=10)
        for callback in self._on_fork:
            callback()

    @harmless
    def _clean_pages(self, spellings: tuple[str, ...]) -> None:
        self._pages.settle(spellings)

    @harmless
    def _keep_html(self, html: str) -> str:
        return self._keep_once("pages", "html", self._redactor.page(html).encode("utf-8", "replace")) or ""

    @harmless
    def _keep_once(self, kind: str, ending: str, content: bytes) -> str:
        return self._pages.keep(kind, ending, content)


def check(folder: Path) -> None:
    """Refuse a folder that is no report's: the next run would be written among somebody's files.

    Raises:
        ConfigurationError: It is a file, or it holds other things and no trace.
    """
    if folder.exists() and not folder.is_dir():
        raise _no_folder(folder, "is a file")
    if folder.is_dir() and not trace_folder(folder).is_dir() and any(folder.iterdir()):
        raise _no_folder(folder, "holds other things and no report")


def prepare(folder: Path, *, going: str = "") -> None:
    """Make the folder of a run that begins, and remove what the runs before it left there.

    Args:
        folder: The report's folder.
        going: The run whose files stay although this process leads it.

    Raises:
        ConfigurationError: The folder is no report's.
        OSError: It can't be written to.
    """
    clear(folder, going=going)
    trace = str(trace_folder(folder))
    make_folder(trace)
    real.chmod(trace, 0o700)
    real.save(f"{trace}{os.sep}.gitignore", b"*\n")


def clear(folder: Path, *, going: str = "") -> None:
    """Remove the traces of the runs that are over from a report's folder; the report shows one run.

    Args:
        folder: The report's folder.
        going: A run of this process that is not over.

    Raises:
        ConfigurationError: The folder is no report's.
    """
    check(folder)
    trace = trace_folder(folder)
    files = [path for path in trace.glob("trace-*.jsonl") if path.is_file()]
    over = [path for path in files if not _goes_on(_run_of(path), going)]
    if len(over) == len(files):  # or what another run has stored would go with it
        leftovers = ("pages/*.html", "pages/*.part", "pictures/*.png", "pictures/*.part", "*.part")
        over += [path for pattern in leftovers for path in trace.glob(pattern)]
    for path in over:
        path.unlink(missing_ok=True)


def _run_of(path: Path) -> str:
    return path.name.split("-")[1]


def _goes_on(run: str, going: str) -> bool:
    leader = run.partition(".")[2].partition(".")[0]
    if not leader.isdecimal() or int(leader) == real.getpid():
        return run == going
    return real.is_running(int(leader))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the events, and in ``troubles`` one line for each thing that could not be."""

    events: list[Event] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


def read(folder: Path, run: str = "") -> Reading:
    """Read the trace of one run, file by file, each in the order in which it was written.

    Args:
        folder: The report's folder, or the trace's own.
        run: The run's name; the one that began last where none is given.

    Returns:
        The events; a torn last line (its process was killed), a damaged one and an event of an unknown
        kind are left out and told in ``troubles``.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
    """
    folder = Path(folder)
    inner = trace_folder(folder)
    found = sorted((inner if inner.is_dir() else folder).glob("trace-*.jsonl"))
    wanted = run or max((_run_of(path) for path in found if path.is_file()), default="")
    files = [path for path in found if _run_of(path) == wanted and path.is_file()]
    if not files:
        raise ConfigurationError(
            Explanation(
                "there is no trace to read",
                where=str(folder),
                instead=f"pytest --journey-report={folder}\nor: JOURNEY_REPORT={folder} python manage.py test",
            )
        )
    reading = Reading()
    for path in files:
        _read_file(path, reading)
    return reading


def _read_file(path: Path, reading: Reading) -> None:
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise ValueError("it is no object")
        except ValueError as error:
            torn = number == len(lines)
            what = "is torn: its process was killed" if torn else f"is damaged: {error}"
            reading.troubles.append(f"{path.name}, line {number} {what}")
            continue
        _check_schema(data, path)
        try:
            reading.events.append(from_json(data))
        except (ValueError, TypeError, AttributeError) as error:
            reading.troubles.append(f"{path.name}, line {number}: {error}")


def _check_schema(data: dict[str, object], path: Path) -> None:
    schema = data.get("schema", SCHEMA)
    if isinstance(schema, int) and schema > SCHEMA:
        raise ConfigurationError(
            Explanation(
                f"the trace has schema {schema}; this version of django-journey reads up to {SCHEMA}",
                where=str(path),
                instead="python -m pip install --upgrade django-journey\nor run the tests again with this version",
            )
        )


def _no_folder(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        Explanation(
            f"the report can't be written into {folder}: it {why}",
            where="--journey-report, JOURNEY_REPORT or JOURNEY['report']",
            instead="--journey-report=journey-report",
        )
    )
