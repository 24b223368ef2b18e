"""The end of a traced run: the report is built from the files of all processes, and summed up in the terminal."""

from __future__ import annotations

from pathlib import Path

from django_journey.errors import Explanation, JourneyError

__all__ = ["not_traced", "tell"]


def tell(
    folder: Path, *, write_report: bool, width: int, colour: bool, ascii_only: bool = False, run: str = ""
) -> list[str]:
    """Build the report of a finished run, and return its summary for the terminal, line by line.

    Args:
        folder: The report's folder.
        write_report: Whether to write the report, or only to sum the trace up.
        width: The terminal's width in columns.
        colour: Whether ANSI colours may be used.
        ascii_only: Whether the terminal can't show box characters.
        run: The run's name; by default the last one.

    Returns:
        The lines; if the report can't be written, the reason. It never makes a test run fail.
    """
    from django_journey._report import build, load, terminal

    try:
        loaded = load(folder, run)
        index = build(folder, run=loaded) if write_report else None
        lines = terminal.summary(loaded, width, colour, report=index, ascii_only=ascii_only)
    except Exception as error:  # the outcome of the tests stands, whatever happens here
        reason = (
            str(error) if isinstance(error, (JourneyError, OSError)) else f"{type(error).__name__}: {error}"
        )
        return [
            f"django-journey could not write its report: {reason}",
            f"The trace is in {folder / 'trace'}",
        ]
    if index is None:
        lines += ["", f"Trace: {folder / 'trace'}"]
    return lines


def not_traced(folder: Path, error: OSError) -> Explanation:
    """Explain why a run is not traced, although its tests run."""
    return Explanation(
        "the tests are not traced: the report's folder can't be written to",
        where=str(folder),
        nearest=(f"{type(error).__name__}: {error}",),
        instead="--journey-report=FOLDER  or JOURNEY_REPORT=FOLDER, with a folder that can be written to",
    )
