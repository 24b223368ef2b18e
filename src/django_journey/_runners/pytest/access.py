"""Lets a pytest run say who may do what (``--journey-access``)."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from django_journey._runners.shared.access_run import AccessRun

__all__ = ["PytestAccess"]

_DATA = "django_journey_access"


class PytestAccess:
    """The hooks of such a run.

    Args:
        path: The reviewed file.
        accept: Whether it is written anew.
    """

    def __init__(self, path: Path, *, accept: bool) -> None:
        self._run = AccessRun(path, accept=accept)
        self._said: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Forget the last test."""
        self._run.begin_test()
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker found."""
        self._run.add(getattr(node, "workeroutput", {}).get(_DATA, {}))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare with the reviewed file; a worker sends what it found instead."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_DATA] = self._run.data
        elif self._run.finish(self._said.append) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what looks wrong, and what has changed."""
        terminalreporter.section("who may do what")
        for line in self._said:
            terminalreporter.write_line(line)
