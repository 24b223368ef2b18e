"""Traces a run of ``pytest``: every test with its outcome, in xdist's workers too."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from django_journey.errors import ConfigurationError
from django_journey.runners.reporting import tell
from django_journey.story.options import Options
from django_journey.trace import runs
from django_journey.trace.events import Failure, Noted
from django_journey.trace.tracing import Tracing

__all__ = ["PytestTracing", "start"]

_NAME = "journey-tracing"


def start(config: pytest.Config, options: Options) -> None:
    """Begin to trace, or join the run of the controller that started this worker.

    Raises:
        pytest.UsageError: The report's folder can't be used.
    """
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    folder = Path(config.invocation_params.dir, options.folder).absolute()
    going = runs.current_run()
    if worker:
        run = going
    elif going is not None and going.alive and going.folder == folder:
        run = None  # a test of a traced run started this one: the folder is taken
    else:
        try:
            run = runs.begin(folder)
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
    if run is not None:
        tracing = Tracing(run, runner="pytest", worker=worker, secrets=options.secrets)
        config.pluginmanager.register(PytestTracing(tracing, options), _NAME)


@dataclass(slots=True)
class _Result:
    """What is known so far of the test that is running."""

    outcome: str = "passed"
    failure: Failure | None = None
    reason: str = ""


class PytestTracing:
    """The hooks of a traced run.

    Args:
        tracing: Where the events go.
        options: The run's settings.
    """

    def __init__(self, tracing: Tracing, options: Options) -> None:
        self._tracing = tracing
        self._options = options
        self._result = _Result()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Begin and end each test around everything that belongs to it."""
        file, line, _ = item.location
        scope = self._tracing.begin(
            item.nodeid, name=item.nodeid, title=_title(item), file=file, line=(line or 0) + 1
        )
        self._result = _Result()
        with self._tracing.entered(scope):
            done = yield
        result = self._result
        self._tracing.end(scope, result.outcome, failure=result.failure, reason=result.reason)
        return done

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        """Keep what shared fixtures do out of the test that happens to come first."""
        if fixturedef.scope == "function":
            return (yield)
        with self._tracing.outside():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Learn how each part of a test went, with the exception itself."""
        report = yield
        if report.when == "setup":
            self._result = _Result()
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
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the subtests that failed."""
        scope = self._tracing.running
        context = getattr(report, "context", None)
        if scope is None or context is None or not report.failed:
            return
        title = " ".join([context.msg or "", *(f"{name}={value}" for name, value in context.kwargs.items())])
        self._tracing.recorder.write(
            Noted(
                test=scope.test,
                topic="subtest",
                title=title.strip() or "subtest",
                data={"message": report.longreprtext},
            )
        )

    def pytest_report_header(self) -> str:
        """Say where the trace goes."""
        return f"journey: traced into {self._tracing.run.folder}"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """End a worker's file; the controller's ends when all workers are done."""
        if not self._tracing.leads:
            self._tracing.close()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Build the report and draw the suite's shape."""
        self._tracing.close()
        terminalreporter.section("journeys")
        writer = terminalreporter._tw
        encoding = (getattr(writer._file, "encoding", "") or "").lower()
        for line in tell(
            self._tracing.run.folder,
            write_report=self._options.report is not None,
            width=writer.fullwidth,
            colour=writer.hasmarkup,
            ascii_only=not encoding.startswith("utf"),
        ):
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """End the file where no terminal asked for a summary."""
        self._tracing.close()

    def _failed(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        if self._result.outcome != "failed":
            self._result.outcome = "failed" if report.when == "call" else "error"
        if self._result.failure is None:
            self._result.failure = (
                self._tracing.explain(call.excinfo.value)
                if call.excinfo is not None
                else Failure(type="", message=self._tracing.redactor.clean(report.longreprtext))
            )


def _title(item: pytest.Item) -> str:
    text = (getattr(getattr(item, "obj", None), "__doc__", "") or "").strip()
    return text.splitlines()[0].strip() if text else ""


def _skip_reason(report: pytest.TestReport) -> str:
    told = report.longrepr
    text = str(told[2]) if isinstance(told, tuple) else report.longreprtext
    return text.removeprefix("Skipped: ")
