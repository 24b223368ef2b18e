"""Measures the browserless page: ``python -m tests.conformance [--short] [--json FILE] [--only NAME …]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
#: Playwright's own score, and the shares that the page promises.
_LEAST_NAMES = 366
_SHARES = {"roles": 1.0, "names": 0.998, "visibility": 0.995}
_MOST_LEFT_OUT = 20
#: What is written of each part.
_FIGURES = {
    "playwright": ("passed", "failed", "left_out"),
    "accname": ("passed", "total"),
    "elements": ("pages", "roles", "names", "visibility"),
    "forms": ("pages", "differences"),
    "queries": ("pages", "queries", "differences"),
}


def main() -> int:
    """Run what is asked for, write the figures, and return how many promises are not kept."""
    arguments = _arguments()
    sys.path[:0] = [str(_ROOT), str(_ROOT / "demo")]
    measures: dict[str, Callable[[bool], dict[str, Any]]] = {
        "playwright": _playwright,
        "accname": _accname,
        "elements": _elements,
        "forms": _forms,
        "queries": _queries,
    }
    figures: dict[str, Any] = {}
    broken: list[str] = []
    for name in arguments.only or ("playwright", "accname", "forms", "elements"):
        details = measures[name](arguments.short)
        broken += _broken(name, details)
        figures[name] = {key: _figure(details[key]) for key in _FIGURES[name]}
        sys.stdout.write(f"{name}: {json.dumps(figures[name])}\n")
        _tell(details)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    for promise in broken:
        sys.stdout.write(f"NOT KEPT: {promise}\n")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer pages and files, the same checks")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--only", nargs="+", choices=tuple(_FIGURES))
    return parser.parse_args()


def _playwright(short: bool) -> dict[str, Any]:
    from tests.conformance.playwright_suite.run import run

    return run(short=short)


def _accname(short: bool) -> dict[str, Any]:
    from tests.conformance.accname import run
    from tests.conformance.playwright_suite.run import suite

    return run(suite())


def _elements(short: bool) -> dict[str, Any]:
    from itertools import chain

    from tests.conformance.elements import run
    from tests.conformance.generated_pages import generated
    from tests.conformance.site_pages import crawl, site, static_asset

    with site():
        pages = crawl(limit=12 if short else 120)
        return run(chain(pages, generated(6 if short else 60)), assets=static_asset)


def _forms(short: bool) -> dict[str, Any]:
    from tests.conformance.forms import run

    return run(60 if short else 2000)


def _queries(short: bool) -> dict[str, Any]:
    from itertools import chain

    from tests.conformance.generated_pages import generated
    from tests.conformance.queries import run
    from tests.conformance.site_pages import crawl, site

    with site():
        pages = crawl(limit=4 if short else 30)
    return run(chain(pages, generated(4 if short else 30)))


def _figure(value: Any) -> Any:
    """Return a count as it is, a pair of counts by name, and a list by its length."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, int) for one in value):
        return {"agreeing": value[0], "total": value[1]}
    return len(value) if isinstance(value, list) else value


def _broken(name: str, details: dict[str, Any]) -> list[str]:
    """Return the promises that these figures do not keep."""
    if name == "playwright":
        promises = {"a test of Playwright's own suite fails": details["failed"] > 0}
        promises["too many of its tests are left out"] = details["left_out"] > _MOST_LEFT_OUT
    elif name == "accname":
        promises = {f"fewer than {_LEAST_NAMES} of WPT's names": details["passed"] < _LEAST_NAMES}
    elif name == "forms":
        promises = {"a form is sent differently": details["differences"] > 0}
    elif name == "queries":
        # A query may depend on whether an element is visible, so it can't be better than that is.
        promises = {"queries find something else": len(details["differences"]) > 0.005 * details["queries"]}
    else:
        promises = {
            f"{aspect} agree on less than {least:.1%}": details[aspect][0] < least * details[aspect][1]
            for aspect, least in _SHARES.items()
        }
    return [promise for promise, is_broken in promises.items() if is_broken]


def _tell(details: dict[str, Any]) -> None:
    """Show what differs, a line for each."""
    for test, error in details.get("failures", {}).items():
        sys.stdout.write(f"  {test}: {error}\n")
    if "does_not_apply" in details:
        sys.stdout.write(f"  {details['does_not_apply']} tests of its files do not apply\n")
    for key in ("differences", "failed"):
        found = details.get(key)
        for one in found[:20] if isinstance(found, list) else ():
            sys.stdout.write(f"  {one}\n")


if __name__ == "__main__":
    raise SystemExit(main())
