"""Carries the network guard over into the Python processes that a journey starts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django_journey._world.network.rules import NetworkRule

__all__ = ["CHILD_RULES", "guarded_children"]

#: The environment variable that carries the rules.
CHILD_RULES = "DJANGO_JOURNEY_GUARD"
_START = Path(__file__).parent / "child_start"


@contextmanager
def guarded_children(rules: Iterable[NetworkRule]) -> Iterator[None]:
    """Guard the Python processes that are started while the block runs.

    They read the rules from their environment. So a process with another environment, or that ignores
    ``PYTHONPATH`` (``python -I``, ``-E``), is not guarded; neither are programs in other languages.

    Args:
        rules: What they may reach.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", CHILD_RULES)}
    places = [str(_START), *filter(None, [before["PYTHONPATH"]])]
    written = [(rule.host, str(rule.network or ""), rule.port) for rule in rules]
    os.environ.update({"PYTHONPATH": os.pathsep.join(places), CHILD_RULES: json.dumps(written)})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
