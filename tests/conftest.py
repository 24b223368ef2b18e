"""Real browsers for the tests that need one."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from django_journey._drivers.browser.session import Launch, session_for
from tests import needs

# Many tests start Python in a process of its own: to compile everything anew in each takes longer than most tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A slow machine fails no test.
settings.register_profile("at any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("at any speed")


@pytest.fixture(scope="session")
def browser() -> None:
    """A browser is there, and stories of this process can drive it."""
    with needs.a_browser():
        session_for(Launch())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that shows no window."""
    return needs.program("chromium-headless-shell", "chromium", package="chromium-headless-shell")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Tell once what a fixture lacks, however many tests need it: pytest gathers what is skipped at one place."""
    report = yield
    if report.when == "setup" and report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = needs.at_one_place(report.longrepr)
    return report
