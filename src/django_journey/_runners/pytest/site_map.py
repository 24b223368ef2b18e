"""Lets a pytest run say what its tests reached of the site (``--journey-map``, ``--journey-fail-under``)."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from django_journey._story.settings import Options

if TYPE_CHECKING:
    from django_journey._explore.map.watch import MapWatch
    from django_journey._runners.pytest.tracing import PytestTracing

__all__ = ["PytestMap"]


class PytestMap:
    """The hooks of such a run, which is traced.

    Args:
        options: The run's settings.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._watch: MapWatch | None = None
        self._said: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """MapWatch forms and signals once Django's settings are there."""
        conf = sys.modules.get("django.conf")
        tracing: PytestTracing | None = item.config.pluginmanager.get_plugin("journey-tracing")
        if tracing is not None and conf is not None and conf.settings.configured:
            if self._watch is None:
                from django_journey._explore.map.watch import MapWatch

                self._watch = MapWatch(tracing.note)
            self._watch.install()
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Draw the map in the process that leads the run, and fail it where too little was reached."""
        if self._watch is not None:
            self._watch.remove()
        conf = sys.modules.get("django.conf")
        if hasattr(session.config, "workerinput") or conf is None or not conf.settings.configured:
            return
        from django_journey._explore.map.run import finish

        share, self._said = finish(self._options.folder)
        if share < self._options.fail_under:
            self._said.append(
                f"{share:.0f} % of the URL patterns reached: less than {self._options.fail_under:g} %"
            )
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was reached."""
        terminalreporter.section("what was reached")
        for line in self._said:
            terminalreporter.write_line(line)
