"""Outside HTTP services beyond ``Service`` and ``operation``: requests and replies, recordings, contract checks."""

from django_journey._world.network.guard import Network
from django_journey._world.services.cassette import Cassette
from django_journey._world.services.contract import Drift, check_contract, drifts
from django_journey._world.services.exchange import Asked, Call, Mode, Reply
from django_journey._world.services.running import Services
from django_journey._world.services.secrets import Secrets
from django_journey._world.services.standalone import served

__all__ = [
    "Asked",
    "Call",
    "Cassette",
    "Drift",
    "Mode",
    "Network",
    "Reply",
    "Secrets",
    "Services",
    "check_contract",
    "drifts",
    "served",
]
