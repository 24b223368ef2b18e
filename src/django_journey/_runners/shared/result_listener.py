"""Observes the outcome that a test reports to its result object, whatever the class of that."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from django_journey._adapters.unittest import subtest_title
from django_journey._trace.record.events import Failure, Noted
from django_journey._trace.safety.hook_errors import guarded
from django_journey._trace.tracing import Tracing

__all__ = ["ResultListener", "also"]


class ResultListener:
    """Records the outcome of one test while it runs; the result object is restored afterwards.

    Methods are wrapped on the object, not on its class: a result class of another library need not call
    those of ``unittest.TestResult``.

    Args:
        result: The result object of the test.
        case: The test.
        tracing: Explains exceptions.
    """

    def __init__(self, result: Any, case: Any, tracing: Tracing) -> None:
        self.dropped = tracing.dropped
        self.failure: Failure | None = None
        self.reason = ""
        self._outcome = ""
        self._subtests_skipped = ""
        self._result = result
        self._case = case
        self._tracing = tracing
        self._before: dict[str, Any] = {}
        self._handlers: dict[str, Callable[..., None]] = {
            "addSuccess": self._success,
            "addError": self._error,
            "addFailure": self._failed,
            "addSkip": self._skip,
            "addExpectedFailure": self._expected_failure,
            "addUnexpectedSuccess": self._unexpected_success,
            "addSubTest": self._subtest,
        }

    @property
    def outcome(self) -> str:
        """The outcome, as the trace names it."""
        if not self._outcome and self._subtests_skipped:
            self.reason = self._subtests_skipped
            return "skipped"
        return self._outcome or "passed"

    def __enter__(self) -> Self:
        self._listen()
        return self

    @guarded
    def _listen(self) -> None:
        own = vars(self._result)
        for name, handle in self._handlers.items():
            method = getattr(self._result, name, None)
            if method is not None:
                if name in own:
                    self._before[name] = own[name]
                setattr(self._result, name, also(method, handle))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @guarded
    def _leave(self) -> None:
        own = vars(self._result)
        for name in self._handlers:
            if name in self._before:
                setattr(self._result, name, self._before[name])
            else:
                own.pop(name, None)

    def _success(self, test: Any) -> None:
        self._outcome = self._outcome or "passed"

    def _error(self, test: Any, err: Any) -> None:
        self._bad("error", err)

    def _failed(self, test: Any, err: Any) -> None:
        self._bad("failed", err)

    def _skip(self, test: Any, reason: str) -> None:
        if test is self._case:
            self._outcome, self.reason = self._outcome or "skipped", str(reason)
        else:
            self._subtests_skipped = str(reason)

    def _expected_failure(self, test: Any, err: Any) -> None:
        self._outcome, self.reason = self._outcome or "xfailed", _text(self._tracing, err)

    def _unexpected_success(self, test: Any) -> None:
        self._outcome = self._outcome or "xpassed"

    def _subtest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is None:
            return
        outcome = (
            "failed" if issubclass(err[0], getattr(test, "failureException", AssertionError)) else "error"
        )
        scope = self._tracing.running
        if scope is not None:
            failure = self._tracing.explain(err[1], ended=True)
            title = subtest_title(subtest)
            self._tracing.recorder.write(
                Noted(
                    test=scope.test,
                    topic="subtest",
                    title=title,
                    data={"outcome": outcome, "message": failure.message},
                )
            )
        self._bad(outcome, err)

    def _bad(self, outcome: str, err: Any) -> None:
        if issubclass(err[0], unittest.SkipTest):
            return
        self._outcome = self._outcome if self._outcome in {"failed", "error"} else outcome
        if self.failure is None:
            self._tracing.note_pitfalls(err[1])
            self.failure = self._tracing.explain(err[1], ended=True)


def _text(tracing: Tracing, err: Any) -> str:
    return tracing.explain(err[1], ended=True).message


def also(method: Callable[..., Any], handle: Callable[..., None]) -> Callable[..., Any]:
    """Return a method of a result object that calls a handler with its arguments first."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        with suppress(Exception):  # an error of the handler must not change the outcome
            handle(*arguments, **keywords)
        return method(*arguments, **keywords)

    return call
