"""What is drawn from traces; reads events and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_journey.report.model import Run

__all__ = ["build", "load"]


def load(folder: Path, name: str = "") -> Run:
    """Read the trace of a run.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        name: The run's name; the one that began last where none is given.

    Returns:
        The run as far as it was written: of a killed run, everything before the kill.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
    """
    from django_journey.report.model import assemble
    from django_journey.trace.store import read

    reading = read(Path(folder), name)
    run = assemble(reading)
    run.troubles.extend(reading.troubles)
    return run


def build(folder: Path, *, run: Run | None = None) -> Path:
    """Write ``index.html`` from the trace of a run.

    Args:
        folder: The report's folder; the trace lies in ``trace`` within it.
        run: The run, if it has been loaded already.

    Returns:
        The path of the report.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
        OSError: The folder can't be written to.
    """
    from django_journey.report import html
    from django_journey.report.looks import gather

    folder = Path(folder)
    run = load(folder) if run is None else run
    return html.write(run, gather(run, folder / "trace"), folder / "index.html")
