"""A request that is being answered: what is collected meanwhile, found through a context variable."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django_journey.trace.real import real
from django_journey.trace.recorder import TestScope
from django_journey.trace.statements import Statement

__all__ = ["Serving", "current_serving", "serving_of"]


@dataclass(slots=True)
class Serving:
    """One request while the site answers it.

    It is found through a context variable, so that async views, threads that the handler starts and
    nested requests each note what they do where it belongs.
    """

    scope: TestScope
    number: int
    step: int
    parent: int = 0
    began: float = field(default_factory=real.perf_counter)
    queries: list[Statement] = field(default_factory=list)
    writes: list[tuple[str, Any]] = field(default_factory=list)  # SQL that changes rows, with its parameters
    templates: dict[str, None] = field(default_factory=dict)
    form_errors: dict[str, None] = field(default_factory=dict)
    rendering: int = 0
    exception: BaseException | None = None


current_serving: ContextVar[Serving | None] = ContextVar("django_journey_request", default=None)


def serving_of(scope: TestScope) -> Serving | None:
    """Return the request that is being answered in this context, if it belongs to that test."""
    serving = current_serving.get()
    return serving if serving is not None and serving.scope is scope else None
