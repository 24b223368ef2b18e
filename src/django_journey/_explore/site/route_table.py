"""The URL patterns of a project as a table, with how often the tests of a trace asked for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django_journey._explore.site.addresses import is_machinery
from django_journey._routes.url_names import UrlRoute, routes
from django_journey._trace.record.events import Event, RequestServed
from django_journey._trace.record.trace_reader import read

__all__ = ["route_lines"]


def route_lines(trace: Path | None, *, admin: bool = False) -> tuple[list[str], float]:
    """Return the lines of the table, and the share of the patterns that were asked for, in per cent.

    Args:
        trace: The folder of a report or of its trace; ``None`` for a table without requests.
        admin: Whether the patterns of Django's admin are listed too.

    Raises:
        ConfigurationError: There is no trace in that folder.
    """
    every = [route for route in routes() if admin or not is_machinery(route)]
    if trace is None:
        return list(_table(every, None)), 0.0
    asked = Counter(_asked(read(trace)))
    reached = sum(1 for route in every if asked[route.pattern])
    share = 100 * reached / len(every) if every else 100.0
    return [*_table(every, asked), f"{reached} of {len(every)} URL patterns requested ({share:.0f} %)"], share


def _asked(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        if isinstance(event, RequestServed) and event.route and event.status != 404:
            yield event.route


def _table(every: Sequence[UrlRoute], asked: Counter[str] | None) -> Iterator[str]:
    rows = [
        (
            "" if asked is None else str(asked[route.pattern] or "never"),
            ",".join(route.methods) or "any",
            route.pattern or "/",
            route.name,
            route.view,
        )
        for route in every
    ]
    head = ("" if asked is None else "requests", "methods", "pattern", "name", "view")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip()
