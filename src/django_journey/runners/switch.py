"""Switches the tracing of unittest's tests on, when the settings or the environment ask for it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

from django_journey.story.options import Options

__all__ = ["switch_on"]


def switch_on(command: Sequence[str]) -> None:
    """Hook into unittest if this process is to run traced tests; called while Django starts.

    Asked for by ``JOURNEY_REPORT`` or ``JOURNEY_TRACE`` in the environment, it is done in any process; asked
    for by the setting ``JOURNEY`` only where tests are about to run, since the site itself has it too.

    Args:
        command: The command line, as ``sys.argv`` has it.

    Raises:
        ConfigurationError: It is asked for, and a setting can't be used.
    """
    testing = list(command[1:2]) == ["test"] or "django.test.runner" in sys.modules
    spawned = multiprocessing.parent_process() is not None and bool(os.environ.get("JOURNEY_RUN"))
    told = any(os.environ.get(name, "").strip() for name in ("JOURNEY_REPORT", "JOURNEY_TRACE"))
    # Under pytest its plugin traces; unittest's cases that it runs are not traced twice.
    if not (told or testing or spawned) or "django_journey.runners.pytest_plugin" in sys.modules:
        return
    options = Options.for_tracing()
    if options.tracing:
        from django_journey.runners.unittest_tracing import install

        install(options, django=True)
