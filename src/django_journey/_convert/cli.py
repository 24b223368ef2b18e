"""The arguments of ``journey convert`` and ``journey record``, and what they write into the terminal."""

from __future__ import annotations

import ast
import difflib
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey._convert.record import check_libcst, stories_of_scripts
from django_journey.errors import ConfigurationError, Explanation

if TYPE_CHECKING:
    from django_journey._convert.rounds import FileResult

__all__ = ["add_convert_arguments", "add_record_arguments", "convert"]


def add_convert_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``convert``; nothing is loaded for it."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="files or folders of tests")
    add("--write", action="store_true", help="overwrite the files; without it only the difference is shown")
    add("--check", action="store_true", help="show no difference, and exit with 1 if a test could be a story")
    _add_text(
        parser, "--tests", 'what runs the tests: "pytest", or "manage.py test"; found out if it is not given'
    )
    _add_fixtures(parser)


def add_record_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of ``record``; nothing is loaded for it."""
    add = parser.add_argument
    add("target", nargs="?", default="/", help="the name of a URL, or a path, with which it begins (/)")
    add(
        "--as",
        dest="role",
        default="",
        metavar="ROLE",
        help="who is signed in: user, staff, superuser or a name",
    )
    add("--output", type=Path, metavar="FILE", help="the file of the story; standard output if not given")
    add("--name", default="test_recorded", help="the name of the story's function (test_recorded)")
    _add_text(parser, "--codegen", "the recorder, if not Playwright's codegen; it gets the same arguments")
    _add_fixtures(parser)


def _add_text(parser: ArgumentParser, name: str, text: str) -> None:
    parser.add_argument(name, default="", metavar="COMMAND", help=text)


def _add_fixtures(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fixture",
        action="append",
        default=[],
        metavar="NAME",
        help="load this fixture before what codegen wrote",
    )


def convert(options: dict[str, Any], write: Callable[[str], object]) -> int:
    """Convert files, show the difference, and return the exit status.

    Args:
        options: The parsed arguments.
        write: Writes a line.

    Raises:
        ConfigurationError: There are no such tests, or they can't be run.
        MissingExtra: libcst is not installed.
    """
    check_libcst("convert")
    files = tuple(_test_files(options["paths"]))
    if not files:
        raise ConfigurationError(
            Explanation(
                "there are no tests with Django's client, and no scripts of codegen",
                where=", ".join(map(str, options["paths"])),
                instead="name files or folders of tests: python -m django_journey convert blog/tests",
            )
        )
    scripts = [file for file in files if "playwright.sync_api import" in file.read_text(encoding="utf-8")]
    tests = tuple(file for file in files if file not in scripts)
    stories = _convert_tests(tests, options, write) if tests else 0
    stories += _convert_scripts(scripts, options, write) if scripts else 0
    return 1 if options["check"] and stories else 0


def _convert_tests(files: tuple[Path, ...], options: dict[str, Any], write: Callable[[str], object]) -> int:
    from django_journey._convert.rounds import Conversion, convert_files, labels_of

    command = tuple(shlex.split(options["tests"])) or _command(files)
    conversion = Conversion(files, command, labels_of(files, pytest="pytest" in command), _progress)
    results = convert_files(conversion)
    wrote = False
    for found in results:
        if found.converted:
            wrote = _put(found.path, found.old, found.new, options, write) or wrote
    _summary(results, write, wrote=wrote)
    return sum(len(found.converted) for found in results)


def _convert_scripts(files: Sequence[Path], options: dict[str, Any], write: Callable[[str], object]) -> int:
    good = 0
    for file, old, new, error in stories_of_scripts(files, options["fixture"]):
        if error:
            write(f"{_shown(file)} is left: its story fails: {error}")
        else:
            good += 1
            _put(file, old, new, options, write)
    write(f"{good} of {len(files)} scripts of codegen are stories that pass without a browser")
    return good


def _put(path: Path, old: str, new: str, options: dict[str, Any], write: Callable[[str], object]) -> bool:
    """Show the difference, and overwrite the file if that is wanted; tell if it was."""
    if options["check"]:
        return False
    name = _shown(path)
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    for line in lines:
        write(line)
    if options["write"]:
        path.write_text(new, encoding="utf-8")
    return bool(options["write"])


def _progress(line: str) -> None:
    sys.stderr.write(f"{line} …\n")


def _summary(results: list[FileResult], write: Callable[[str], object], *, wrote: bool) -> None:
    left = 0
    for found in results:
        for function, reason in sorted(found.left.items(), key=lambda item: found.lines.get(item[0], 0)):
            if function in found.lines:
                left += 1
                write(f"{_shown(found.path)}:{found.lines[function]}: {function} is left: {reason}")
    stories = sum(len(found.converted) for found in results)
    hint = "" if wrote or not stories else "; --write overwrites the files"
    write(f"{stories} of {stories + left} tests with a client {'are' if wrote else 'can be'} stories{hint}")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _test_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that call a client's methods."""
    for path in paths:
        if not path.exists():
            raise ConfigurationError(
                Explanation(f"there is no file or folder {str(path)!r}", where=f"the folder {Path.cwd()}")
            )
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            source = file.read_text(encoding="utf-8")
            is_script = "playwright.sync_api import" in source and "page.goto(" in source
            is_test = "def test" in source and any(f".{method}(" in source for method in ("get", "post"))
            if is_script or is_test:
                yield file.resolve()


def _command(files: Sequence[Path]) -> tuple[str, ...]:
    """Return what runs these tests: pytest, where it is set up or tests are functions; else ``manage.py test``."""
    functions = any(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test")
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
    )
    if find_spec("pytest_django") is not None and (functions or _pytest_is_set_up()):
        return (
            "pytest",
            "-p",
            "no:cacheprovider",
            "--assert=plain",
            *(("-n0",) if find_spec("xdist") else ()),
        )
    return ("manage.py", "test")


def _pytest_is_set_up() -> bool:
    import tomllib

    if Path("pytest.ini").exists():
        return True
    if Path("pyproject.toml").exists():
        tools = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
        if "pytest" in tools:
            return True
    for name, section in (("setup.cfg", "tool:pytest"), ("tox.ini", "pytest")):
        parser = ConfigParser(interpolation=None)
        parser.read(name)
        if parser.has_section(section):
            return True
    return False
