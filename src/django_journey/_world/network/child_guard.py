"""Guards a Python process that a guarded journey started, from its start to its end."""

from __future__ import annotations

import ipaddress
import json
import os

from django_journey._world.network.children import CHILD_RULES
from django_journey._world.network.guard import Network
from django_journey._world.network.rules import NetworkRule

__all__ = ["guard_this_process"]


def guard_this_process() -> None:
    """Guard a process from its start to its end, as its environment says."""
    written = os.environ.get(CHILD_RULES)
    if not written:
        return
    rules = tuple(
        NetworkRule(host, ipaddress.ip_network(network) if network else None, port)
        for host, network, port in json.loads(written)
    )
    Network(rules=rules).__enter__()
