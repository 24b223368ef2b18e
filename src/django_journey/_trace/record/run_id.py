"""The run that a process belongs to; child processes learn it from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django_journey._trace.record.trace_folder import check, prepare
from django_journey._trace.safety.real_functions import real

__all__ = ["VARIABLE", "TraceRun", "begin", "current_run", "end"]

#: The environment variable that passes the run to child processes.
VARIABLE = "JOURNEY_RUN"


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A run: its name, the process that leads it, and the report's folder."""

    name: str
    leader: int
    folder: Path

    @property
    def alive(self) -> bool:
        """Whether its leading process still runs."""
        return real.is_running(self.leader)

    @property
    def led_here(self) -> bool:
        """Whether this process leads it."""
        return self.leader == real.getpid()

    def prepare(self) -> None:
        """Create its folder, and remove the traces of finished runs from it.

        Raises:
            ConfigurationError: The folder contains other files than a report.
            OSError: It is not writable.
        """
        prepare(self.folder, active=self.name)


def begin(folder: Path) -> TraceRun:
    """Begin a run in this process; child processes join it.

    Raises:
        ConfigurationError: The folder contains other files than a report.
    """
    folder = Path(folder).absolute()
    check(folder)
    leader = real.getpid()
    date = real.strftime("%Y%m%dT%H%M%S", real.gmtime(real.now()))
    # The name includes the leader: another run removes the files only when that process has ended.
    run = TraceRun(f"{date}.{leader}.{secrets.token_hex(2)}", leader, folder)
    os.environ[VARIABLE] = f"{run.name}:{run.leader}:{run.folder}"
    return run


def current_run() -> TraceRun | None:
    """Return the run that the environment names, or ``None``."""
    name, _, rest = os.environ.get(VARIABLE, "").partition(":")
    leader, _, folder = rest.partition(":")
    if not (name and leader.isdecimal() and folder):
        return None
    return TraceRun(name, int(leader), Path(folder))


def end(run: TraceRun) -> None:
    """End a run that this process leads: later child processes belong to no run."""
    if current_run() == run and run.led_here:
        os.environ.pop(VARIABLE, None)
