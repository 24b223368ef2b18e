"""``python -m benchmarks NAME [--json FILE]``: runs one benchmark, prints its ratios, and writes them if asked to."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks: the modules that offer ``run``."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if "\ndef run()" in path.read_text(encoding="utf-8")
    )


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=names())
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    figures = import_module(f"benchmarks.{arguments.name}").run()
    for name, figure in figures.items():
        print(f"{name:<55} {figure:8.3f}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
