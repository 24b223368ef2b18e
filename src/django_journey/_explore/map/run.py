"""The end of a run whose tests are mapped: reads its trace, and writes the map beside its report."""

from __future__ import annotations

from pathlib import Path

from django_journey._explore.map.page import map_lines, write_map
from django_journey._explore.map.reached import Reached
from django_journey._explore.map.site_parts import parts_of
from django_journey._trace.record.trace_reader import read
from django_journey.errors import ConfigurationError, visible

__all__ = ["finish"]


def finish(folder: Path) -> tuple[float, list[str]]:
    """Write ``map.html``; return the share of the URL patterns that were reached, in per cent, and lines to show.

    Args:
        folder: The report's folder.
    """
    try:
        reached = Reached.of_events(read(folder))
    except ConfigurationError as error:  # no test ran
        return 100.0, [str(error)]
    page = folder / "map.html"
    share = write_map(page, reached)
    return share, [*map(visible, map_lines(parts_of(reached))), f"Map: {page}"]
