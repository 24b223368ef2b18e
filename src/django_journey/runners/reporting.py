"""Ends a traced run: the report is built from the files of all its processes, and summed up in the terminal."""

from __future__ import annotations

from pathlib import Path

from django_journey.errors import Explanation, JourneyError

__all__ = ["not_traced", "tell"]


def tell(
    folder: Path, *, write_report: bool, width: int, colour: bool, ascii_only: bool = False, run: str = ""
) -> list[str]:
    """Build the report of a run that is over, and return what the terminal says of it, line by line.

    Args:
        folder: The report's folder.
        write_report: Whether the report is written, or the trace alone is summed up.
        width: The terminal's width in columns.
        colour: Whether ANSI colours may be used.
        ascii_only: Whether the terminal can show no box characters.
        run: The run's name; the one that began last where none is given.

    Returns:
        The lines; where the report can't be made, why. It never makes a test run fail.
    """
    from django_journey import report
    from django_journey.report import terminal

    try:
        told = report.load(folder, run)
        index = report.build(folder, run=told) if write_report else None
        lines = terminal.summary(told, width, colour, report=index, ascii_only=ascii_only)
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


def not_traced(folder: Path, error: OSError) -> Explanation:
    """Explain why a run is not traced: its tests run all the same."""
    return Explanation(
        "the tests are not traced: the report's folder can't be written to",
        where=str(folder),
        nearest=(f"{type(error).__name__}: {error}",),
        instead="--journey-report=FOLDER  or JOURNEY_REPORT=FOLDER, with a folder that can be written to",
    )
