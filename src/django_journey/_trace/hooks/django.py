"""Installs what observes Django for the current test: requests, SQL, templates, mail, files, logs, direct view calls.

The hooks only observe: they change no outcome, run no query and none of the test's code, raise nothing, and keep no
view, context, exception or response beyond the request. Each shows as one frame in a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django_journey._trace.failures.pitfalls import count_executed_hooks
from django_journey._trace.hooks.direct_calls import DirectCalls
from django_journey._trace.hooks.mails import MailHooks
from django_journey._trace.hooks.requests import RequestHooks
from django_journey._trace.hooks.side_effects import SideEffectHooks
from django_journey._trace.hooks.sql import SqlHooks
from django_journey._trace.hooks.templates import TemplateHooks
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents
from django_journey._trace.safety.patches import Patches
from django_journey._trace.secrets.redactor import Redactor
from django_journey._trace.secrets.settings import SettingsSecrets

__all__ = ["DjangoHooks"]


class DjangoHooks:
    """Everything that is wrapped in Django while a run is traced.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        redactor: Is given the secrets that requests and mails carry.
        secrets: Reads the secrets among the settings, which a test may override.
        write: Writes a request from its facts.
        dropped: Counts what could not be recorded.
    """

    def __init__(
        self,
        find: Callable[[], TestScope | None],
        redactor: Redactor,
        secrets: SettingsSecrets,
        write: Callable[[dict[str, Any]], None],
        dropped: DroppedEvents,
    ) -> None:
        self._patches = Patches()
        self._hooks = (
            RequestHooks(find, redactor, secrets, write, dropped),
            SqlHooks(find, dropped),
            TemplateHooks(dropped),
            MailHooks(find, redactor, dropped),
            SideEffectHooks(find, dropped),
        )
        self._direct_calls = DirectCalls(find, dropped)

    def install(self) -> None:
        """Wrap everything; what is wrapped already stays, so it may be called before each test."""
        for hooks in self._hooks:
            hooks.install(self._patches)
        if "django.test" in sys.modules:
            self._direct_calls.install(self._patches)
            count_executed_hooks(self._patches)

    def remove(self) -> None:
        """Put back what was there."""
        self._patches.remove()
