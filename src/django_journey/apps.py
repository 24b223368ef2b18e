"""The Django app: the command ``journey``, system checks of the settings, and tracing of ``manage.py test``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

from django_journey.errors import Explanation


class DjangoJourneyConfig(AppConfig):
    """The app config; the app has no models."""

    name = "django_journey"
    verbose_name = "django-journey"

    def ready(self) -> None:
        """Register the system checks, and install the hooks into unittest if its tests are traced."""
        register(check_settings)
        from django_journey._runners.unittest.tracing_switch import switch_on

        switch_on(sys.argv)


def check_settings(app_configs: Sequence[AppConfig] | None = None, **facts: Any) -> list[CheckMessage]:
    """Report what is wrong in ``settings.JOURNEY``, and what looks wrong in the environment, as system checks.

    A misspelt variable is only a warning, since it may belong to another program.
    """
    from django_journey._story.misspelt import misspelt_variables
    from django_journey._story.settings import Options
    from django_journey.errors import ConfigurationError

    found: list[CheckMessage] = []
    try:
        Options.load(environ={})
    except ConfigurationError as error:
        found.append(_message(Error, error.explanation, "E001"))
    try:
        Options.load(settings={})
    except ConfigurationError as error:
        found.append(_message(Warning, error.explanation, "W001"))
    return [
        *found,
        *(_message(Warning, explanation, "W001") for explanation in misspelt_variables(os.environ)),
    ]


def _message(kind: Callable[..., CheckMessage], parts: Explanation, number: str) -> CheckMessage:
    where = f" ({parts.where})" if parts.where else ""
    nearest = f"nearest: {', '.join(parts.nearest)}. " if parts.nearest else ""
    hint = f"{nearest}Write {parts.instead}" if parts.instead else nearest or None
    return kind(f"{parts.sought}{where}", hint=hint, id=f"django_journey.{number}")
