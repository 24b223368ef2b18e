"""A traced run in one process: its file, its hooks, and the test that is running."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from django_journey._trace.failures.explain import explain
from django_journey._trace.failures.pitfalls import note_pitfalls
from django_journey._trace.hooks.open_browsers import OpenBrowsers
from django_journey._trace.record import run_id
from django_journey._trace.record.details import LONGEST_TEXT, TestDetails, cut
from django_journey._trace.record.events import Failure, Noted
from django_journey._trace.record.recorder import Recorder, TestScope, current
from django_journey._trace.record.trace_file import TraceFile
from django_journey._trace.safety.hook_errors import guarded
from django_journey._trace.safety.real_functions import real
from django_journey._trace.secrets.redactor import Redactor
from django_journey._trace.secrets.settings import SettingsSecrets

if TYPE_CHECKING:
    from django_journey._trace.hooks.django import DjangoHooks

__all__ = ["Tracing"]

_FAILED = frozenset({"failed", "error", "xpassed"})


class Tracing:
    """Traces the tests of one process.

    Args:
        run: The run that it belongs to.
        runner: Which runner it is: ``pytest``, ``unittest``.
        worker: The runner's name for this process, if it has one.
        secrets: More names of secrets.
        record: Of which tests details are written: ``full`` for all, ``failures``, ``lean`` for none.

    Raises:
        ConfigurationError: The run's folder contains other files than a report.
        OSError: It is not writable.
    """

    def __init__(
        self,
        run: run_id.TraceRun,
        *,
        runner: str,
        worker: str = "",
        secrets: Iterable[str] = (),
        record: Literal["lean", "failures", "full"] = "failures",
    ) -> None:
        if run.led_here:
            run.prepare()
        self.run = run
        self._record = record
        self.redactor = Redactor(secrets)
        self.trace_file = TraceFile(
            run.folder, run.name, redactor=self.redactor, worker=worker, runner=runner, django=_django()
        )
        self.dropped = self.trace_file.dropped
        self.recorder = Recorder(
            self.trace_file, explain=self.explain, secrets=self.redactor, dropped=self.dropped
        )
        self.secrets = SettingsSecrets(self.redactor)
        self._hooks: DjangoHooks | None = None
        self._browsers = OpenBrowsers(self.dropped)
        self.running: TestScope | None = None
        self._outside = TestScope(recorder=self.recorder, test="")

    @property
    def leads(self) -> bool:
        """Whether this process began the run, and so writes the report at its end."""
        return self.run.leader == self.trace_file.process

    @guarded
    def note_pitfalls(self, error: BaseException) -> None:
        """Add notes on pitfalls to the running test's error; a story's journey does so itself."""
        if self.running is not None and not self.running.story:
            note_pitfalls(error, self.running, self.redactor)

    def explain(self, error: BaseException, *, ended: bool = False) -> Failure:
        """Explain an exception, secrets masked; see ``failures.explain``."""
        return self._explained(error, ended) or Failure(type=type(error).__name__, message="")

    @guarded
    def _explained(self, error: BaseException, ended: bool) -> Failure:
        return explain(error, self.redactor.clean, ended=ended)

    def find(self) -> TestScope | None:
        """Return the test that the calling context belongs to.

        A thread that was started without the test's context (Django's own live server), or in the context
        of a test that has ended, counts for the test that is running in this process.
        """
        scope = current()
        if scope is None or scope.ended:
            return self.running
        # A test of another run (in this library's own tests) has its own hooks.
        return scope if scope.recorder is self.recorder else None

    def begin(self, test: str, *, name: str, title: str = "", file: str = "", line: int = 0) -> TestScope:
        """Begin a test; enter it with ``entered``."""
        self._hook_in()
        self.redactor.end_test()
        self.trace_file.mark()
        self._browsers.record_started(test, before=True)
        scope = self.recorder.start_test(test, name=name, title=title, file=file, line=line)
        scope.details = TestDetails() if self._record != "lean" else None
        return scope

    @contextmanager
    def entered(self, scope: TestScope) -> Iterator[TestScope]:
        """Make a test the running one."""
        before, self.running = self.running, scope
        try:
            with self.recorder.entered(scope):
                yield scope
        finally:
            self.running = before
            if scope.test:
                self._browsers.record_started(scope.test)

    @contextmanager
    def outside(self) -> Iterator[TestScope]:
        """Trace the set-up of a class, a module or the run, which belongs to no test; nor does its time."""
        self._hook_in()
        during, began = self.running, real.perf_counter()
        try:
            with self.redactor.shared_setup(), self.entered(self._outside) as scope:
                yield scope
        finally:
            if during is not None:
                during.began += real.perf_counter() - began

    def end(
        self,
        scope: TestScope,
        outcome: str,
        *,
        failure: Failure | None = None,
        reason: str = "",
        output: Iterable[tuple[str, str]] = (),
    ) -> None:
        """End a test with its outcome; the details of a failure and its captured output are written before it."""
        if self._record == "full" or (self._record == "failures" and outcome in _FAILED):
            self._write_details(scope, output)
        scope.details = None
        self.recorder.finish_test(scope, outcome, failure=failure, reason=self.redactor.clean(reason))

    @guarded
    def _write_details(self, scope: TestScope, output: Iterable[tuple[str, str]]) -> None:
        for event in scope.details.events(scope.test, self.redactor, _model_of) if scope.details else ():
            self.recorder.write(event)
        for note in scope.details.logs if scope.details else ():
            object.__setattr__(note, "title", cut(self.redactor.clean(note.title), LONGEST_TEXT))
            self.recorder.write(note)
        for heading, text in output:
            text = cut(self.redactor.clean(text.strip()), LONGEST_TEXT)
            self.recorder.write(Noted(test=scope.test, topic="output", title=heading, data={"text": text}))

    def close(self) -> None:
        """Remove the hooks, end the file, and end the run if this process leads it."""
        self.unhook()
        for left in self._browsers.end() or ():
            self.recorder.write(Noted(test=left.test, topic="browser", title=left.title, data={"left": True}))
        self.trace_file.close()
        run_id.end(self.run)

    def unhook(self) -> None:
        """Remove the hooks until the next test begins."""
        if self._hooks is not None:
            self._hooks.remove()

    @guarded
    def _hook_in(self) -> None:
        """Install the hooks if Django's settings are configured."""
        conf = sys.modules.get("django.conf")
        if conf is None or not conf.settings.configured:
            return
        self.redactor.add_names(conf.settings.SESSION_COOKIE_NAME, conf.settings.CSRF_COOKIE_NAME)
        self.secrets.read(conf.settings)
        if self._hooks is None:
            from django_journey._trace.hooks.django import DjangoHooks

            self._hooks = DjangoHooks(
                self.find, self.redactor, self.secrets, self.trace_file.write_request, self.dropped
            )
        self._hooks.install()


def _model_of(table: str) -> str:
    """Return the label of a table's model, or the table's name."""
    apps = sys.modules["django.apps"].apps
    models = apps.get_models(include_auto_created=True) if apps.models_ready else ()
    return next((model._meta.label for model in models if model._meta.db_table == table), table)


def _django() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("django")
    except PackageNotFoundError:
        return ""
