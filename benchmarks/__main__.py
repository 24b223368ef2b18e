"""``python -m benchmarks NAME [--json FILE] [--write]``: runs a benchmark, prints its figures, writes them if asked."""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks: the modules that offer ``run``."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if "\ndef run()" in path.read_text(encoding="utf-8")
    )


def write(name: str, figures: dict[str, float], wanted: dict[str, str]) -> None:
    """Write the figures into the README, between the marks of that benchmark."""
    document = HERE / "README.md"
    rows = [f"| `{each}` | {wanted.get(each, '')} | {figure:.2f} |" for each, figure in figures.items()]
    table = "\n".join(["| figure | wanted | seen |", "| --- | --- | --- |", *rows])
    said = f"Written by `python -m benchmarks {name} --write` on {date.today():%Y-%m-%d}:\n\n{table}\n"
    text, times = re.subn(
        rf"(?s)(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>{said}\g<2>", document.read_text("utf-8")
    )
    if not times:
        raise SystemExit(f"{document} has no place for the figures of {name}")
    document.write_text(text, "utf-8")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=names())
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--write", action="store_true", help="write the figures into the README")
    arguments = parser.parse_args()
    benchmark = import_module(f"benchmarks.{arguments.name}")
    figures = benchmark.run()
    for name, figure in figures.items():
        print(f"{name:<55} {figure:8.3f}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if arguments.write:
        write(arguments.name, figures, getattr(benchmark, "WANTED", {}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
