"""Real browsers for the tests that need one."""

from __future__ import annotations

import os

import pytest

from django_journey.drivers.browser.session import Launch, session_for
from django_journey.errors import ConfigurationError, MissingExtra


@pytest.fixture(scope="session")
def browser() -> None:
    """A browser is there; on a machine without one its tests are left out, in CI they fail."""
    try:
        session_for(Launch())
    except (ConfigurationError, MissingExtra) as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no browser here: {missing}")
