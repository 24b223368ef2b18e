"""Which run a process belongs to: told to its children through the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django_journey.trace.real import real
from django_journey.trace.store import check, prepare

__all__ = ["VARIABLE", "Run", "begin", "current_run", "end"]

#: The environment variable that names the run to the processes that it starts.
VARIABLE = "JOURNEY_RUN"


@dataclass(frozen=True, slots=True)
class Run:
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
        """Make its folder, where the traces of runs that are over go; nothing is touched before.

        Raises:
            ConfigurationError: The folder holds other things than a report.
            OSError: It can't be written to.
        """
        prepare(self.folder, going=self.name)


def begin(folder: Path) -> Run:
    """Begin a run in this process: children join it.

    Raises:
        ConfigurationError: The folder holds other things than a report.
    """
    folder = Path(folder).absolute()
    check(folder)
    leader = real.getpid()
    date = real.strftime("%Y%m%dT%H%M%S", real.gmtime(real.now()))
    # Its leader stands in it: another run removes what is left of it only when that process is gone.
    run = Run(f"{date}.{leader}.{secrets.token_hex(2)}", leader, folder)
    os.environ[VARIABLE] = f"{run.name}:{run.leader}:{run.folder}"
    return run


def current_run() -> Run | None:
    """Return the run that the environment names, or ``None``."""
    name, _, rest = os.environ.get(VARIABLE, "").partition(":")
    leader, _, folder = rest.partition(":")
    if not (name and leader.isdecimal() and folder):
        return None
    return Run(name, int(leader), Path(folder))


def end(run: Run) -> None:
    """End a run that this process leads: processes that it starts from now on belong to none."""
    if current_run() == run and run.led_here:
        os.environ.pop(VARIABLE, None)
