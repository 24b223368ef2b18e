"""The trace on disk: one file of JSON lines for each process, each event written at once; pages stored once.

``<folder>/trace/`` holds ``trace-<run>-<process>[-<worker>].jsonl``, and the pages and pictures that events
refer to by key in ``pages/`` and ``pictures/``. A file is only ever appended to (but for a secret that
became known too late, see ``Store.scrub``), so that a killed process keeps everything that had happened.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing.util
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django_journey.errors import ConfigurationError, Explanation
from django_journey.trace.events import SCHEMA, Event, Look, RunFinished, RunStarted, from_json
from django_journey.trace.lines import encode, scrubbed
from django_journey.trace.recorder import Page
from django_journey.trace.redact import Redactor

__all__ = ["Reading", "Store", "check", "clear", "read", "trace_folder"]

_FILES = "trace-*.jsonl"


def trace_folder(folder: Path) -> Path:
    """Return where the trace lies within a report's folder."""
    return Path(folder) / "trace"


class Store:
    """Where one process keeps its events; a forked child goes on in a file of its own.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        run: The run's name, the same in all its processes.
        redactor: Takes the secrets out of whatever is written.
        worker: What the runner calls this process (``gw0``), if it does.
        runner: Which runner it is: ``pytest``, ``unittest``, ….
        django: Django's version.
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
        self.folder = trace_folder(folder).absolute()
        self.run = run
        self._redactor = redactor
        self._worker, self._runner, self._django = worker, runner, django
        self._on_fork: list[Callable[[], None]] = []
        self._file = -1
        self._open()
        redactor.on_hide(self.scrub)

    @property
    def path(self) -> Path:
        """The file of this process."""
        worker = f"-{self._worker}" if self._worker else ""
        return self.folder / f"trace-{self.run}-{self.process}{worker}.jsonl"

    def on_fork(self, callback: Callable[[], None]) -> None:
        """Call back in each forked child that begins to write."""
        self._on_fork.append(callback)

    def write(self, event: Event) -> None:
        """Keep one event at once; after ``close``, or when the disk is full, nothing is kept."""
        self._own_process()
        line = encode(event, self._redactor)
        with self._lock:
            if self._file >= 0:
                try:
                    os.write(self._file, line)
                except OSError as error:
                    self._give_up(error)

    def keep(self, page: Page) -> Look:
        """Store a page and a picture, each once, and return what an event says of them."""
        key = picture = ""
        try:
            if page.html:
                html = self._redactor.page(page.html).encode("utf-8", "replace")
                key = self._keep_once("pages", "html", html)
            if page.picture:
                picture = self._keep_once("pictures", "png", page.picture)
        except OSError as error:
            sys.stderr.write(f"django-journey could not keep a page: {error}\n")
        return Look(url=page.url, title=page.title, page=key, screenshot=picture)

    def mark(self) -> None:
        """Remember this place: a secret that becomes known later is scrubbed from here on."""
        self._own_process()
        with self._lock:
            self._marked = os.fstat(self._file).st_size if self._file >= 0 else 0

    def scrub(self) -> None:
        """Mask in place what was written since ``mark`` and is known to be a secret only now."""
        with self._lock:
            if self._file < 0 or os.getpid() != self.process:
                return
            try:
                self._scrub_file()
            except OSError as error:  # what can't be cleaned is not added to
                self._give_up(error)

    def close(self) -> None:
        """Write the end of this process's file; whatever comes later is not kept."""
        if self._file < 0 or os.getpid() != self.process:
            return
        self._redactor.recall()
        with self._lock:
            self._marked = 0
        self.scrub()
        self.write(RunFinished(at=time.time(), seconds=time.perf_counter() - self._began))
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _open(self) -> None:
        self.process = os.getpid()
        self._lock = threading.Lock()
        self._began = time.perf_counter()
        self._marked = 0
        self.folder.mkdir(parents=True, exist_ok=True)
        binary = getattr(os, "O_BINARY", 0)  # Windows would end lines otherwise
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | binary, 0o644)
        self.write(
            RunStarted(
                at=time.time(),
                run=self.run,
                process=self.process,
                worker=self._worker,
                runner=self._runner,
                python=platform.python_version(),
                django=self._django,
                command=tuple(sys.argv),
            )
        )

    def _scrub_file(self) -> None:
        with self.path.open("r+b") as file:
            file.seek(self._marked)
            at = self._marked
            for line in file.readlines():
                clean = scrubbed(line, self._redactor)
                if clean != line:
                    file.seek(at)
                    file.write(clean)
                at += len(line)

    def _give_up(self, error: OSError) -> None:
        """Stop writing: a test's outcome must not hang on a disk that is full, or a folder that is gone."""
        sys.stderr.write(f"django-journey stops tracing: {error}\n")
        os.close(self._file)
        self._file = -1

    def _own_process(self) -> None:
        """Go on in a file of one's own after a fork: the parent's belongs to the parent."""
        if os.getpid() == self.process or self._file < 0:
            return
        os.close(self._file)
        self._open()
        # A worker of a pool leaves without Python's usual farewell, but runs these.
        multiprocessing.util.Finalize(None, self.close, exitpriority=10)
        for callback in self._on_fork:
            callback()

    def _keep_once(self, kind: str, ending: str, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()[:24]
        path = self.folder / kind / f"{key}.{ending}"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            # Another process may store the same page: each writes beside it, the last one wins whole.
            draft = path.with_name(f"{key}.{os.getpid()}.{threading.get_ident()}.part")
            draft.write_bytes(content)
            draft.replace(path)
        return key


def check(folder: Path) -> None:
    """Refuse a folder that is no report's: the next run would be written among somebody's files.

    Raises:
        ConfigurationError: It is a file, or it holds other things and no trace.
    """
    if folder.exists() and not folder.is_dir():
        raise _no_folder(folder, "is a file")
    if folder.is_dir() and not trace_folder(folder).is_dir() and any(folder.iterdir()):
        raise _no_folder(folder, "holds other things and no report")


def clear(folder: Path) -> None:
    """Remove the former run's trace from a report's folder; the report shows one run.

    Raises:
        ConfigurationError: The folder is no report's.
    """
    check(folder)
    trace = trace_folder(folder)
    for pattern in (_FILES, "pages/*.html", "pages/*.part", "pictures/*.png", "pictures/*.part"):
        for path in trace.glob(pattern):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the events, and in ``troubles`` one line for each thing that could not be."""

    events: list[Event] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


def read(folder: Path) -> Reading:
    """Read a trace, file by file, each in the order in which it was written.

    Args:
        folder: The report's folder, or the trace's own.

    Returns:
        The events; a torn last line (its process was killed), a damaged one and an event of an unknown
        kind are left out and told in ``troubles``.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
    """
    folder = Path(folder)
    inner = trace_folder(folder)
    files = sorted((inner if inner.is_dir() else folder).glob(_FILES))
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
