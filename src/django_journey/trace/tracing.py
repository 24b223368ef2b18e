"""A traced run in one process: its file, its hooks, and the test that is running."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version

from django_journey.trace import runs
from django_journey.trace.events import Failure
from django_journey.trace.failures import explain
from django_journey.trace.hooks import Hooks
from django_journey.trace.recorder import Recorder, TestScope, current
from django_journey.trace.redact import Redactor
from django_journey.trace.secret_settings import SettingsSecrets
from django_journey.trace.store import Store

__all__ = ["Tracing"]


class Tracing:
    """Traces the tests of one process.

    Args:
        run: The run that it belongs to.
        runner: Which runner it is: ``pytest``, ``unittest``.
        worker: What the runner calls this process, if it does.
        secrets: More names of what is secret.
    """

    def __init__(self, run: runs.Run, *, runner: str, worker: str = "", secrets: Iterable[str] = ()) -> None:
        self.run = run
        self.redactor = Redactor(secrets)
        self.store = Store(
            run.folder, run.name, redactor=self.redactor, worker=worker, runner=runner, django=_django()
        )
        self.recorder = Recorder(self.store, explain=self.explain, secrets=self.redactor)
        self.secrets = SettingsSecrets(self.redactor)
        self.hooks = Hooks(self.find, self.redactor, self.secrets)
        self.running: TestScope | None = None
        self._outside = TestScope(recorder=self.recorder, test="")

    @property
    def leads(self) -> bool:
        """Whether this process began the run, and so writes the report at its end."""
        return self.run.leader == self.store.process

    def explain(self, error: BaseException) -> Failure:
        """Explain an exception, secrets removed."""
        return explain(error, self.redactor.clean)

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

    @contextmanager
    def outside(self) -> Iterator[TestScope]:
        """Trace what belongs to no single test: the set-up of a class, a module or the run; nor does its time."""
        self._hook_in()
        during, began = self.running, time.perf_counter()
        try:
            with self.redactor.keeping(), self.entered(self._outside) as scope:
                yield scope
        finally:
            if during is not None:
                during.began += time.perf_counter() - began

    def end(
        self, scope: TestScope, outcome: str, *, failure: Failure | None = None, reason: str = ""
    ) -> None:
        """End a test with its outcome."""
        self.recorder.finish_test(scope, outcome, failure=failure, reason=self.redactor.clean(reason))

    def close(self) -> None:
        """Take the hooks out, end the file, and end the run if this process leads it."""
        self.hooks.remove()
        self.store.close()
        runs.end(self.run)

    def _hook_in(self) -> None:
        """Hook in as soon as Django is there; a suite without Django has nothing to hook into."""
        if "django.conf" not in sys.modules:
            return
        from django.conf import settings

        if settings.configured:
            self.redactor.add_names(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
            self.secrets.look(settings)
            self.hooks.install()


def _django() -> str:
    with suppress(PackageNotFoundError):
        return version("django")
    return ""
