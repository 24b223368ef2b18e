"""htmx's own tests, recorded in Chromium and replayed on our page; random pages of htmx in both.

``HTMX`` names a checkout of htmx's repository at a tag of 2.0, ``HTMX_1`` one of 1.9, since its npm package has no
tests. What the tests need of other packages comes from npm.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conformance.frameworks import NoNpm, fetched
from tests.conformance.htmx_suite import compared
from tests.conformance.htmx_suite.record import record
from tests.conformance.htmx_suite.replay import is_declarative, replay

__all__ = ["run", "run_pages"]

_RELEASES = {"4.0": "4.0.1", "2.0": "2.0.10", "1.9": "1.9.12"}
_PACKAGES = ("chai@4.5.0", "chai-dom@1.12.1", "mocha@11.7.4", "sinon@10.0.1", "mock-socket@9.3.1")


def run(version: str = "2.0") -> dict[str, Any]:
    """Record the tests, and replay those that use only markup, responses and acts of a user.

    Args:
        version: ``2.0`` or ``1.9``.

    Returns:
        ``tests``, ``equal`` and ``refused`` (counts), ``differences`` (a list) and ``reasons`` of what was refused.

    Raises:
        NoNpm: There is no checkout, or no npm.
    """
    variable = "HTMX" if version == "2.0" else "HTMX_1"
    checkout = Path(os.environ.get(variable, ""))
    if not (checkout / "test/index.html").is_file():
        raise NoNpm(f"{variable} names no checkout of htmx's repository")
    modules = {package.rpartition("@")[0]: fetched(package) for package in _PACKAGES}
    found = [replay(test, version) for test in record(checkout, modules) if is_declarative(test)]
    verdicts = Counter(each.verdict for each in found)
    return {
        "tests": len(found),
        "equal": verdicts["equal"],
        "refused": verdicts["refused"],
        "differences": [f"{each.title}: {each.reason}" for each in found if each.verdict == "different"],
        "reasons": {each.title: each.reason for each in found if each.verdict == "refused"},
    }


def run_pages(count: int, version: str = "2.0") -> dict[str, Any]:
    """Compare random pages, with the script that npm has; see ``htmx_suite.compared.run``.

    Raises:
        NoNpm: There is no npm.
    """
    script = (fetched(f"htmx.org@{_RELEASES[version]}") / "dist/htmx.js").read_text("utf-8")
    return compared.run(count, script, version=version, shrink=3)
