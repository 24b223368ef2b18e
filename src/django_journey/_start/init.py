"""``journey init``: looks at a project, shows what it would write, writes it, and runs the first story."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey.errors import ConfigurationError, Explanation

if TYPE_CHECKING:
    from django_journey._start.changes import Change
    from django_journey._start.first_story import Story
    from django_journey._start.project import Project

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments; nothing is loaded for it."""
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, and write nothing"
    )
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--keep", action="store_true", help="keep the files also where the story fails")


def run(options: dict[str, Any], write: Callable[[str], object]) -> int:
    """Look at the project in the working directory, and write what it needs for its first story.

    Args:
        options: The parsed arguments.
        write: Writes one line.

    Returns:
        The exit code: 1 where nothing was written, or the story failed.

    Raises:
        ConfigurationError: The site can't be opened.
    """
    from django_journey._start import files
    from django_journey._start.changes import difference
    from django_journey._start.project import Project

    project = Project.of(Path.cwd(), os.environ["DJANGO_SETTINGS_MODULE"])
    write(f"Looking at the project with the settings {project.settings}, on a test database …")
    story = _story(project)
    notes: list[str] = []
    settings, changes = files.settings_files(project, notes)
    every = [
        *changes,
        *files.story_changes(project, story),
        *files.endpoint_files(project, notes),
        *files.small_files(project, notes),
    ]
    wanted = [change for change in every if change is not None]
    _tell(story, write)
    for line in difference(wanted, project.root):
        write(line)
    if not wanted:
        write("Nothing is missing.")
    elif options["dry_run"] or not (options["yes"] or _agreed(write)):
        write("Nothing was written.")
        return 0 if options["dry_run"] else 1
    return _write_and_run(project, wanted, settings, notes, write, keep=options["keep"])


def _story(project: Project) -> Story:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from django_journey._explore.command import explored_database, walking
    from django_journey._start.files import server_settings_off
    from django_journey._start.first_story import find_story, named_hosts

    try:
        with server_settings_off(), explored_database(on_this=False):
            for host in ("", *named_hosts()):
                with walking(host) as journey:
                    found = find_story(journey)
                if found.lines or not host:
                    story = replace(found, host=host)
                if found.lines:
                    break
    except (DatabaseError, ImproperlyConfigured) as error:
        line = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        raise ConfigurationError(
            Explanation(
                f"the test database can't be made: {line}",
                where=f"the settings {project.settings}",
                instead="does `python manage.py test` run? Start the database, "
                "and set the variables that the project's settings read",
            )
        ) from error
    if not story.lines:
        raise ConfigurationError(
            Explanation(
                "no page of the site can be opened, neither by a visitor nor by a user who is signed in",
                where=f"the URLconf of {project.settings}",
                nearest=tuple(dict.fromkeys(story.reasons))[:5],
                instead="python -m django_journey look /  shows what is wrong with a page",
            )
        )
    return story


def _tell(story: Story, write: Callable[[str], object]) -> None:
    write(f"The first story: {story.title}. It passed on the site{f' {story.host}' * bool(story.host)}.")
    for reason in list(dict.fromkeys(story.reasons))[:5]:
        write(f"  left out: {reason}")
    write("")


def _agreed(write: Callable[[str], object]) -> bool:
    if not sys.stdin.isatty():
        write("\nThis is no terminal, so nobody can be asked: --yes writes the files.")
        return False
    return input("\nWrite this, and run the story? [y/N] ").strip().lower() in ("y", "yes")


def _write_and_run(
    project: Project,
    changes: Sequence[Change],
    settings: str,
    notes: Sequence[str],
    write: Callable[[str], object],
    *,
    keep: bool,
) -> int:
    from django_journey._start.changes import restore, write_all

    folders = write_all(changes)
    words = _command(project, settings)
    write(f"\n$ {' '.join(words)}")
    done = subprocess.run(
        [sys.executable, *words[1:]], cwd=project.root, check=False, capture_output=True, text=True,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
    )  # fmt: skip
    write((done.stdout + done.stderr).strip())
    if done.returncode:
        if keep:
            write("\nThe story failed; the files are kept.")
        else:
            restore(changes, folders)
            write("\nThe story failed, so every file is as it was. --keep keeps them, to see what is wrong.")
        return 1
    _next(project, words, notes, write)
    return 0


def _command(project: Project, settings: str) -> list[str]:
    """Return the command that runs the story."""
    path = project.shown(project.tests / "test_first_story.py")
    if project.uses_pytest:
        return ["python", "-m", "pytest", "-q", path]
    manage = [project.shown(project.manage)] if project.manage else ["-m", "django"]
    base = project.manage.parent if project.manage else project.root
    label = ".".join((project.tests / "test_first_story").relative_to(base).parts)
    return ["python", *manage, "test", label, f"--settings={settings}"]


def _next(
    project: Project, words: Sequence[str], notes: Sequence[str], write: Callable[[str], object]
) -> None:
    report = f"{' '.join(words)} --journey-report" if project.uses_pytest else ""
    run = report or f"python -m django_journey run --report {' '.join(words[1:])}"
    lines = [
        "",
        "What to do next:",
        *(f"- {note}" for note in notes),
        f"- see what the story did: {run}, then open journey-report/index.html",
        "- look at a page, and get the lines that act on it: python -m django_journey look /",
        "- stop in a story and try things: journey.pause()",
        "- find what is broken: python -m django_journey explore",
    ]
    write("\n".join(lines))
