"""Reads the files of a trace back as events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django_journey._trace.record.events import SCHEMA, Event, from_json
from django_journey._trace.record.trace_folder import run_of, trace_folder
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Trace", "read"]

_NAMED = 5  # lines of a file that are named if they can't be read


@dataclass(frozen=True, slots=True)
class Trace:
    """What was read: the events, and in ``troubles`` one line for each thing that could not be."""

    events: list[Event] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


def read(folder: Path, run: str = "") -> Trace:
    """Read the trace of one run, file by file, each in the order in which it was written.

    Args:
        folder: The report's folder, or the trace's own.
        run: The run's name; the one that began last where none is given.

    Returns:
        The events; a torn last line (its process was killed), a damaged one, an event of an unknown
        kind and a file that can't be read are left out and listed in ``troubles``.

    Raises:
        ConfigurationError: There is no trace, or another version wrote it.
    """
    folder = Path(folder)
    inner = trace_folder(folder)
    found = sorted((inner if inner.is_dir() else folder).glob("trace-*.jsonl"))
    wanted = run or max((run_of(path) for path in found if path.is_file()), default="")
    files = [path for path in found if run_of(path) == wanted and path.is_file()]
    if not files:
        raise ConfigurationError(
            Explanation(
                "there is no trace to read",
                where=str(folder),
                instead=f"pytest --journey-report={folder}\nor: JOURNEY_REPORT={folder} python manage.py test",
            )
        )
    trace = Trace()
    for path in files:
        _read_file(path, trace)
    return trace


def _read_file(path: Path, trace: Trace) -> None:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        trace.troubles.append(f"{path.name} can't be read: {error.strerror}")
        return
    found: list[str] = []
    _read_lines(lines, path, trace.events, found)
    trace.troubles.extend(found[:_NAMED])
    if len(found) > _NAMED:
        trace.troubles.append(f"{path.name}: {len(found) - _NAMED:,} more lines could not be read")


def _read_lines(lines: list[bytes], path: Path, events: list[Event], troubles: list[str]) -> None:
    queries: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise ValueError("it is no object")
        except (ValueError, RecursionError) as error:
            torn = number == len(lines)
            what = "is torn: its process was killed" if torn else f"is damaged: {error}"
            troubles.append(f"{path.name}, line {number} {what}")
            continue
        _check_schema(data, path)
        try:
            if data.get("kind") == "sql":
                queries[data["number"]] = data["sql"]
                continue
            for shape in data.get("queries", {}).get("shapes", ()):
                shape[0] = queries[shape[0]]
            for statement in data.get("statements", ()):
                statement[0] = queries[statement[0]]
            events.append(from_json(data))
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            troubles.append(f"{path.name}, line {number}: {error}")


def _check_schema(data: dict[str, object], path: Path) -> None:
    schema = data.get("schema", SCHEMA)
    if isinstance(schema, int) and schema != SCHEMA:
        newer = "python -m pip install --upgrade django-journey\nor " if schema > SCHEMA else ""
        raise ConfigurationError(
            Explanation(
                f"the trace has schema {schema}; this version of django-journey reads schema {SCHEMA}",
                where=str(path),
                instead=f"{newer}run the tests again with this version",
            )
        )
