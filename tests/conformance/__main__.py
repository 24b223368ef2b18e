"""Measures the browserless page: ``python -m tests.conformance [--short | --write] [--json FILE] [--only NAME …]``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run what is asked for, write the figures, and return how many promises are not kept."""
    sys.path[:0] = [str(_ROOT), str(_ROOT / "demo")]
    from tests.conformance.figures import figures_of, write
    from tests.conformance.frameworks import NoNpm
    from tests.conformance.parts import PARTS

    arguments = _arguments(tuple(PARTS))
    figures: dict[str, Any] = {}
    broken: list[str] = []
    for name in arguments.only or [name for name, part in PARTS.items() if not part.asked]:
        try:
            details = PARTS[name].measure(arguments.short)
        except NoNpm as reason:
            sys.stdout.write(f"{name}: LEFT OUT: {reason}\n")
            continue
        broken += [promise for promise, is_broken in PARTS[name].broken(details).items() if is_broken]
        figures[name] = figures_of(name, details)
        told = {key: value for key, value in figures[name].items() if key != "by_page"}
        sys.stdout.write(f"{name}: {json.dumps(told)}\n")
        _tell(details)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if arguments.write:
        write(figures)
    for promise in broken:
        sys.stdout.write(f"NOT KEPT: {promise}\n")
    return 1 if broken else 0


def _arguments(parts: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--short", action="store_true", help="fewer pages and forms, the same checks")
    extent.add_argument("--write", action="store_true", help="write the figures into the documents")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--only", nargs="+", choices=parts)
    return parser.parse_args()


def _tell(details: dict[str, Any]) -> None:
    """Show what differs, a line for each."""
    for test, error in details.get("failures", {}).items():
        sys.stdout.write(f"  {test}: {error}\n")
    for key in ("differences", "failed"):
        found = details.get(key)
        for one in found[:20] if isinstance(found, list) else ():
            sys.stdout.write(f"  {one}\n")
    for page, aspects in details.get("by_page", {}).items():
        shares = ", ".join(f"{aspect} {agreeing} of {total}" for aspect, (agreeing, total) in aspects.items())
        sys.stdout.write(f"  {page}: {shares}\n")


if __name__ == "__main__":
    raise SystemExit(main())
