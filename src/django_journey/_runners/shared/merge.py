"""Puts the traces of several machines into one folder, as one run with a worker for each process."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from django_journey._trace.record.run_id import begin, end
from django_journey._trace.record.trace_folder import run_of, trace_folder
from django_journey._trace.record.trace_reader import read
from django_journey.errors import ConfigurationError

__all__ = ["merge"]


def merge(folders: Iterable[Path], into: Path) -> list[str]:
    """Copy the last run of each report's folder into one, in place of what is there.

    Args:
        folders: The folders of the reports.
        into: The folder of the merged one.

    Returns:
        One line for each folder that was left out, with the reason: it has no trace, or one of another version.

    Raises:
        ConfigurationError: The folder contains other files than a report, or nothing could be merged.
    """
    left_out: list[str] = []
    sources: list[list[Path]] = []
    for folder in folders:
        try:
            read(folder)
        except (ConfigurationError, OSError) as error:
            last = error
            left_out.append(f"{folder}: {str(error).splitlines()[0]}")
            continue
        files = [path for path in trace_folder(folder).glob("trace-*.jsonl") if path.is_file()]
        newest = max(map(run_of, files))
        sources.append([path for path in files if run_of(path) == newest])
    if not sources:
        raise last
    run = begin(into)
    try:
        run.prepare()
        for number, files in enumerate(sources, 1):
            for path in files:
                rest = path.name.split("-", 2)[2]
                shutil.copyfile(path, trace_folder(into) / f"trace-{run.name}-{number}.{rest}")
            for kind in ("pages", "pictures"):
                if (found := files[0].parent / kind).is_dir():
                    shutil.copytree(found, trace_folder(into) / kind, dirs_exist_ok=True)
    finally:
        end(run)
    return left_out
