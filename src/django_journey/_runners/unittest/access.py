"""Lets a run of unittest or ``manage.py test`` say who may do what (``JOURNEY_ACCESS``), in one process."""

from __future__ import annotations

import atexit
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django_journey._runners.shared.access_run import AccessRun
from django_journey._trace.safety.patches import Patches

__all__ = ["install"]


def install(path: Path, *, accept: bool) -> None:
    """Hook into unittest; what was found is compared with the reviewed file when the process ends.

    Args:
        path: The file.
        accept: Whether it is written anew.
    """
    run, patches = AccessRun(path, accept=accept), Patches()

    def calling(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(case: Any, *arguments: Any, **keywords: Any) -> Any:
            run.begin_test()
            return original(case, *arguments, **keywords)

        return call

    patches.wrap(unittest.TestCase, "__call__", calling)
    atexit.register(run.finish, lambda line: sys.stderr.write(f"{line}\n"))
