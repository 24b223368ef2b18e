"""``python -m tests.mutations [ROW …]``: break each requirement in a copy of the tree, and see its tests fail."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutations.mutation import ROOT, Mutation, Unfit, named_tests
from tests.mutations.table import MUTATIONS

AT_ONCE = 2
PATIENCE = 1800  # seconds; a mutation may make a test wait for ever
COPIED = ("src", "demo", "tests", "docs", "pyproject.toml", "README.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "db.sqlite3", "*-report", "node_modules")
# What would change the demo's settings, or how pytest runs.
DROPPED = (
    *("PYTEST_", "JOURNEY_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CLOUDINARY_URL", "CELERY_BROKER_URL"),
    *("SIGN_UP_SIGNS_IN", "SIGNED_UP_REDIRECT_URL", "NEWSROOM_AUTHORS_PUBLISH", "COV_"),
)
PLUGINS = ("-p", "django", "-p", "django_journey", "-p", "no:cacheprovider")
PYTEST = ("-m", "pytest", "-q", "--tb=short", *PLUGINS)


class Copy:
    """A copy of the tree, in which one run of pytest goes on at a time.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
            else:
                shutil.copy2(ROOT / name, folder / name)

    def sees(self, mutation: Mutation) -> str:
        """Apply a mutation, run its tests, and take it back.

        Returns:
            ``noticed``, ``left out`` where each of its tests was skipped, or what went wrong.
        """
        file = self.folder / mutation.file
        whole = Path(shutil.copy2(file, self.folder / "whole"))
        file.write_text(mutation.applied(self.folder), encoding="utf-8")
        try:
            # Bytecode of the changed file must not be found by the next run.
            status, output = self.run(mutation.tests(), "-x", PYTHONDONTWRITEBYTECODE="1")
        finally:
            shutil.copy2(whole, file)
        if status == 0:
            return "left out" if not self._passed() else "nothing noticed"
        return "noticed" if status == 1 else f"the tests could not be run:\n{output}"

    def run(self, tests: Iterable[str], *options: str, **environment: str) -> tuple[int, str]:
        """Run tests, and return pytest's exit status and what it printed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
        with subprocess.Popen(
            [sys.executable, *PYTEST, f"--junit-xml={self._outcomes}", *options, *tests],
            cwd=self.folder,
            env={
                **kept,
                "PYTHONPATH": str(self.folder / "src"),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as pytest:
            try:
                output, _ = pytest.communicate(timeout=PATIENCE)
            except BaseException as error:  # Ctrl-C too: it does not reach a session of its own
                os.killpg(pytest.pid, signal.SIGKILL)
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                return -1, f"they took more than {PATIENCE} seconds"
        return pytest.returncode, output

    @property
    def _outcomes(self) -> Path:
        return self.folder / "outcomes.xml"

    def _passed(self) -> bool:
        """Tell whether any test of the last run was more than skipped."""
        return any(
            case.find("skipped") is None for case in ElementTree.parse(self._outcomes).iter("testcase")
        )


def main(arguments: Sequence[str]) -> int:
    """Run the mutations of the rows that are named, or all; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="a requirement's id; all if none is named")
    rows = parser.parse_args(arguments).rows
    if unknown := sorted(set(rows) - set(named_tests())):
        parser.error(f"docs/requirements.md has no row {', '.join(unknown)}")
    chosen = [mutation for mutation in MUTATIONS if mutation.row in rows or not rows]
    try:
        for mutation in chosen:
            mutation.applied()
            mutation.tests()
    except Unfit as unfit:
        tell(str(unfit))
        return 1
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        return try_all(chosen, [Copy(Path(folder, str(number))) for number in range(AT_ONCE)])


def try_all(mutations: Sequence[Mutation], copies: Sequence[Copy]) -> int:
    """See that the tests pass in the untouched copies, then try the mutations there, several at once."""
    began = time.monotonic()
    tests = list(dict.fromkeys(test for mutation in mutations for test in mutation.tests()))
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def untouched(number: int) -> tuple[int, str]:
        some = tests[number :: len(copies)]
        # With its bytecode, which the runs after it need not make again.
        return copies[number].run(some, PYTHONDONTWRITEBYTECODE="") if some else (0, "")

    def tried(mutation: Mutation) -> str:
        copy = free.get()
        try:
            return copy.sees(mutation)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        for status, output in pool.map(untouched, range(len(copies))):
            if status:
                tell(f"The tests fail without any mutation:\n{output}")
                return 1
        tell(f"{len(tests)} tests pass without any mutation ({time.monotonic() - began:.0f} s)")
        wrong = 0
        for mutation, told in zip(mutations, pool.map(tried, mutations), strict=True):
            wrong += told not in ("noticed", "left out")
            tell(f"{mutation}: {told}")
    rows = len({mutation.row for mutation in mutations})
    seconds = time.monotonic() - began
    tell(f"{len(mutations)} mutations of {rows} requirements, {wrong} not noticed ({seconds:.0f} s)")
    return 1 if wrong else 0


def tell(line: str) -> None:
    """Say something at once, also to a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
