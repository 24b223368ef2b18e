"""Runs the plain tests and their conversions, and gives up step by step what does not end in the same way."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django_journey._convert.calls import ClientCall, read_calls
from django_journey._convert.facts import Choices, choose_another
from django_journey._convert.module import ConvertedModule, convert_module, without_marks
from django_journey._report.model import Test, assemble
from django_journey._trace.record.trace_reader import read
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Conversion", "FileResult", "convert_files"]

_MOST_ROUNDS = 12


@dataclass(slots=True)
class FileResult:
    """What became of a file.

    Args:
        path: The file.
        old: Its source.
        new: Its source with the stories.
        converted: The qualified names of the functions that are stories now.
        left: The reasons for those that are not, by their qualified names.
        lines: Where the functions stand in the old source.
    """

    path: Path
    old: str
    new: str
    converted: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion of test files.

    Args:
        files: The files.
        command: The program that runs them, with its arguments: ``manage.py test``, ``pytest``.
        labels: What the command is given to run each of these files.
        tell: Is called with a line about the progress.
    """

    files: tuple[Path, ...]
    command: tuple[str, ...]
    labels: Mapping[str, str]
    tell: Callable[[str], object]


def convert_files(wanted: Conversion) -> list[FileResult]:
    """Convert files, and keep what ends as the plain tests do.

    Raises:
        ConfigurationError: The plain tests could not be run.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _Rounds(wanted, Path(folder)).run()


class _Rounds:
    def __init__(self, wanted: Conversion, folder: Path) -> None:
        self._wanted = wanted
        self._folder = folder
        self._sources = {str(path): path.read_text(encoding="utf-8") for path in wanted.files}
        self._calls: dict[str, list[ClientCall]] = {}
        self._stale = set(self._sources)
        self._chosen: dict[str, Choices] = defaultdict(dict)
        self._left: dict[str, dict[str, str]] = defaultdict(dict)
        self._modules: dict[str, ConvertedModule] = {}
        self._runs = 0

    def run(self) -> list[FileResult]:
        """Run the plain tests, then conversions until all that are kept end alike."""
        self._wanted.tell("running the plain tests")
        plain = self._tests({}, list(self._sources), record=True)
        self._calls = read_calls(self._folder / "calls.jsonl")
        if not plain:
            raise _nothing_ran(self._wanted)
        self._leave_failing(plain)
        found: dict[str, Test] = {}
        for number in range(_MOST_ROUNDS):
            again = self._convert()
            changed = {p: each.source for p, each in self._modules.items() if each.converted}
            if not changed:
                break
            count = sum(len(self._modules[path].converted) for path in again)
            self._wanted.tell(f"running {count} conversions (round {number + 1})")
            # What ended like the plain tests and is the same as before is not run again.
            others = {n: t for n, t in found.items() if not any(self._same_file(t, p) for p in again)}
            found = others | self._tests(changed, again)
            if not self._mend(plain, found, last=number >= _MOST_ROUNDS - 2):
                break
        return [self._result(path) for path in self._sources]

    def _convert(self) -> list[str]:
        """Convert the files for which something else was chosen, and return them."""
        again = [path for path in self._sources if path in self._stale]
        for path in again:
            self._modules[path] = convert_module(
                self._sources[path], self._calls.get(path, ()), self._chosen[path], self._left[path]
            )
        self._stale.clear()
        return again

    def _result(self, path: str) -> FileResult:
        module, old = self._modules[path], self._sources[path]
        new = without_marks(module.source) if module.converted else old
        return FileResult(Path(path), old, new, module.converted, module.left, module.lines)

    def _tests(
        self, sources: dict[str, str], files: Sequence[str], *, record: bool = False
    ) -> dict[str, Test]:
        """Run the tests of files, and return them by their names."""
        self._runs += 1
        report = self._folder / f"run{self._runs}"
        plan = self._folder / "plan.json"
        plan.write_text(
            json.dumps(
                {
                    "files": list(self._sources),
                    "sources": sources,
                    "calls": str(self._folder / "calls.jsonl") if record else "",
                    "report": str(report),
                }
            ),
            encoding="utf-8",
        )
        words = [sys.executable, "-m", "django_journey._convert.observe", str(plan), *self._wanted.command]
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [*words, *(self._wanted.labels[path] for path in files)],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        self._output = (done.stdout + done.stderr).strip()
        try:
            run = assemble(read(report).events)
        except ConfigurationError:
            if record:
                raise _nothing_ran(self._wanted, self._output) from None
            return {}
        return {test.name or test.key: test for test in run.last}

    def _leave_failing(self, plain: dict[str, Test]) -> None:
        for name, test in plain.items():
            if test.outcome != "passed":
                for path, function in self._functions(test, name, set(self._sources)):
                    self._left[path].setdefault(function, f"the plain test does not pass: {test.outcome}")

    def _functions(self, test: Test, name: str, paths: set[str]) -> Iterator[tuple[str, str]]:
        """Yield the files and qualified names that a test of that name may have."""
        words = re.sub(r"\[.*", "", name).replace("::", ".").split(".")
        short = ".".join(words[-2:])
        for path in paths:
            if self._same_file(test, path):
                for call in {each.test for each in self._calls.get(path, ())}:
                    owner, _, own = call.rpartition(".")
                    if call == short or (own == words[-1] and (owner or call == words[-1])):
                        yield path, call

    def _same_file(self, test: Test, path: str) -> bool:
        # Many apps have a tests.py: of a path from the project's root, all that is known has to agree.
        parts = tuple(part for part in Path(test.file).parts if part != "..")
        return not parts or Path(path).parts[-len(parts) :] == parts

    def _mend(self, plain: dict[str, Test], found: dict[str, Test], *, last: bool) -> bool:
        """Use other alternatives where an outcome differs, and leave a test that has none; tell if any does."""
        changed = False
        for name, test in plain.items():
            new = found.get(name)
            if new is not None and new.outcome == test.outcome:
                continue
            for path, function in self._functions(test, name, set(self._sources)):
                module = self._modules[path]
                if function in module.converted:
                    changed = True
                    self._next(path, function, new, last)
                elif new is None or test.outcome == "passed":
                    changed |= self._leave_class(path, function, new)
        if not changed and any(
            found.get(name) is None or found[name].outcome != test.outcome for name, test in plain.items()
        ):
            changed = self._leave_whole_files(plain, found)
        return changed

    def _next(self, path: str, function: str, new: Test | None, last: bool) -> None:
        """Use the next alternative of the conversion that failed, or of the last one before it that has one."""
        self._stale.add(path)
        module, chosen = self._modules[path], self._chosen[path]
        line = _failing_line(new, path)
        if last or new is None:
            found = False
        else:
            found = choose_another(module.source, function, line, chosen, module.alternatives)
        if not found:
            self._left[path][function] = f"its conversion {_why(new, self._output)}"

    def _leave_class(self, path: str, function: str, new: Test | None) -> bool:
        """Leave all tests of a class in which a test that was not converted ends otherwise."""
        group = function.rpartition(".")[0]
        mine = [each for each in self._modules[path].converted if each.rpartition(".")[0] == group]
        self._stale |= {path} if mine else set()
        for each in mine:
            self._left[path][each] = f"{function} of the same class then {_why(new, self._output)}"
        return bool(mine)

    def _leave_whole_files(self, plain: dict[str, Test], found: dict[str, Test]) -> bool:
        """Leave the files whose tests end otherwise although none of them could be told apart."""
        changed = False
        differing = [t for n, t in plain.items() if found.get(n) is None or found[n].outcome != t.outcome]
        for path, module in self._modules.items():
            if module.converted and any(self._same_file(test, path) for test in differing):
                changed = True
                self._stale.add(path)
                for each in module.converted:
                    self._left[path][each] = "another test of its file ends otherwise then"
        return changed


def _failing_line(test: Test | None, path: str) -> int:
    """Return the last line of a file in the traceback of a failure."""
    if test is None or test.failure is None:
        return 0
    lines = re.findall(rf'File "{re.escape(path)}", line (\d+)', test.failure.traceback)
    return int(lines[-1]) if lines else 0


def _why(test: Test | None, output: str) -> str:
    if test is None:
        return "did not run: " + (output.splitlines() or ["no output"])[-1]
    failure = test.explanation
    said = (failure.sought or failure.message).strip().partition("\n")[0] if failure else test.reason
    return f"{test.outcome}: {said[:160]}" if said else test.outcome


def _nothing_ran(wanted: Conversion, output: str = "") -> ConfigurationError:
    tail = tuple(output.splitlines()[-8:])
    return ConfigurationError(
        Explanation(
            "no plain test was run",
            where=" ".join([*wanted.command, *wanted.labels.values()]),
            nearest=tail,
            instead='name the command that runs these tests: --tests "pytest", or --tests "manage.py test"',
        )
    )


def labels_of(files: Sequence[Path], *, pytest: bool) -> dict[str, str]:
    """Return what a test command is given to run files: paths for pytest, dotted names otherwise."""
    return {str(path): str(path) if pytest else _dotted(path) for path in files}


def _dotted(path: Path) -> str:
    parts = [path.stem] if path.stem != "__init__" else []
    folder = path.parent
    while (folder / "__init__.py").exists():
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts))
