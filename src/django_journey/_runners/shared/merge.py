"""Puts the traces of several machines into one folder, as one run with a worker for each process."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django_journey._trace.record.events import Noted
from django_journey._trace.record.json_lines import encode
from django_journey._trace.record.run_id import begin, end
from django_journey._trace.record.trace_folder import run_of, trace_folder
from django_journey._trace.record.trace_reader import read
from django_journey._trace.secrets.redactor import Redactor
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
            if not any(read(folder)):
                left_out.append(f"{folder}: nothing of its trace could be read")
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
                    with suppress(shutil.Error):  # the report counts the pages that it does not find
                        shutil.copytree(found, trace_folder(into) / kind, dirs_exist_ok=True)
        # A reader of the report alone must see what is missing.
        notes = [Noted(topic="left out", title=f"left out: {line}") for line in left_out]
        lines = [encode(note, Redactor(), lambda sql: 0) for note in notes]
        (trace_folder(into) / f"trace-{run.name}-0.jsonl").write_bytes(b"".join(lines))
    finally:
        end(run)
    return left_out
