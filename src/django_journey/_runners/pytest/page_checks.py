"""Lets tests fail where a page that they get is wrong in a way that they do not ask about (``checks``)."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from django_journey._story.settings import Options
from django_journey.errors import ExpectationError, Explanation

if TYPE_CHECKING:
    from django_journey._explore.findings.finding import Finding

__all__ = ["PytestChecks"]

_DATA = "django_journey_checks"
_SHOWN = 8


class PytestChecks:
    """The hooks of a run of which some tests check their pages.

    Args:
        options: The settings of the run.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._accepted: dict[str, str] | None = None
        self._found: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Keep the pages that a test gets, and check them once it has passed."""
        conf = sys.modules.get("django.conf")
        given = next(
            (mark.kwargs["checks"] for mark in item.iter_markers("journey") if "checks" in mark.kwargs),
            self._options.checks,
        )
        if not given or conf is None or not conf.settings.configured:
            return (yield)
        from django_journey._explore.checks import PageWatch, checked_names
        from django_journey._explore.settings import Settings

        names = checked_names((given,) if isinstance(given, str) else given)
        with PageWatch(names, Settings.load().queries) as watch:
            done = yield
        known = self._known(item.config.rootpath)
        fresh = [finding for finding in watch.findings() if finding.key not in known]
        if fresh and self._options.accept:
            self._found.update(finding.key for finding in fresh)
        elif fresh:
            raise ExpectationError(_explanation(fresh))
        return done

    def _known(self, root: Path) -> dict[str, str]:
        if self._accepted is None:
            from django_journey._explore.findings import baseline

            self._accepted = baseline.accepted(root / baseline.OF_TESTS)
        return self._accepted

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker found."""
        self._found.update(getattr(node, "workeroutput", {}).get(_DATA, ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what is accepted from now on; a worker sends it instead."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_DATA] = sorted(self._found)
        elif self._found:
            from django_journey._explore.findings import baseline

            baseline.write(session.config.rootpath / baseline.OF_TESTS, self._found)


def _explanation(found: list[Finding]) -> Explanation:
    lines = [
        f"{finding.kind}: {finding.what}"
        + (f" ({finding.place})" if finding.place else "")
        + f", on {finding.steps.path}"
        for finding in found
    ]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Explanation(
        f"the test passed, but {len(found)} of what its pages are checked for is wrong",
        where="; ".join(lines[:_SHOWN]) + more,
        instead="mend the pages; or accept it with --journey-accept, and say why in journey-checks.toml",
    )
