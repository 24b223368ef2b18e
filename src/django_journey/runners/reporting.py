"""Ends a traced run: the report is built from the files of all its processes, and summed up in the terminal."""

from __future__ import annotations

from pathlib import Path

from django_journey.errors import JourneyError

__all__ = ["tell"]


def tell(
    folder: Path, *, write_report: bool, width: int, colour: bool, ascii_only: bool = False
) -> list[str]:
    """Build the report of a run that is over, and return what the terminal says of it, line by line.

    Args:
        folder: The report's folder.
        write_report: Whether the report is written, or the trace alone is summed up.
        width: The terminal's width in columns.
        colour: Whether ANSI colours may be used.
        ascii_only: Whether the terminal can show no box characters.

    Returns:
        The lines; where the report can't be made, why. It never makes a test run fail.
    """
    from django_journey import report
    from django_journey.report import terminal

    try:
        run = report.load(folder)
        index = report.build(folder, run=run) if write_report else None
        lines = terminal.summary(run, width, colour, report=index, ascii_only=ascii_only)
    except Exception as error:  # whatever it is, the tests have their outcome
        said = (
            str(error) if isinstance(error, (JourneyError, OSError)) else f"{type(error).__name__}: {error}"
        )
        return [
            f"django-journey could not write its report: {said}",
            f"The trace lies in {folder / 'trace'}",
        ]
    if index is None:
        lines += ["", f"Trace: {folder / 'trace'}"]
    return lines
