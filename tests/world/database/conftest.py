"""Runs each test of shared transactions on every database that answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import needs
from tests.site import databases


@pytest.fixture(scope="session", params=databases.ALIASES)
def made(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    alias = request.param
    if reason := databases.unanswered(alias):
        needs.leave_out(reason)
    if reason := databases.driverless(alias):
        needs.lacking(reason)
    unique = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.make(alias, databases.settings_of(alias, tmp_path_factory.mktemp("databases"), unique))
        yield alias
        databases.drop(alias)


@pytest.fixture
def alias(made: str, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        yield made


@pytest.fixture(autouse=True)
def quickly_switching_threads() -> Iterator[None]:
    """Let threads take turns at awkward places, so that a race shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    yield
    sys.setswitchinterval(before)
