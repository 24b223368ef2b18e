"""Stories of the little shop."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def shop(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.shop"
    settings.LOGIN_URL = "/in/"


@pytest.fixture
def ada(db: None) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user("ada", "ada@example.com", "zebra-crossing-9")
