"""The command line of ``python -m django_journey``, which needs no settings and no app in ``INSTALLED_APPS``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path

from django_journey.errors import ConfigurationError, Explanation
from django_journey.runners.program import EXAMPLE, Program, looks_like_a_program
from django_journey.runners.reporting import tell
from django_journey.story.options import DEFAULT_FOLDER, OF_A_RUN, Options, option_name
from django_journey.trace.store import read

__all__ = ["main", "write_report"]

_USAGE = """usage:
  python -m django_journey run [OPTION …] manage.py test …     run tests traced, and write their report
  python -m django_journey report [FOLDER]                     write the report of a trace, also of a killed run

What stands after run is started as python would start it: a script, -m MODULE, or an installed program such as
django-admin or pytest. The options of run, each also without "journey-":
"""


def main(command: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    Args:
        command: The command line after the program's name; this process's own where none is given.
    """
    words = list(sys.argv[1:] if command is None else command)
    try:
        if words[:1] == ["run"] and not _asks_for_help(words[1:2]):
            return _run(*_options(words[1:]))
        if words[:1] == ["report"] and not _asks_for_help(words[1:]):
            return write_report(_folder(words[1:]))
        if not any(_asks_for_help([word]) for word in words[:2]):
            raise _no_command(words)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    lines = [
        f"  {option_name(item.name)}{_VALUES.get(item.name, '')}".ljust(32) + item.metadata["help"]
        for item in fields(Options)
        if item.name in OF_A_RUN
    ]
    sys.stdout.write("\n".join([_USAGE.rstrip(), *lines, ""]))
    return 0


_VALUES = {"report": "[=FOLDER]", "secrets": "=NAME,…"}


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


def _asks_for_help(words: Sequence[str]) -> bool:
    return any(word in ("-h", "--help", "help") for word in words)


def _folder(words: Sequence[str]) -> Path:
    if len(words) > 1 or (words and words[0].startswith("-")):
        raise _wrong(
            f"report takes one folder, not {' '.join(words)}",
            instead=f"python -m django_journey report {DEFAULT_FOLDER}",
        )
    return Path(words[0]) if words else DEFAULT_FOLDER


def _no_command(words: Sequence[str]) -> ConfigurationError:
    """Say which command is meant where none, or an unknown one, is given."""
    line = " ".join(words)
    if not words:
        return _wrong("there is no command", near=("run", "report"), instead=EXAMPLE)
    if words[0] == "journey" and words[1:2] == ["report"]:
        line = " ".join(words[1:])
    elif words[0] in ("endpoints", "journey"):
        rest = " ".join(words[words[0] == "journey" :])
        return _wrong(
            f"{rest} is a command of manage.py",
            instead=f'python manage.py journey {rest}  with "django_journey" in INSTALLED_APPS',
        )
    elif words[0] == "test":
        line = f"run manage.py {line}"
    elif looks_like_a_program(words[0]) or _option_of(words[0]):
        line = f"run {line}"
    elif near := get_close_matches(words[0], ("run", "report"), n=1):
        line = " ".join([near[0], *words[1:]])
    else:
        return _wrong(f"there is no command {words[0]!r}", near=("run", "report"), instead=EXAMPLE)
    return _wrong(
        f"{words[0]!r} is no command", near=("run", "report"), instead=f"python -m django_journey {line}"
    )


def _option_of(word: str) -> str:
    """Return the setting of a run that a word of the command line names, with or without our prefix."""
    name = word.partition("=")[0]
    return next((each for each in OF_A_RUN if name in (option_name(each), f"--{each}")), "")


def _options(words: list[str]) -> tuple[dict[str, object], Program]:
    """Return the settings and the program of ``run``; our options may stand after the program as well."""
    said: dict[str, object] = {}
    while words and words[0].startswith("--") and words[0] != "--":
        word = words.pop(0)
        if not _option_of(word):
            raise _unknown(word)
        name, value = _option_of(word), word.partition("=")[2]
        # What stands alone after --report may be its folder.
        if name != "trace" and "=" not in word and len(words) > 1 and not looks_like_a_program(words[0]):
            value = words.pop(0)
        _say(said, name, value)
    program = Program.of(words[1:] if words[:1] == ["--"] else words)
    if program.is_pytest:
        return said, program  # it has the same options
    ours = [word for word in program.arguments if word.startswith("--journey-") and _option_of(word)]
    for word in ours:
        _say(said, _option_of(word), word.partition("=")[2])
    rest = tuple(word for word in program.arguments if word not in ours)
    return said, replace(program, arguments=rest)


def _say(said: dict[str, object], name: str, value: str) -> None:
    said[name] = value or ("1" if name == "trace" else str(DEFAULT_FOLDER) if name == "report" else "")


def _unknown(word: str) -> ConfigurationError:
    known = [option_name(name) for name in OF_A_RUN]
    name, equals, value = word.partition("=")
    near = get_close_matches(name, known, n=1) or get_close_matches(
        name.replace("--", "--journey-", 1), known, n=1
    )
    best = (near or known)[0]
    return _wrong(
        f"run has no option {name}",
        near=near or known,
        instead=f"python -m django_journey run {best}{equals}{value} manage.py test, or after the tests' own command",
    )


def _wrong(sought: str, *, near: Sequence[str] = (), instead: str) -> ConfigurationError:
    return ConfigurationError(
        Explanation(
            sought, where="the command line of python -m django_journey", nearest=tuple(near), instead=instead
        )
    )


def _run(given: dict[str, object], program: Program) -> int:
    """Run a program as ``python`` would, its tests traced."""
    options = Options.for_tracing(command_line=given)
    if not options.tracing:
        options = replace(options, report=DEFAULT_FOLDER)
    options = replace(options, report=options.report.absolute() if options.report else None)
    # What the program starts, and a journey's own look at the settings, find it here.
    os.environ["JOURNEY_REPORT" if options.report else "JOURNEY_TRACE"] = str(options.report or 1)
    if options.secrets:
        os.environ["JOURNEY_SECRETS"] = ",".join(options.secrets)
    if not program.is_pytest:  # its plugin reads the environment
        from django_journey.runners.unittest_tracing import install

        install(options, django=False)
    program.run()
    return 0
