"""The command line of ``python -m django_journey``, which needs no settings and no app in ``INSTALLED_APPS``."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path

from django_journey._report import build, load
from django_journey._runners.shared.merge import merge
from django_journey._runners.unittest.program import EXAMPLE, Program, looks_like_a_program
from django_journey._story.settings import DEFAULT_FOLDER, OF_A_RUN, Options, option_name
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["main", "write_report"]

_USAGE = """usage:
  python -m django_journey run [OPTION …] manage.py test …     run tests traced, and write their report
  python -m django_journey report [FOLDER]                     write the report of a trace, of a killed run, too
  python -m django_journey report merge FOLDER … -o FOLDER     write one report of several machines' traces
  python -m django_journey report compare FOLDER FOLDER        print what differs between two runs
  … report [FOLDER] --format=markdown|github|junit|json        print the run for a CI job or a program
  python -m django_journey init                                write a first story and what it needs
  python -m django_journey look PATH [--as USER]               print a page, and what can be done there
  python -m django_journey explore | routes | endpoints APP    find what is broken; list URLs; write endpoints
  python -m django_journey completion bash | zsh               print the shell's completion of these commands

The words after run are started as python would start them: a script, -m MODULE, or an installed program such as
django-admin or pytest. The options of run, with or without "journey-":
"""


def main(command: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    Args:
        command: The command line after the program's name; by default that of this process.
    """
    words = list(sys.argv[1:] if command is None else command)
    try:
        if words[:1] == ["run"] and not _asks_for_help(words[1:2]):
            return _run(*_options(words[1:]))
        if words[:2] == ["report", "merge"] and not _asks_for_help(words[2:]):
            return _merge(words[2:])
        if words[:1] == ["report"] and not _asks_for_help(words[1:]):
            return _report(words[1:])
        managed = words[words[:1] == ["journey"] :]
        if managed and managed[0] in MANAGED:
            return _managed(managed)
        if not any(_asks_for_help([word]) for word in words[:2]):
            raise _no_command(words)
    except (ConfigurationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    lines = [
        f"  {option_name(item.name)}{_VALUES.get(item.name, '')}".ljust(32) + item.metadata["help"]
        for item in fields(Options)
        if item.name in _OF_RUN
    ]
    sys.stdout.write("\n".join([_USAGE.rstrip(), *lines, ""]))
    return 0


#: The settings that any program can be run with; shards are chosen by its own runner.
_OF_RUN = tuple(
    name for name in OF_A_RUN if name not in ("shard", "durations", "map", "fail_under", "checks")
)

#: The subcommands of ``manage.py journey``, which run here too, without an entry in ``INSTALLED_APPS``.
MANAGED = ("init", "look", "convert", "record", "explore", "routes", "endpoints", "completion")
_VALUES = {"report": "[=FOLDER]", "secrets": "=NAME,…", "snapshot": "[=FOLDER]", "access": "[=FILE]"}
_SWITCHES = ("trace", "accept")


def _managed(words: list[str]) -> int:
    """Carry out a subcommand of ``manage.py journey``, with the settings that the project's files name."""
    import django
    from django.core.management import load_command_class

    if words[0] != "completion":
        from django_journey._start.project import find_settings, manage_py

        root = Path.cwd()
        manage = manage_py(root)
        sys.path[:0] = [str(root), *([str(manage.parent)] if manage else [])]
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", find_settings(root))
        try:
            django.setup()
        except Exception as error:
            raise _no_settings(error) from error
    load_command_class("django_journey", "journey").run_from_argv(["python -m", "django_journey", *words])
    return 0


def _no_settings(error: Exception) -> ConfigurationError:
    return ConfigurationError(
        Explanation(
            f"the settings can't be loaded: {type(error).__name__}: {error}",
            where=f"DJANGO_SETTINGS_MODULE={os.environ['DJANGO_SETTINGS_MODULE']}",
            instead="install what the project needs, and set the variables that its settings read; "
            "`python manage.py check` has to run",
        )
    )


def write_report(folder: Path, *, left_out: Sequence[str] = ()) -> int:
    """Write the report of a folder's trace, and print its summary.

    Args:
        folder: The report's folder.
        left_out: What else is missing in it.

    Raises:
        ConfigurationError: There is no trace, or a newer version wrote it.
    """
    from django_journey._report.terminal import summary

    loaded = load(folder)
    index = build(folder, run=loaded)
    stream = sys.stdout
    ascii_only = not (stream.encoding or "").lower().startswith("utf")
    width = shutil.get_terminal_size().columns
    lines = summary(loaded, width, stream.isatty(), report=index, ascii_only=ascii_only)
    missing = [*left_out, *loaded.troubles]
    stream.write("\n".join([*lines, *(f"left out: {trouble}" for trouble in missing), ""]))
    return 0


def _report(words: list[str]) -> int:
    """Write or print a report; ``compare`` names the folders of two runs."""
    from django_journey._report.formats import FORMATS
    from django_journey._report.over_time import changes, past_of
    from django_journey._report.terminal import change_lines

    words, form = _without_format(words)
    if form not in ("", *FORMATS):
        raise _wrong(
            f"there is no format {form!r}",
            near=tuple(FORMATS),
            instead=f"python -m django_journey report {DEFAULT_FOLDER} --format=markdown",
        )
    if words[:1] == ["compare"]:
        if len(words) != 3 or any(word.startswith("-") for word in words):
            raise _wrong(
                "report compare takes the folders of two reports, the earlier one first",
                instead="python -m django_journey report compare last-report journey-report",
            )
        before, run = (load(Path(word)) for word in words[1:])
        run.changes = changes(run, [past_of(before)])
        sys.stdout.write(FORMATS[form](run) if form else "\n".join([*change_lines(run), ""]))
    elif form:
        sys.stdout.write(FORMATS[form](load(_folder(words))))
    else:
        return write_report(_folder(words))
    return 0


def _without_format(words: list[str]) -> tuple[list[str], str]:
    """Return the words without the option and its value, and the value."""
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "--format":
            end = at + 1 if equals else at + 2
            return [*words[:at], *words[end:]], value or " ".join(words[at + 1 : end]) or "none"
    return words, ""


def _merge(words: list[str]) -> int:
    at = next((number for number, word in enumerate(words) if word in ("-o", "--output")), len(words))
    given, output = words[:at] + words[at + 2 :], words[at + 1 : at + 2]
    if not given or not output or any(word.startswith("-") for word in given):
        raise _wrong(
            "report merge takes the folders of reports and one to write",
            instead="python -m django_journey report merge report-1 report-2 -o journey-report",
        )
    into = Path(output[0])
    return write_report(into, left_out=merge([Path(word) for word in given], into))


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
    """Return the error for a missing or unknown command, with the likely one."""
    line = " ".join(words)
    if not words:
        return _wrong("there is no command", near=("run", "report"), instead=EXAMPLE)
    if words[0] == "journey" and words[1:2] == ["report"]:
        line = " ".join(words[1:])
    elif words[0] == "test":
        line = f"run manage.py {line}"
    elif looks_like_a_program(words[0]) or _option_of(words[0]):
        line = f"run {line}"
    elif near := get_close_matches(words[0], ("run", "report"), n=1):
        line = " ".join([near[0], *words[1:]])
    else:
        return _wrong(f"there is no command {words[0]!r}", near=("run", "report"), instead=EXAMPLE)
    return _wrong(
        f"{words[0]!r} is not a command", near=("run", "report"), instead=f"python -m django_journey {line}"
    )


def _option_of(word: str) -> str:
    """Return the setting that an option names, with or without the prefix ``journey-``; otherwise an empty string."""
    name = word.partition("=")[0]
    return next((each for each in _OF_RUN if name in (option_name(each), f"--{each}")), "")


def _options(words: list[str]) -> tuple[dict[str, object], Program]:
    """Return the settings and the program of ``run``; options of ours may follow the program, too."""
    settings: dict[str, object] = {}
    while words and words[0].startswith("--") and words[0] != "--":
        word = words.pop(0)
        if not _option_of(word):
            raise _unknown(word)
        name, value = _option_of(word), word.partition("=")[2]
        # The next word may be the value: --report FOLDER.
        if (
            name not in _SWITCHES
            and "=" not in word
            and len(words) > 1
            and not looks_like_a_program(words[0])
        ):
            value = words.pop(0)
        _set(settings, name, value)
    program = Program.of(words[1:] if words[:1] == ["--"] else words)
    if program.is_pytest:
        return settings, program  # its plugin has the same options
    ours = [word for word in program.arguments if word.startswith("--journey-") and _option_of(word)]
    for word in ours:
        _set(settings, _option_of(word), word.partition("=")[2])
    rest = tuple(word for word in program.arguments if word not in ours)
    return settings, replace(program, arguments=rest)


def _set(settings: dict[str, object], name: str, value: str) -> None:
    bare = {"report": str(DEFAULT_FOLDER), "secrets": ""}
    settings[name] = value or bare.get(name, "1")


def _unknown(word: str) -> ConfigurationError:
    known = [option_name(name) for name in _OF_RUN]
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
    """Run a program as ``python`` would, with tracing."""
    options = Options.for_run(command_line=given)
    if not options.tracing:
        options = replace(options, report=DEFAULT_FOLDER)
    options = replace(options, report=options.report.absolute() if options.report else None)
    # Journeys, and processes that the program starts, read the environment.
    os.environ["JOURNEY_REPORT" if options.report else "JOURNEY_TRACE"] = str(options.report or 1)
    if options.secrets:
        os.environ["JOURNEY_SECRETS"] = ",".join(options.secrets)
    if options.snapshot is not None:
        os.environ["JOURNEY_SNAPSHOT"] = str(options.snapshot.absolute())
    if not program.is_pytest:  # its plugin reads the environment
        if options.snapshot is not None:
            from django_journey._world.snapshots import ready

            ready.install(options.snapshot)
        from django_journey._runners.unittest.tracing import install

        install(options, django=False)
    program.run()
    return 0
