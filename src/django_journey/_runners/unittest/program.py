"""What ``python -m django_journey run`` runs: a script, a module, or an installed program such as ``django-admin``."""

from __future__ import annotations

import os
import re
import runpy
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["EXAMPLE", "Program", "looks_like_a_program"]

EXAMPLE = "python -m django_journey run manage.py test"

_PYTHON = re.compile(r"(python|py|pypy)[\d.]*(\.exe)?", re.ASCII)
_PYTEST = ("pytest", "py.test")


@dataclass(frozen=True, slots=True)
class Program:
    """A Python program with its arguments.

    Args:
        name: A file, or the name of a module or of an installed program.
        arguments: Its arguments.
        module: Whether the name is a module's, after ``-m``.
    """

    name: str
    arguments: tuple[str, ...]
    module: bool = False

    @classmethod
    def of(cls, words: Sequence[str]) -> Program:
        """Return the program of a command line, as typed in a shell, with or without ``python``.

        Raises:
            ConfigurationError: It names no program that can run in this process.
        """
        if words and _PYTHON.fullmatch(Path(words[0]).name):
            words = words[1:]
        module = bool(words) and words[0] == "-m"
        if module:
            words = words[1:]
        if not words:
            raise _wrong("there is nothing to run", instead=EXAMPLE)
        program = cls(words[0], tuple(words[1:]), module)
        program._check()
        return program

    @property
    def is_pytest(self) -> bool:
        """Whether it is pytest, which has its own plugin."""
        return self.name in _PYTEST and (self.module or not Path(self.name).exists())

    def run(self) -> None:
        """Run the program as ``python`` would, as ``__main__`` of this process."""
        sys.argv = [self.name, *self.arguments]
        if self.module:
            runpy.run_module(self.name, run_name="__main__", alter_sys=True)
        elif Path(self.name).exists():
            folder = Path(self.name).resolve()
            sys.path[0] = str(folder if folder.is_dir() else folder.parent)
            runpy.run_path(self.name, run_name="__main__")
        elif (found := _installed(self.name)) is not None:
            raise SystemExit(found.load()())

    def _check(self) -> None:
        if self.module:
            if not _is_module(self.name):
                raise _wrong(f"there is no module {self.name!r}", instead=EXAMPLE)
            return
        path = Path(self.name)
        if path.is_dir() and not (path / "__main__.py").exists():
            raise _wrong(f"the folder {self.name} has no __main__.py", near=_scripts(path), instead=EXAMPLE)
        if path.is_file() and (other := _other_language(path)):
            raise _wrong(
                f"{self.name} is run by {other}, not by Python",
                instead=f"JOURNEY_REPORT=journey-report {self.name}  where the tests that it starts are pytest's,\n"
                'or Django\'s with "django_journey" in INSTALLED_APPS',
            )
        if path.exists() or _installed(self.name) is not None:
            return
        near = get_close_matches(self.name, [*_scripts(Path()), "pytest", "django-admin"], n=3, cutoff=0.7)
        if near:
            line = [near[0], *self.arguments]
        elif re.fullmatch(r"[\w.]+", self.name) and path.suffix != ".py" and self.name != "test":
            line = ["manage.py", "test", self.name]  # a label of tests
        else:
            line = ["manage.py", "test"]
        raise _wrong(
            f"there is no script {self.name!r}, and no program of that name is installed in this environment",
            near=near or _scripts(Path()),
            instead=" ".join(["python -m django_journey run", *line]),
        )


def looks_like_a_program(word: str) -> bool:
    """Return whether a word of a command line is a program rather than a folder."""
    return (
        word == "-m"
        or _PYTHON.fullmatch(Path(word).name) is not None
        or word.endswith(".py")
        or Path(word).is_file()
        or (not os.path.exists(word) and _installed(word) is not None)
    )


def _installed(name: str) -> EntryPoint | None:
    """Return the entry point of a program that is installed in this environment."""
    return next(iter(entry_points(group="console_scripts", name=name)), None)


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _other_language(path: Path) -> str:
    """Return the interpreter in a script's first line, if it is not Python."""
    with path.open("rb") as file:
        first = file.readline(200).decode(errors="replace").strip()
    return first[2:].strip() if first.startswith("#!") and "py" not in first else ""


def _scripts(folder: Path) -> list[str]:
    """Return the scripts of a folder, the usual ones for tests first."""
    usual = ("manage.py", "runtests.py")
    names = sorted(path.name for path in folder.glob("*.py") if path.is_file() and path.name != "__init__.py")
    return sorted(names, key=lambda name: name not in usual)[:5]


def _wrong(sought: str, *, near: Sequence[str] = (), instead: str) -> ConfigurationError:
    return ConfigurationError(
        Explanation(sought, where=f"the folder {Path.cwd()}", nearest=tuple(near), instead=instead)
    )
