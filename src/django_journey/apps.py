"""The Django app: it brings the ``journey`` command, checks the settings, and traces ``manage.py test``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


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
    """Report a wrong name or value in ``settings.JOURNEY`` or in the environment as a system check."""
    from django_journey.errors import ConfigurationError
    from django_journey.story.options import Options

    try:
        Options.load()
    except ConfigurationError as error:
        parts = error.explanation
        where = f" ({parts.where})" if parts.where else ""
        nearest = f"nearest: {', '.join(parts.nearest)}. " if parts.nearest else ""
        hint = f"{nearest}Write {parts.instead}" if parts.instead else nearest or None
        return [Error(f"{parts.sought}{where}", hint=hint, id="django_journey.E001")]
    return []
