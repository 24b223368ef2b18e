"""What can go wrong with an outside service: ``journey.services.fail("payments", faults.time_out())``."""

from django_journey._world.services.faults import (
    Fault,
    cut_off,
    refused,
    server_error,
    slow,
    time_out,
    too_many_requests,
)

__all__ = ["Fault", "cut_off", "refused", "server_error", "slow", "time_out", "too_many_requests"]
