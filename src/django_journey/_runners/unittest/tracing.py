"""Traces unittest's tests under any runner: ``manage.py test``, a project's own runner, a script.

Nothing of the project is replaced. A test begins and ends with ``TestCase.__call__``, which includes Django's own
set-up; the result object is only observed. The run begins with the first suite, before any worker is started, and
ends with the process.
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

from django_journey._adapters.check import private
from django_journey._adapters.pytest import is_pytests_own
from django_journey._adapters.unittest import (
    ASYNC_CONTEXT,
    CLASS_SETUP,
    CLASS_TEARDOWN,
    FIXTURE_FAILED,
    METHOD_DOC,
    METHOD_NAME,
    MODULE_FIXTURE,
    check_suite,
    previous_class,
)
from django_journey._runners.shared.end_of_run import not_traced, tell
from django_journey._runners.shared.result_listener import ResultListener
from django_journey._story.settings import Options
from django_journey._trace.record import run_id, trace_folder
from django_journey._trace.record.call_site import START_FOLDER
from django_journey._trace.record.recorder import TestScope, adopt
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.real_functions import real
from django_journey._trace.safety.safe_values import class_value, variables
from django_journey._trace.tracing import Tracing

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
        self.dropped = DroppedEvents()

    def install(self) -> None:
        """Install the hooks; the run itself begins later.

        Raises:
            ConfigurationError: The report's folder can't be written to.
        """
        check_suite()
        trace_folder.check(self._folder)
        self._patches.wrap(unittest.TestCase, "__call__", self._call)
        setattr(unittest.TestCase.__call__, _MARK, self)
        suite = unittest.suite.TestSuite
        self._patches.wrap(suite, CLASS_SETUP, self._class_fixture)
        self._patches.wrap(suite, CLASS_TEARDOWN, self._class_fixture)
        self._patches.wrap(suite, MODULE_FIXTURE, self._module_fixture)
        self._patches.wrap(suite, FIXTURE_FAILED, self._fixture_failed)
        self._patches.wrap(unittest.suite.BaseTestSuite, "__call__", self._suite)

    def install_django(self) -> None:
        """Install the hooks of Django's test cases and parallel suites."""
        from django.test import SimpleTestCase
        from django.test.runner import ParallelTestSuite

        self._patches.wrap(SimpleTestCase, "__call__", self._call)
        # Django pickles it for the workers that it spawns, so that it must be a plain function.
        if private("Django", ParallelTestSuite, "process_setup") is not install_in_worker:
            self._patches.put(ParallelTestSuite, "process_setup", install_in_worker)

    def finish(self) -> None:
        """End the run; in its main process, build the report and print the summary."""
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
        """Return the traced run, beginning it if necessary; ``None`` if another run writes to the folder."""
        if self._tracing is not None or self._off:
            return self._tracing
        going, worker = run_id.current_run(), ""
        if going is not None and going.folder == self._folder and going.alive:
            if multiprocessing.parent_process() is None:
                self._off = True  # started by a test of a traced run
                return None
            run, worker = going, multiprocessing.current_process().name
        else:
            run = run_id.begin(self._folder)
        try:
            self._tracing = Tracing(
                run,
                runner="unittest",
                worker=worker,
                secrets=self._options.secrets,
                record=self._options.record,
            )
        except OSError as error:
            run_id.end(run)
            self._off = True
            sys.stderr.write(f"{not_traced(self._folder, error)}\n")
            return None
        self.dropped = self._tracing.dropped
        atexit.register(self._finish_at_exit)
        return self._tracing

    def _finish_at_exit(self) -> None:
        """End the run when its own process ends, not when a fork of it does."""
        if self._tracing is not None and self._tracing.trace_file.process == real.getpid():
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
            with ResultListener(result, case, tracing) as listener, tracing.entered(scope):
                done = original(case, *arguments, **keywords)
            tracing.end(scope, listener.outcome, failure=listener.failure, reason=listener.reason)
            return done

        return call

    @guarded
    def _begin(self, tracing: Tracing, case: Any) -> TestScope:
        name = str(case.id())
        file, line = _place(case)
        title = (variables(case).get(METHOD_DOC) or "").strip().partition("\n")[0].strip()
        scope = tracing.begin(name, name=name, title=title, file=file, line=line)
        _adopt(scope, case)
        return scope

    def _tracing_of(self, result: Any) -> Tracing | None:
        """Return the run for a test that begins now; ``None`` within another test."""
        if result is None or is_pytests_own(result):
            return None
        tracing = self.begin()
        return tracing if tracing is not None and tracing.running is None else None

    def _class_fixture(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fixture(suite: Any, test: Any, result: Any) -> Any:
            if previous_class(result) is test.__class__:
                return original(suite, test, result)
            with self._outside():
                return original(suite, test, result)

        return fixture

    def _module_fixture(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fixture(suite: Any, test: Any, result: Any) -> Any:
            before = previous_class(result)
            if before is not None and before.__module__ == test.__class__.__module__:
                return original(suite, test, result)
            with self._outside():
                return original(suite, test, result)

        return fixture

    def _fixture_failed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Record a class or a module whose set-up failed or skipped it; unittest reports it instead of the tests."""

        def failed(suite: Any, result: Any, error: Any, name: str, *more: Any, **keywords: Any) -> Any:
            self._note_fixture(error, name)
            return original(suite, result, error, name, *more, **keywords)

        return failed

    @guarded
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
        """Begin the run with its first suite, before any worker is started, so that workers join it."""

        def call(suite: Any, *arguments: Any, **keywords: Any) -> Any:
            if arguments and not is_pytests_own(arguments[0]):
                if "django.test.testcases" in sys.modules:
                    self.install_django()
                self.begin()
            return original(suite, *arguments, **keywords)

        return call

    def _outside(self) -> AbstractContextManager[Any]:
        tracing = self.begin()
        return nullcontext() if tracing is None or tracing.running is not None else tracing.outside()


def install(options: Options, *, django: bool) -> UnittestTracing:
    """Install the hooks, unless they are installed.

    Args:
        options: The run's settings; tracing is on.
        django: Whether Django is set up, so that its test cases can be imported.

    Raises:
        ConfigurationError: The report's folder can't be written to.
    """
    tracing: UnittestTracing | None = getattr(unittest.TestCase.__call__, _MARK, None)
    if tracing is None:
        tracing = UnittestTracing(options)
        tracing.install()
    if django:
        tracing.install_django()
    return tracing


def install_in_worker(*arguments: Any) -> None:
    """Install the hooks in a worker that Django spawned, which inherits only the environment."""
    options = Options.for_run()
    if options.tracing:
        install(options, django=True)


def _adopt(scope: TestScope, case: Any) -> None:
    """Make the test known in the context that an ``IsolatedAsyncioTestCase`` created in advance."""
    context = variables(case).get(ASYNC_CONTEXT)
    if context is not None:
        context.run(adopt, scope)


def _place(case: Any) -> tuple[str, int]:
    method = class_value(case, variables(case).get(METHOD_NAME, ""))
    code = getattr(inspect.unwrap(method if inspect.isroutine(method) else type(case)), "__code__", None)
    if code is None:
        return "", 0
    return code.co_filename.removeprefix(START_FOLDER), code.co_firstlineno
