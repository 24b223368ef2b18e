"""Traces unittest's tests, whoever runs them: ``manage.py test``, a project's own runner, a script.

Nothing of the project is replaced. ``TestCase.__call__`` is where a test begins and ends, Django's own
set-up included; the result object that the project's runner brought is only listened to. The run begins
with the first suite, before any worker is started, and ends with the process.
"""

from __future__ import annotations

import atexit
import inspect
import multiprocessing
import os
import shutil
import sys
import unittest
import unittest.suite
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django_journey.runners.listening import Listener
from django_journey.runners.reporting import not_traced, tell
from django_journey.story.options import Options
from django_journey.trace import runs, store
from django_journey.trace.harmless import Losses, harmless
from django_journey.trace.own_values import class_value, variables
from django_journey.trace.patches import Patches
from django_journey.trace.place import HERE
from django_journey.trace.real import real
from django_journey.trace.recorder import TestScope, adopt
from django_journey.trace.tracing import Tracing

__all__ = ["UnittestTracing", "install"]

_MARK = "__django_journey__"


class UnittestTracing:
    """Hooks into unittest for one process.

    Args:
        options: The run's settings; tracing is on.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._folder = options.folder.absolute()
        self._patches = Patches()
        self._tracing: Tracing | None = None
        self._off = False
        self.losses = Losses()

    def install(self) -> None:
        """Hook in; the run itself begins later.

        Raises:
            ConfigurationError: The report's folder can't be used.
        """
        store.check(self._folder)
        self._patches.wrap(unittest.TestCase, "__call__", self._call)
        setattr(unittest.TestCase.__call__, _MARK, self)
        suite = unittest.suite.TestSuite
        self._patches.wrap(suite, "_handleClassSetUp", self._class_fixture)
        self._patches.wrap(suite, "_tearDownPreviousClass", self._class_fixture)
        self._patches.wrap(suite, "_handleModuleFixture", self._module_fixture)
        self._patches.wrap(suite, "_addClassOrModuleLevelException", self._fixture_failed)
        self._patches.wrap(unittest.suite.BaseTestSuite, "__call__", self._suite)

    def install_django(self) -> None:
        """Hook into Django's test cases and its parallel suites too."""
        from django.test import SimpleTestCase
        from django.test.runner import ParallelTestSuite

        self._patches.wrap(SimpleTestCase, "__call__", self._call)
        # Django calls this in workers that it spawns; it is pickled, so it must be a plain function.
        if ParallelTestSuite.__dict__["process_setup"] is not install_in_worker:
            self._patches.put(ParallelTestSuite, "process_setup", install_in_worker)

    def finish(self) -> None:
        """End the run; in the process that leads it, build the report and say where it is."""
        tracing, self._tracing, self._off = self._tracing, None, True
        self._patches.remove()
        if tracing is None:
            return
        leads = tracing.run.led_here
        tracing.close()
        if not leads:
            return
        stream = sys.stderr
        colour = stream.isatty() and not os.environ.get("NO_COLOR")
        lines = tell(
            tracing.run.folder,
            write_report=self._options.report is not None,
            width=shutil.get_terminal_size().columns,
            colour=colour,
            ascii_only=not (stream.encoding or "").lower().startswith("utf"),
            run=tracing.run.name,
        )
        stream.write("\n".join(["", *lines, ""]))
        stream.flush()

    def begin(self) -> Tracing | None:
        """Return the traced run, begun now if it was not; ``None`` where another run has the folder."""
        if self._tracing is not None or self._off:
            return self._tracing
        going, worker = runs.current_run(), ""
        if going is not None and going.folder == self._folder and going.alive:
            if multiprocessing.parent_process() is None:
                self._off = True  # a test of a traced run started this one
                return None
            run, worker = going, multiprocessing.current_process().name
        else:
            run = runs.begin(self._folder)
        try:
            self._tracing = Tracing(run, runner="unittest", worker=worker, secrets=self._options.secrets)
        except OSError as error:
            runs.end(run)
            self._off = True
            sys.stderr.write(f"{not_traced(self._folder, error)}\n")
            return None
        self.losses = self._tracing.losses
        atexit.register(self._finish_at_exit)
        return self._tracing

    def _finish_at_exit(self) -> None:
        """End the run when its own process ends; what was forked from it is not the run's end."""
        if self._tracing is not None and self._tracing.store.process == real.getpid():
            self.finish()

    def _call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(case: Any, *arguments: Any, **keywords: Any) -> Any:
            result = arguments[0] if arguments else keywords.get("result")
            tracing = self._tracing_of(result)
            if tracing is None:
                return original(case, *arguments, **keywords)
            scope = self._begin(tracing, case)
            if scope is None:
                return original(case, *arguments, **keywords)
            with Listener(result, case, tracing) as listener, tracing.entered(scope):
                done = original(case, *arguments, **keywords)
            tracing.end(scope, listener.outcome, failure=listener.failure, reason=listener.reason)
            return done

        return call

    @harmless
    def _begin(self, tracing: Tracing, case: Any) -> TestScope:
        name = str(case.id())
        file, line = _place(case)
        title = (variables(case).get("_testMethodDoc") or "").strip().partition("\n")[0].strip()
        scope = tracing.begin(name, name=name, title=title, file=file, line=line)
        _lend(scope, case)
        return scope

    def _tracing_of(self, result: Any) -> Tracing | None:
        """Return the run for a test that begins now; a test within a test belongs to the outer one."""
        if result is None or type(result).__module__.partition(".")[0] == "_pytest":
            return None
        tracing = self.begin()
        return tracing if tracing is not None and tracing.running is None else None

    def _class_fixture(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fixture(suite: Any, test: Any, result: Any) -> Any:
            if getattr(result, "_previousTestClass", None) is test.__class__:
                return original(suite, test, result)
            with self._outside():
                return original(suite, test, result)

        return fixture

    def _module_fixture(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fixture(suite: Any, test: Any, result: Any) -> Any:
            before = getattr(result, "_previousTestClass", None)
            if before is not None and before.__module__ == test.__class__.__module__:
                return original(suite, test, result)
            with self._outside():
                return original(suite, test, result)

        return fixture

    def _fixture_failed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Note a class or a module whose set-up failed or skipped it: unittest reports it in its tests' stead."""

        def failed(suite: Any, result: Any, error: Any, name: str, *more: Any, **keywords: Any) -> Any:
            self._note_fixture(error, name)
            return original(suite, result, error, name, *more, **keywords)

        return failed

    @harmless
    def _note_fixture(self, error: BaseException, name: str) -> None:
        tracing = self._tracing
        if tracing is None:
            return
        skipped = issubclass(type(error), unittest.SkipTest)
        scope = tracing.begin(name, name=name)
        failure = tracing.explain(error, ended=True)
        if skipped:
            tracing.end(scope, "skipped", reason=failure.message)
        else:
            tracing.end(scope, "error", failure=failure)

    def _suite(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Begin the run with its first suite, before any worker is started: they join it."""

        def call(suite: Any, *arguments: Any, **keywords: Any) -> Any:
            if arguments and type(arguments[0]).__module__.partition(".")[0] != "_pytest":
                if "django.test.testcases" in sys.modules:
                    self.install_django()
                self.begin()
            return original(suite, *arguments, **keywords)

        return call

    def _outside(self) -> AbstractContextManager[Any]:
        tracing = self.begin()
        return nullcontext() if tracing is None or tracing.running is not None else tracing.outside()


def install(options: Options, *, django: bool) -> UnittestTracing:
    """Hook into unittest, unless it is done already.

    Args:
        options: The run's settings; tracing is on.
        django: Whether Django is set up, so that its test cases may be loaded.

    Raises:
        ConfigurationError: The report's folder can't be used.
    """
    tracing: UnittestTracing | None = getattr(unittest.TestCase.__call__, _MARK, None)
    if tracing is None:
        tracing = UnittestTracing(options)
        tracing.install()
    if django:
        tracing.install_django()
    return tracing


def install_in_worker(*arguments: Any) -> None:
    """Hook in, in a worker that Django spawned (and that inherited nothing but the environment)."""
    options = Options.for_tracing()
    if options.tracing:
        install(options, django=True)


def _lend(scope: TestScope, case: Any) -> None:
    """Make the test known in the context that an ``IsolatedAsyncioTestCase`` made for itself beforehand."""
    context = variables(case).get("_asyncioTestContext")
    if context is not None:
        context.run(adopt, scope)


def _place(case: Any) -> tuple[str, int]:
    method = class_value(case, variables(case).get("_testMethodName", ""))
    code = getattr(inspect.unwrap(method if inspect.isroutine(method) else type(case)), "__code__", None)
    if code is None:
        return "", 0
    return code.co_filename.removeprefix(HERE), code.co_firstlineno
