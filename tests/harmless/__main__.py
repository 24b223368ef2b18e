"""The long form: runs a project's suite untraced and traced, and compares outcome for outcome, statement for statement.

    python -m tests.harmless FOLDER [--python PYTHON] [--set NAME=VALUE …] [--untraced-twice] -- manage.py test
    python -m tests.harmless FOLDER -- -m pytest -p recorded

``PYTHON`` is the project's own interpreter, which finds ``django_journey`` on its path. ``--untraced-twice`` shows what
the project's tests do differently from one run to the next by themselves.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.harmless.comparison import Outcome, run


def main() -> int:
    """Compare, print what differs, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.harmless", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--untraced-twice", action="store_true")
    parser.add_argument("command", nargs="+")
    said = parser.parse_args()
    variables = dict(each.split("=", 1) for each in said.set)

    def once(name: str, *, traced: bool) -> Outcome:
        return run(
            said.folder,
            said.command,
            records / name,
            report=records / "report" if traced else None,
            python=said.python,
            environment=variables,
            plugins=True,
        )

    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder)
        plain, traced = once("plain.json", traced=False), once("traced.json", traced=True)
        different = plain.differences(traced)
        if said.untraced_twice and different:
            anyway = {line.partition(": ")[0] for line in plain.differences(once("again.json", traced=False))}
            different = [line for line in different if line.partition(": ")[0] not in anyway]
            sys.stdout.write(f"left out, since they differ by themselves: {len(anyway)}\n")
    sys.stdout.write("".join(f"{line[:400]}\n" for line in different))
    sys.stdout.write(
        f"{len(plain.tests)} tests with {plain.statements} statements untraced, {len(traced.tests)} with"
        f" {traced.statements} traced: {len(different)} differ\n"
    )
    if not plain.tests:
        sys.stdout.write(plain.output)
    return 1 if different or not plain.tests else 0


if __name__ == "__main__":
    raise SystemExit(main())
