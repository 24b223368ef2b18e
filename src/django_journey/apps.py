"""The Django app: it brings the ``journey`` command, checks the settings, and traces ``manage.py test``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

from django_journey.errors import Explanation


class DjangoJourneyConfig(AppConfig):
    """django-journey as Django sees it; it has no models."""

    name = "django_journey"
    verbose_name = "django-journey"

    def ready(self) -> None:
        """Check the settings, and hook into unittest where its tests are to be traced."""
        register(check_settings)
        from django_journey.runners.switch import switch_on

        switch_on(sys.argv)


def check_settings(app_configs: Sequence[AppConfig] | None = None, **facts: Any) -> list[CheckMessage]:
    """Report what is wrong in ``settings.JOURNEY``, and what looks wrong in the environment, as system checks.

    A variable may be another program's, so that it is but warned of.
    """
    from django_journey.errors import ConfigurationError
    from django_journey.story.options import Options, slips

    found: list[CheckMessage] = []
    try:
        Options.load(environ={})
    except ConfigurationError as error:
        found.append(_message(Error, error.explanation, "E001"))
    try:
        Options.load(settings={})
    except ConfigurationError as error:
        found.append(_message(Warning, error.explanation, "W001"))
    return [*found, *(_message(Warning, slip, "W001") for slip in slips(os.environ))]


def _message(kind: Callable[..., CheckMessage], parts: Explanation, number: str) -> CheckMessage:
    where = f" ({parts.where})" if parts.where else ""
    nearest = f"nearest: {', '.join(parts.nearest)}. " if parts.nearest else ""
    hint = f"{nearest}Write {parts.instead}" if parts.instead else nearest or None
    return kind(f"{parts.sought}{where}", hint=hint, id=f"django_journey.{number}")
