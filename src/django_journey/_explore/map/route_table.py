"""The URL patterns of a project as a table, with how often the tests of a trace asked for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django_journey._explore.map.page import write_map
from django_journey._explore.map.reached import Reached
from django_journey._explore.map.site_parts import site_routes
from django_journey._routes.url_names import UrlRoute
from django_journey._trace.record.trace_reader import read

__all__ = ["route_lines"]


def route_lines(
    trace: Path | None, *, admin: bool = False, page: Path | None = None
) -> tuple[list[str], float]:
    """Return the lines of the table, and the share of the patterns that were asked for, in per cent.

    Args:
        trace: The folder of a report or of its trace; ``None`` for a table without requests.
        admin: Whether the patterns of Django's admin are listed too.
        page: Where the map is written as a page.

    Raises:
        ConfigurationError: There is no trace in that folder.
    """
    every = site_routes(admin=admin)
    if trace is None:
        return list(_table(every, None)), 0.0
    reached = Reached.of_events(read(trace))
    asked = {route: times.total() for route, times in reached.by_route.items()}
    number = sum(1 for route in every if (route.pattern or "/") in asked)
    share = 100 * number / len(every) if every else 100.0
    lines = [*_table(every, asked), f"{number} of {len(every)} URL patterns requested ({share:.0f} %)"]
    if page is not None:
        write_map(page, reached, admin=admin)
        lines.append(f"Map: {page}")
    return lines, share


def _table(every: Sequence[UrlRoute], asked: Mapping[str, int] | None) -> Iterator[str]:
    rows = [
        (
            "" if asked is None else str(asked.get(route.pattern or "/", "never")),
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
