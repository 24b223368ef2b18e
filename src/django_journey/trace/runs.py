"""Which run a process belongs to: told to its children through the environment."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from django_journey.trace.store import clear

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
        if os.name == "nt":  # signal 0 is Ctrl-C there; who has its environment was started by it
            return True
        try:
            os.kill(self.leader, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def begin(folder: Path) -> Run:
    """Begin a run in this process: the former one's trace goes, and children join this one.

    Raises:
        ConfigurationError: The folder holds other things than a report.
    """
    folder = Path(folder).absolute()
    clear(folder)
    run = Run(f"{time.strftime('%Y%m%dT%H%M%S')}{secrets.token_hex(2)}", os.getpid(), folder)
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
    if current_run() == run and run.leader == os.getpid():
        del os.environ[VARIABLE]
