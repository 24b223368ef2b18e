"""The command line of ``python -m django_journey``, which needs no settings and no app in ``INSTALLED_APPS``."""

from __future__ import annotations

import argparse
import os
import runpy
import shutil
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from django_journey.errors import ConfigurationError
from django_journey.runners.command_line import argument, names
from django_journey.runners.reporting import tell
from django_journey.story.options import DEFAULT_FOLDER, Options
from django_journey.trace.store import read

__all__ = ["main", "write_report"]

_OF_A_RUN = ("report", "trace", "secrets")


def main(command: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    Args:
        command: The command line after the program's name; this process's own where none is given.
    """
    parser = argparse.ArgumentParser(prog="python -m django_journey", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="write the report of a trace, also of a run that was killed")
    report.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="the report's folder")
    run = commands.add_parser("run", help="run a script (manage.py test, runtests.py) with its tests traced")
    for item in fields(Options):
        if item.name in _OF_A_RUN:
            run.add_argument(*names(item), dest=item.name, default=None, **argument(item))
    run.add_argument("script", help="the script to run")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="its own arguments")
    said = parser.parse_args(command)
    try:
        if said.command == "report":
            return write_report(said.folder)
        return _run(said)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def write_report(folder: Path) -> int:
    """Write the report of a folder's trace, and say in the terminal what is in it.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
    """
    troubles = read(folder).troubles
    stream = sys.stdout
    lines = tell(
        folder,
        write_report=True,
        width=shutil.get_terminal_size().columns,
        colour=stream.isatty(),
        ascii_only=not (stream.encoding or "").lower().startswith("utf"),
    )
    stream.write("\n".join([*lines, *(f"left out: {trouble}" for trouble in troubles), ""]))
    return 0


def _run(said: argparse.Namespace) -> int:
    """Run a script as ``python`` would, its tests traced."""
    from django_journey.runners.unittest_tracing import install

    given = {name: getattr(said, name) for name in _OF_A_RUN}
    options = Options.load(settings={}, command_line=given)
    if not options.tracing:
        options = replace(options, report=DEFAULT_FOLDER)
    options = replace(options, report=options.report.absolute() if options.report else None)
    # What the script starts, and a journey's own look at the settings, find it here.
    os.environ["JOURNEY_REPORT" if options.report else "JOURNEY_TRACE"] = str(options.report or 1)
    if options.secrets:
        os.environ["JOURNEY_SECRETS"] = ",".join(options.secrets)
    install(options, django=False)
    sys.argv = [said.script, *said.arguments]
    sys.path[0] = str(Path(said.script).resolve().parent)
    runpy.run_path(said.script, run_name="__main__")
    return 0
