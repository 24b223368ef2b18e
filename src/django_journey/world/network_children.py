"""Carries the network guard over into the Python processes that a journey starts."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django_journey.world.network_rules import Rule

__all__ = ["guard_this_process", "guarded_children"]

_RULES = "DJANGO_JOURNEY_GUARD"
_START = Path(__file__).parent / "children"


@contextmanager
def guarded_children(rules: Iterable[Rule]) -> Iterator[None]:
    """Let Python processes that are started meanwhile begin with a guard of their own.

    They are told through their environment, so a process that is given another environment, or that ignores
    ``PYTHONPATH`` (``python -I``, ``-E``), is not reached; neither are programs in other languages.

    Args:
        rules: What they may reach.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", _RULES)}
    places = [str(_START), *filter(None, [before["PYTHONPATH"]])]
    told = [(rule.host, str(rule.network or ""), rule.port) for rule in rules]
    os.environ.update({"PYTHONPATH": os.pathsep.join(places), _RULES: json.dumps(told)})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def guard_this_process() -> None:
    """Guard a process from its start to its end, as its environment says."""
    told = os.environ.get(_RULES)
    if not told:
        return
    from django_journey.world.network import Network

    rules = tuple(
        Rule(host, ipaddress.ip_network(network) if network else None, port)
        for host, network, port in json.loads(told)
    )
    Network(rules=rules).__enter__()
