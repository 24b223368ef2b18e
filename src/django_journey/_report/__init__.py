"""The report and the pyramid, drawn from traces; reads events and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_journey._report.model import Run

__all__ = ["build", "load"]


def load(folder: Path, name: str = "") -> Run:
    """Read the trace of a run.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        name: The run's name; the one that began last where none is given.

    Returns:
        The run as far as it was written, a killed run with everything before the kill, and what differs from
        the runs before it.

    Raises:
        ConfigurationError: There is no trace, or another version wrote it.
    """
    from django_journey._report.model import assemble
    from django_journey._report.over_time import changes, read_history
    from django_journey._trace.record.trace_reader import read

    reading = read(Path(folder), name)
    run = assemble(reading)
    run.troubles.extend(reading.troubles)
    run.changes = changes(run, read_history(Path(folder), run))
    return run


def build(folder: Path, *, run: Run | None = None) -> Path:
    """Write ``index.html`` from the trace of a run, the seconds of its tests, and what later runs are compared with.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        run: The run, if it has been loaded already.

    Returns:
        The path of the report.

    Raises:
        ConfigurationError: There is no trace, or another version wrote it.
        OSError: The folder is not writable.
    """
    from django_journey._report import html
    from django_journey._report.embedded_pages import embed_pages
    from django_journey._report.over_time import write_history

    folder = Path(folder)
    run = load(folder) if run is None else run
    index = html.write(run, embed_pages(run, folder / "trace"), folder / "index.html")
    durations = {test.name: round(test.seconds, 3) for test in run.last if test.name}
    (folder / "durations.json").write_text(json.dumps(durations, indent=0) + "\n", encoding="utf-8")
    write_history(folder, run)
    return index
