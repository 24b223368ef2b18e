"""Listens to what a test's result object is told, whatever class the project's runner made it of."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from django_journey.trace.events import Failure, Noted
from django_journey.trace.harmless import harmless
from django_journey.trace.tracing import Tracing

__all__ = ["Listener", "also"]


class Listener:
    """Learns how one test went while it runs; nothing is left on the result afterwards.

    The methods are wrapped on the object, not on its class: a result of another library need not call
    ``unittest.TestResult``'s own, and its lists need not be lists.

    Args:
        result: The result object that the test is given.
        case: The test.
        tracing: Explains exceptions.
    """

    def __init__(self, result: Any, case: Any, tracing: Tracing) -> None:
        self.losses = tracing.losses
        self.failure: Failure | None = None
        self.reason = ""
        self._outcome = ""
        self._subtests_skipped = ""
        self._result = result
        self._case = case
        self._tracing = tracing
        self._before: dict[str, Any] = {}
        self._heard: dict[str, Callable[..., None]] = {
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
        """How it went, in the trace's words."""
        if not self._outcome and self._subtests_skipped:
            self.reason = self._subtests_skipped
            return "skipped"
        return self._outcome or "passed"

    def __enter__(self) -> Self:
        self._listen()
        return self

    @harmless
    def _listen(self) -> None:
        own = vars(self._result)
        for name, hear in self._heard.items():
            told = getattr(self._result, name, None)
            if told is not None:
                if name in own:
                    self._before[name] = own[name]
                setattr(self._result, name, also(told, hear))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @harmless
    def _leave(self) -> None:
        own = vars(self._result)
        for name in self._heard:
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
            title = getattr(subtest, "_subDescription", subtest.id)()
            self._tracing.recorder.write(
                Noted(
                    test=scope.test,
                    topic="subtest",
                    title=str(title),
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


def also(told: Callable[..., Any], hear: Callable[..., None]) -> Callable[..., Any]:
    """Return a method of a result that another function hears of first."""

    def tell(*arguments: Any, **keywords: Any) -> Any:
        with suppress(Exception):  # an outcome that can't be told must not become another one
            hear(*arguments, **keywords)
        return told(*arguments, **keywords)

    return tell
