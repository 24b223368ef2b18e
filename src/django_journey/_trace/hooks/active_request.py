"""The request that is being answered in the calling context, and what is collected for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django_journey._trace.record.details import Execution
from django_journey._trace.record.query_shapes import Statement
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.real_functions import real

__all__ = ["ActiveRequest", "active_request", "active_request_of"]


@dataclass(slots=True)
class ActiveRequest:
    """One request while the site answers it.

    A context variable holds it, so that async views, threads that the handler starts and
    nested requests each add to their own request.
    """

    scope: TestScope
    number: int
    step: int
    parent: int = 0
    began: float = field(default_factory=real.perf_counter)
    queries: list[Statement] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)  # of the queries, if details are recorded
    context: dict[str, str] = field(default_factory=dict)
    writes: list[tuple[str, Any]] = field(default_factory=list)  # SQL that changes rows, with its parameters
    templates: dict[str, None] = field(default_factory=dict)
    form_errors: dict[str, None] = field(default_factory=dict)
    rendering: int = 0
    exception: BaseException | None = None


active_request: ContextVar[ActiveRequest | None] = ContextVar("django_journey_request", default=None)


def active_request_of(scope: TestScope) -> ActiveRequest | None:
    """Return the request that is being answered in this context, if it belongs to that test."""
    active = active_request.get()
    return active if active is not None and active.scope is scope else None
