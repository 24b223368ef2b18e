"""Real browsers for the tests that need one."""

from __future__ import annotations

import pytest

from django_journey.drivers.browser.session import Launch, session_for
from tests import needs


@pytest.fixture(scope="session")
def browser() -> None:
    """A browser is there, and stories of this process can drive it."""
    with needs.a_browser():
        session_for(Launch())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that shows no window."""
    return needs.program("chromium-headless-shell", "chromium", package="chromium-headless-shell")
