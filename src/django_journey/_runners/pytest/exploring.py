"""``pytest --journey-explore``: a walk through the site as one more test, and a failed test for each finding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django_journey._explore.findings.finding import Finding

__all__ = ["add_exploring_options", "exploring_items"]

_NAME = "journey-explore"


def add_exploring_options(parser: pytest.Parser) -> None:
    """Add ``--journey-explore`` and the bounds of the walk."""
    group = parser.getgroup("journey")
    group.addoption(
        "--journey-explore",
        action="store_true",
        help="walk through the site too; each finding is a failed test",
    )
    group.addoption(
        "--journey-explore-seconds", type=float, default=60.0, help="how long the walk may take (60)"
    )
    group.addoption(
        "--journey-explore-requests",
        type=int,
        default=0,
        help="how many requests it may send; 0 for any number",
    )


def exploring_items(session: pytest.Session) -> list[pytest.Item]:
    """Return the test that walks, if the command line asks for it."""
    if not session.config.getoption("--journey-explore"):
        return []
    module = pytest.Module.from_parent(session, path=Path(__file__), name=_NAME, nodeid=_NAME)
    return [pytest.Function.from_parent(module, name="site", callobj=_walk)]


@pytest.mark.django_db(databases="__all__")
def _walk(request: pytest.FixtureRequest) -> None:
    """Walk through the site, and report each finding that the project does not accept."""
    from django_journey._explore.command import Exploration, explore
    from django_journey._explore.findings import baseline
    from django_journey._explore.walk import Bounds

    config = request.config
    known = baseline.accepted(config.rootpath / baseline.DEFAULT)
    bounds = Bounds(
        config.getoption("--journey-explore-seconds"), config.getoption("--journey-explore-requests")
    )
    request.getfixturevalue("db")
    for finding in explore(Exploration(bounds)).problems:
        if finding.key not in known:
            _report(request.node, finding)


def _report(item: pytest.Item, finding: Finding) -> None:
    """Report a finding as a test of its own, which failed."""
    from django_journey._explore.findings.story_source import story_name
    from django_journey._explore.findings.terminal import lines_of

    name = story_name(finding)
    text = "\n".join([*lines_of([finding]), finding.story])
    report = pytest.TestReport(
        nodeid=f"{_NAME}::{name}",
        location=(_NAME, None, name),
        keywords={_NAME: 1},
        outcome="failed",
        longrepr=text,
        when="call",
        sections=[("finding", finding.key)],
    )
    item.ihook.pytest_runtest_logreport(report=report)
