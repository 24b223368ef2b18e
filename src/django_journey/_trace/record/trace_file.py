"""The trace on disk: one file of JSON lines for each process, each event written at once; pages stored once.

``<folder>/trace/`` holds ``trace-<run>-<process>[-<worker>].jsonl``, and the pages and pictures that events
refer to by key in ``pages/`` and ``pictures/``. The text of a query has a line of its own, to which events refer by
number. A file is only appended to (except for a secret that became known too late, see ``TraceFile.scrub``), so
that a killed process leaves everything that had happened.
"""

from __future__ import annotations

import multiprocessing.util
import os
import platform
import sys
from pathlib import Path
from typing import Any

from django_journey._trace.record.call_site import START_FOLDER
from django_journey._trace.record.events import (
    Event,
    RequestServed,
    RunFinished,
    RunStarted,
    StoredSnapshot,
)
from django_journey._trace.record.json_lines import encode, encode_facts, encode_sql, scrubbed
from django_journey._trace.record.recorder import PageSnapshot
from django_journey._trace.record.stored_pages import StoredPages, make_folder
from django_journey._trace.record.trace_folder import trace_folder
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.real_functions import real
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["TraceFile"]

_PYTHON = platform.python_version()


class TraceFile:
    """The file into which one process writes its events; a forked child writes its own.

    Only opening the first file raises: later, an event that can't be written is dropped and counted.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        run: The run's name, the same in all its processes.
        redactor: Masks secrets.
        worker: The runner's name for this process (``gw0``), if it has one.
        runner: ``pytest``, ``unittest``, ….
        django: Django's version.

    Raises:
        OSError: The folder is not writable.
    """

    _last_page: tuple[PageSnapshot, StoredSnapshot] | None = None

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
        self.folder = Path(START_FOLDER, trace_folder(folder))
        self.run = run
        self.dropped = DroppedEvents()
        self._redactor = redactor
        self._worker, self._runner, self._django = worker, runner, django
        self._command = tuple(sys.argv)
        self._closed = False
        make_folder(str(self.folder))
        self._start()
        redactor.on_hide(self.scrub)

    @property
    def path(self) -> Path:
        """The file of this process."""
        return Path(self._path)

    @guarded
    def write(self, event: Event) -> None:
        """Write one event at once; after ``close`` nothing is written."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        self._append(encode(event, self._redactor, self._number))

    @guarded
    def write_request(self, facts: dict[str, Any]) -> None:
        """Write the event of a request from its fields; empty ones are left out."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        filled = {name: value for name, value in facts.items() if value}
        self._append(encode_facts(RequestServed.kind, filled, self._redactor, self._number))

    def store_page(self, page: PageSnapshot) -> StoredSnapshot:
        """Store a page and a picture, each once, and return their keys for an event."""
        if self._last_page is not None and self._last_page[0] is page:
            return self._last_page[1]
        html = self._store_html(page.html) if page.html else ""
        picture = self._store_once("pictures", "png", page.picture) if page.picture else ""
        stored = StoredSnapshot(url=page.url, title=page.title, page=html or "", screenshot=picture or "")
        self._last_page = page, stored  # most steps leave the page as it is
        return stored

    @guarded
    def mark(self) -> None:
        """Remember the end of the file: a secret that becomes known later is masked from here on."""
        if real.getpid() != self.process and not self._closed:
            self._forked()
        with self._lock:
            if not self._closed:
                self._marked = self._size()
                self._pages.mask()
                self._last_page = None

    @guarded
    def scrub(self, spellings: tuple[str, ...]) -> None:
        """Mask new secrets in the lines written since ``mark``."""
        if self._closed or real.getpid() != self.process:
            return
        self._pages.add_secret(spellings)
        with self._lock:
            try:
                self._scrub_file(spellings)
            except OSError:  # a file that can't be masked is not continued
                self._closed = True
                raise

    @guarded
    def close(self) -> None:
        """Write the end of this process's file; later events are ignored."""
        if self._closed or real.getpid() != self.process:
            return
        self._marked = 0
        known = self._redactor.restore()
        self.scrub(known)
        self._mask_pages(known)
        self.write(
            RunFinished(
                at=real.now(),
                seconds=real.perf_counter() - self._began,
                dropped=self.dropped.count,
                reason=self.dropped.first,
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
        self._pages = StoredPages(str(self.folder))
        self._last_page = None
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
        self._numbers: dict[str, int] = {}
        self._append(encode(started, self._redactor, self._number))

    def _open(self) -> None:
        file = real.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | real.binary, 0o600)
        self._file = real.high(file)
        status = real.fstat(self._file)
        self._identity = (status.st_dev, status.st_ino)

    def _is_ours(self) -> bool:
        """Tell whether the descriptor still belongs to the file: a test may close all, and open others."""
        try:
            file = real.fstat(self._file)
        except OSError:
            return False
        return (file.st_dev, file.st_ino) == self._identity

    def _size(self) -> int:
        """Return the file's size; open it again if a test has closed it."""
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

    def _number(self, sql: str) -> int:
        """Return a query's number in this file; the first time, its text is written."""
        number = self._numbers.get(sql)
        if number is None:
            with self._lock:
                number = self._numbers.get(sql) or len(self._numbers) + 1
                if number > len(self._numbers):
                    self._append(encode_sql(number, sql))
                    self._numbers[sql] = number
        return number

    def _scrub_file(self, spellings: tuple[str, ...]) -> None:
        # If no line has the secret, there is no need to go through the lines.
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
        """Continue in a separate file after a fork."""
        if self._is_ours():
            real.close(self._file)
        self.dropped.forget()
        self._start()
        # A worker of a pool skips Python's exit handlers, but runs these finalizers.
        multiprocessing.util.Finalize(None, self.close, exitpriority=10)

    @guarded
    def _mask_pages(self, spellings: tuple[str, ...]) -> None:
        self._pages.mask(spellings)

    @guarded
    def _store_html(self, html: str) -> str:
        return self._store_once("pages", "html", self._redactor.page(html).encode("utf-8", "replace")) or ""

    @guarded
    def _store_once(self, kind: str, ending: str, content: bytes) -> str:
        return self._pages.store(kind, ending, content)
