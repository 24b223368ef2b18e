"""Outside HTTP services: declared once, then faked, called for real, recorded or replayed, at the wire."""

from __future__ import annotations

from django_journey._world.services import faults
from django_journey._world.services.contract import check_contract
from django_journey._world.services.exchange import Asked, Call, Mode, Reply
from django_journey._world.services.running import Services
from django_journey._world.services.service import Service, operation
from django_journey._world.services.standalone import served

__all__ = [
    "Asked",
    "Call",
    "Mode",
    "Reply",
    "Service",
    "Services",
    "check_contract",
    "faults",
    "operation",
    "served",
]
