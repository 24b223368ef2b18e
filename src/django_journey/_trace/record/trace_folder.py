"""The folder of a trace: checked before a run, and cleared of runs that are over."""

from __future__ import annotations

import os
from pathlib import Path

from django_journey._trace.record.stored_pages import make_folder
from django_journey._trace.safety.real_functions import real
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["check", "clear", "prepare", "run_of", "trace_folder"]


def trace_folder(folder: Path) -> Path:
    """Return the trace's folder within a report's folder."""
    return Path(folder) / "trace"


def check(folder: Path) -> None:
    """Refuse a folder that contains other files than a report.

    Raises:
        ConfigurationError: It is a file, or it contains files but no trace.
    """
    if folder.exists() and not folder.is_dir():
        raise _no_folder(folder, "is a file")
    if folder.is_dir() and not trace_folder(folder).is_dir() and any(folder.iterdir()):
        raise _no_folder(folder, "contains other files and no report")


def prepare(folder: Path, *, active: str = "") -> None:
    """Create the folder of a new run, and remove finished runs from it.

    Args:
        folder: The report's folder.
        active: A run of this process whose files stay.

    Raises:
        ConfigurationError: The folder is not a report's.
        OSError: It is not writable.
    """
    clear(folder, active=active)
    trace = str(trace_folder(folder))
    make_folder(trace)
    real.chmod(trace, 0o700)
    real.save(f"{trace}{os.sep}.gitignore", b"*\n")


def clear(folder: Path, *, active: str = "") -> None:
    """Remove the traces of finished runs from a report's folder.

    Args:
        folder: The report's folder.
        active: A run of this process that has not finished.

    Raises:
        ConfigurationError: The folder is not a report's.
    """
    check(folder)
    trace = trace_folder(folder)
    files = [path for path in trace.glob("trace-*.jsonl") if path.is_file()]
    finished = [path for path in files if not _is_active(run_of(path), active)]
    if len(finished) == len(files):  # otherwise pages of another run would be removed
        leftovers = ("pages/*.html", "pages/*.part", "pictures/*.png", "pictures/*.part", "*.part")
        finished += [path for pattern in leftovers for path in trace.glob(pattern)]
    for path in finished:
        path.unlink(missing_ok=True)


def run_of(path: Path) -> str:
    """Return the name of the run that wrote a file of a trace."""
    return path.name.split("-")[1]


def _is_active(run: str, active: str) -> bool:
    leader = run.partition(".")[2].partition(".")[0]
    if not leader.isdecimal() or int(leader) == real.getpid():
        return run == active
    return real.is_running(int(leader))


def _no_folder(folder: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        Explanation(
            f"the report can't be written into {folder}: it {why}",
            where="--journey-report, JOURNEY_REPORT or JOURNEY['report']",
            instead="--journey-report=journey-report",
        )
    )
