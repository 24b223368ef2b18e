"""A traced run in one process: its file, its hooks, and the test that is running."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django_journey.trace import runs
from django_journey.trace.browsers import Browsers
from django_journey.trace.events import Failure, Noted
from django_journey.trace.failures import explain
from django_journey.trace.harmless import harmless
from django_journey.trace.pitfalls import note_pitfalls
from django_journey.trace.real import real
from django_journey.trace.recorder import Recorder, TestScope, current
from django_journey.trace.redact import Redactor
from django_journey.trace.secret_settings import SettingsSecrets
from django_journey.trace.store import Store

if TYPE_CHECKING:
    from django_journey.trace.hooks import Hooks

__all__ = ["Tracing"]


class Tracing:
    """Traces the tests of one process.

    Args:
        run: The run that it belongs to.
        runner: Which runner it is: ``pytest``, ``unittest``.
        worker: What the runner calls this process, if it does.
        secrets: More names of what is secret.

    Raises:
        ConfigurationError: The run's folder holds other things than a report.
        OSError: It can't be written to.
    """

    def __init__(self, run: runs.Run, *, runner: str, worker: str = "", secrets: Iterable[str] = ()) -> None:
        if run.led_here:
            run.prepare()
        self.run = run
        self.redactor = Redactor(secrets)
        self.store = Store(
            run.folder, run.name, redactor=self.redactor, worker=worker, runner=runner, django=_django()
        )
        self.losses = self.store.losses
        self.recorder = Recorder(self.store, explain=self.explain, secrets=self.redactor, losses=self.losses)
        self.secrets = SettingsSecrets(self.redactor)
        self._hooks: Hooks | None = None
        self._browsers = Browsers(self.losses)
        self.running: TestScope | None = None
        self._outside = TestScope(recorder=self.recorder, test="")

    @property
    def leads(self) -> bool:
        """Whether this process began the run, and so writes the report at its end."""
        return self.run.leader == self.store.process

    @harmless
    def note_pitfalls(self, error: BaseException) -> None:
        """Add to what the running test fails with what may have led there; a story's journey does so itself."""
        if self.running is not None and not self.running.story:
            note_pitfalls(error, self.running, self.redactor)

    def explain(self, error: BaseException, *, ended: bool = False) -> Failure:
        """Explain an exception, secrets removed; see ``failures.explain``."""
        return self._explained(error, ended) or Failure(type=type(error).__name__, message="")

    @harmless
    def _explained(self, error: BaseException, ended: bool) -> Failure:
        return explain(error, self.redactor.clean, ended=ended)

    def find(self) -> TestScope | None:
        """Return the test that the calling context belongs to.

        A thread that was started without the test's context (Django's own live server), or in that
        of a test that is over, works for the test that is running in this process.
        """
        scope = current()
        if scope is None or scope.ended:
            return self.running
        # Another run's (of a test of this library, say) has hooks of its own.
        return scope if scope.recorder is self.recorder else None

    def begin(self, test: str, *, name: str, title: str = "", file: str = "", line: int = 0) -> TestScope:
        """Begin a test; enter it with ``entered``."""
        self._hook_in()
        self.redactor.forget()
        self.store.mark()
        self._browsers.look(test, before=True)
        return self.recorder.start_test(test, name=name, title=title, file=file, line=line)

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
                self._browsers.look(scope.test)

    @contextmanager
    def outside(self) -> Iterator[TestScope]:
        """Trace what belongs to no single test: the set-up of a class, a module or the run; nor does its time."""
        self._hook_in()
        during, began = self.running, real.perf_counter()
        try:
            with self.redactor.keeping(), self.entered(self._outside) as scope:
                yield scope
        finally:
            if during is not None:
                during.began += real.perf_counter() - began

    def end(
        self, scope: TestScope, outcome: str, *, failure: Failure | None = None, reason: str = ""
    ) -> None:
        """End a test with its outcome."""
        self.recorder.finish_test(scope, outcome, failure=failure, reason=self.redactor.clean(reason))

    def close(self) -> None:
        """Take the hooks out, end the file, and end the run if this process leads it."""
        self.unhook()
        for left in self._browsers.end() or ():
            self.recorder.write(Noted(test=left.test, topic="browser", title=left.title, data={"left": True}))
        self.store.close()
        runs.end(self.run)

    def unhook(self) -> None:
        """Take the hooks out till the next test begins."""
        if self._hooks is not None:
            self._hooks.remove()

    @harmless
    def _hook_in(self) -> None:
        """Hook in as soon as Django is set up; a suite without Django has nothing to hook into."""
        conf = sys.modules.get("django.conf")
        if conf is None or not conf.settings.configured:
            return
        self.redactor.add_names(conf.settings.SESSION_COOKIE_NAME, conf.settings.CSRF_COOKIE_NAME)
        self.secrets.look(conf.settings)
        if self._hooks is None:
            from django_journey.trace.hooks import Hooks

            self._hooks = Hooks(self.find, self.redactor, self.secrets, self.store.write_request, self.losses)
        self._hooks.install()


def _django() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("django")
    except PackageNotFoundError:
        return ""
