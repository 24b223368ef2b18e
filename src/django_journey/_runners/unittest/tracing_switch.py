"""Does what the settings or the environment ask for when unittest's tests run, with stories or without."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

from django_journey._story.settings import Options

__all__ = ["switch_on"]

_VARIABLES = ("JOURNEY_REPORT", "JOURNEY_TRACE", "JOURNEY_SNAPSHOT", "JOURNEY_ACCESS")


def switch_on(command: Sequence[str]) -> None:
    """Install the hooks of tracing, kept databases and replays if this process runs tests; called while Django starts.

    Variables in the environment ask for them in any process; the setting ``JOURNEY`` does so only if tests are
    about to run, since the site itself has it, too.

    Args:
        command: The command line, as ``sys.argv`` has it.

    Raises:
        ConfigurationError: A setting is invalid.
    """
    testing = list(command[1:2]) == ["test"] or "django.test.runner" in sys.modules
    spawned = multiprocessing.parent_process() is not None and bool(os.environ.get("JOURNEY_RUN"))
    requested = any(os.environ.get(name, "").strip() for name in _VARIABLES)
    # Under pytest, the plugin traces; its TestCases must not be traced twice.
    if not (requested or testing or spawned) or "django_journey._runners.pytest.plugin" in sys.modules:
        return
    options = Options.for_run()
    if options.access is not None and not spawned:
        from django_journey._runners.unittest import access

        access.install(options.access, accept=options.accept)
    if options.tracing:
        from django_journey._runners.unittest.tracing import install

        install(options, django=True)
    if options.snapshot is not None:
        from django_journey._world.snapshots import ready

        ready.install(options.snapshot)
