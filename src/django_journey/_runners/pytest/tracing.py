"""Traces a pytest run: every test with its outcome, in xdist's workers, too."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from django_journey._adapters.pytest import terminal_encoding
from django_journey._runners.shared.end_of_run import not_traced, tell
from django_journey._runners.shared.result_listener import also
from django_journey._story.settings import Options
from django_journey._trace.record import run_id
from django_journey._trace.record.events import Failure, Noted
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import guarded
from django_journey._trace.safety.safe_values import is_a, plain_text, variables
from django_journey._trace.tracing import Tracing
from django_journey.errors import ConfigurationError

__all__ = ["PytestTracing", "start"]

_NAME = "journey-tracing"
_BEGINNING = "journey-tracing-beginning"


def start(config: pytest.Config, options: Options) -> None:
    """Start tracing, or join the run of the controller that started this worker.

    Raises:
        pytest.UsageError: The report's folder can't be written to.
    """
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    folder = Path(config.invocation_params.dir, options.folder).absolute()
    going = run_id.current_run()
    if worker:
        run = going
    elif going is not None and going.alive and going.folder == folder:
        run = None  # started by a test of a traced run, which writes to this folder
    else:
        try:
            run = run_id.begin(folder)
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
    if run is not None:
        config.pluginmanager.register(_Beginning(run, worker, options), _BEGINNING)


class _Beginning:
    """Starts tracing with the first test: ``--collect-only``, ``--help`` and usage errors keep the last report.

    Args:
        run: The run, which has written nothing yet.
        worker: The name of this xdist worker.
        options: The run's settings.
    """

    def __init__(self, run: run_id.TraceRun, worker: str, options: Options) -> None:
        self._run = run
        self._worker = worker
        self._options = options
        self._not_traced = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start tracing right before the first test."""
        config = session.config
        broken = session.testsfailed and not config.option.continue_on_collection_errors
        if config.option.collectonly or broken:
            return
        try:
            tracing = Tracing(
                self._run,
                runner="pytest",
                worker=self._worker,
                secrets=self._options.secrets,
                record=self._options.record,
            )
        except OSError as error:
            self._not_traced = str(not_traced(self._run.folder, error))
            return
        config.pluginmanager.register(PytestTracing(tracing, self._options), _NAME)

    def pytest_report_header(self, config: pytest.Config) -> str | None:
        """Name the folder of the trace."""
        return None if config.option.collectonly else f"journey: traced into {self._run.folder}"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print why there is no report."""
        for line in self._not_traced.splitlines():
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """End the run, whether it was traced or not."""
        run_id.end(self._run)


@dataclass(slots=True)
class _Result:
    """What is known so far of the running test."""

    outcome: str = "passed"
    failure: Failure | None = None
    reason: str = ""
    output: tuple[tuple[str, str], ...] = ()  # what pytest captured: a heading and a text each


class PytestTracing:
    """The hooks of a traced run.

    Args:
        tracing: Where the events go.
        options: The run's settings.
    """

    def __init__(self, tracing: Tracing, options: Options) -> None:
        self.dropped = tracing.dropped
        self._tracing = tracing
        self._options = options
        self._result = _Result()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Trace each test with its set-up and tear-down."""
        scope = self._begin(item)
        if scope is None:
            return (yield)
        self._result = _Result()
        with self._tracing.entered(scope):
            done = yield
        result = self._result
        self._tracing.end(
            scope, result.outcome, failure=result.failure, reason=result.reason, output=result.output
        )
        return done

    @guarded
    def _begin(self, item: pytest.Item) -> TestScope:
        file, line, _ = item.location
        for name in ("addError", "addFailure"):
            if hasattr(
                type(item), name
            ):  # a TestCase: its transaction has ended when pytest makes the report
                setattr(item, name, also(getattr(item, name), self._failing))
        return self._tracing.begin(
            item.nodeid, name=item.nodeid, title=_title(item), file=file, line=(line or 0) + 1
        )

    def note(self, topic: str, title: str, data: dict[str, Any]) -> None:
        """Note something of the whole run."""
        self._tracing.recorder.write(Noted(topic=topic, title=title, data=data))

    def _failing(self, test: Any, error: Any) -> None:
        """Look for pitfalls as soon as a TestCase method fails."""
        if is_a(error, tuple) and not issubclass(error[0], unittest.SkipTest):
            self._tracing.note_pitfalls(error[1])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        """Trace fixtures of wider scopes outside of the test that requests them first."""
        if fixturedef.scope == "function":
            return (yield)
        with self._tracing.outside():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record the outcome of each phase of a test, with the exception itself."""
        self._note_pitfalls(item, call)
        report = yield
        self._record(report, call)
        return report

    @guarded
    def _note_pitfalls(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Add pitfalls to an exception before pytest formats it."""
        if call.when != "call" or call.excinfo is None or hasattr(type(item), "addFailure"):
            return
        if not is_a(call.excinfo.value, pytest.skip.Exception) and item.get_closest_marker("xfail") is None:
            self._tracing.note_pitfalls(call.excinfo.value)

    @guarded
    def _record(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        if report.when == "setup":
            self._result = _Result()
        self._result.output = tuple(report.sections)
        if report.failed:
            self._failed(report, call)
        elif report.skipped:
            xfail = getattr(report, "wasxfail", None)
            self._result.outcome = "skipped" if xfail is None else "xfailed"
            self._result.reason = _skip_reason(report) if xfail is None else str(xfail)
        elif report.when == "call" and self._result.outcome != "failed":
            xfail = getattr(report, "wasxfail", None)
            self._result.outcome = "passed" if xfail is None else "xpassed"
            self._result.reason = str(xfail or "")

    @guarded
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the subtests that failed."""
        scope = self._tracing.running
        context = getattr(report, "context", None)
        if scope is None or context is None or not report.failed:
            return
        values = (f"{name}={plain_text(value)}" for name, value in context.kwargs.items())
        title = " ".join([context.msg or "", *values])
        self._tracing.recorder.write(
            Noted(
                test=scope.test,
                topic="subtest",
                title=title.strip() or "subtest",
                data={"message": report.longreprtext},
            )
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Close the file of a worker; the controller closes its own when all workers are done."""
        if not self._tracing.leads:
            self._tracing.close()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Build the report and print the summary."""
        self._tracing.close()
        terminalreporter.section("journeys")
        writer = config.get_terminal_writer()
        for line in tell(
            self._tracing.run.folder,
            write_report=self._options.report is not None,
            width=writer.fullwidth,
            colour=writer.hasmarkup,
            ascii_only=not terminal_encoding(writer).lower().startswith("utf"),
            run=self._tracing.run.name,
        ):
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Close the file if there was no terminal summary."""
        self._tracing.close()

    def _failed(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        if self._result.outcome != "failed":
            self._result.outcome = "failed" if report.when == "call" else "error"
        if self._result.failure is None:
            self._result.failure = (
                self._tracing.explain(call.excinfo.value, ended=True)
                if call.excinfo is not None
                else Failure(type="", message=self._tracing.redactor.clean(report.longreprtext))
            )


def _title(item: pytest.Item) -> str:
    """Return the first line of a test's docstring, without ``item.obj``, which would instantiate its class."""
    owner: Any = getattr(item.parent, "obj", None)
    name = getattr(item, "originalname", None) or item.name
    for each in owner.__mro__ if is_a(owner, type) else (owner,):
        function = variables(each).get(name) if not is_a(each, type) else each.__dict__.get(name)
        if inspect.isroutine(function):
            return (function.__doc__ or "").strip().partition("\n")[0].strip()
    return ""


def _skip_reason(report: pytest.TestReport) -> str:
    shown = report.longrepr
    text = str(shown[2]) if isinstance(shown, tuple) else report.longreprtext
    return text.removeprefix("Skipped: ")
