"""A walk through the demo: nothing as it is, and each planted bug once it is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.explore.planted import BUGS, ROOT, plant
from tests.runners.projects import PLUGINS

#: No walk ends because a machine is slow: each has as many requests as it may make.
UNHURRIED = "--seconds=1000000"


def environment() -> dict[str, str]:
    """Return the environment of a site in a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "JOURNEY_"))}
    return {**own, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}


def walk(site: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """Explore a site in a process of its own; return its status, its findings and what it wrote."""
    findings = site.parent / "findings.json"
    done = subprocess.run(
        [sys.executable, "manage.py", "journey", "explore", "--json", str(findings), *arguments],
        cwd=site,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(findings.read_text())["findings"] if findings.exists() else []
    return done.returncode, [each for each in found if not each["hint"]], done.stdout + done.stderr


def test_the_demo_as_it_is_gives_nothing(tmp_path: Path) -> None:
    status, found, said = walk(plant(tmp_path, []), UNHURRIED, "--requests=900", "--access")
    assert (status, found) == (0, []), said
    assert "newsroom/articles/<int:pk>/publish/" in said
    assert "looks wrong" not in said


def test_each_planted_bug_is_found_and_nothing_else(tmp_path: Path) -> None:
    stories = tmp_path / "stories"
    site = plant(tmp_path, list(BUGS))
    bounds = (UNHURRIED, "--per-pattern=2", "--requests=1700")
    status, found, said = walk(site, *bounds, f"--write-stories={stories}")
    assert status == 1, said
    wanted = {
        name: [each for each in found if each["kind"] == bug.kind and bug.says in each["what"]]
        for name, bug in BUGS.items()
    }
    assert {name for name, its in wanted.items() if not its} == set(), said
    explained = [each["key"] for its in wanted.values() for each in its]
    assert [each for each in found if each["key"] not in explained] == [], said
    assert len(list(stories.glob("test_*.py"))) == len(found)
    failed, passed = outcomes(stories, site)
    assert (len(failed), passed) == (len(found), set())
    # Three are of pages and buttons that are not there without their bug.
    _, mended = outcomes(stories, ROOT / "demo")
    assert len(mended) == len(found) - 3


def outcomes(stories: Path, site: Path) -> tuple[set[str], set[str]]:
    """Run written stories on a site; return the files of those that fail and of those that pass."""
    (stories / "pytest.ini").write_text(
        f"[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\npythonpath = {site}\ndjango_find_project = false\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-q", "--tb=no"],
        cwd=stories,
        env=environment() | PLUGINS,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split("::")[0].split() for line in done.stdout.splitlines() if "::" in line]
    found: dict[str, set[str]] = {"FAILED": set(), "PASSED": set()}
    for words in lines:
        if len(words) == 2 and words[0] in found:
            found[words[0]].add(words[1])
    return found["FAILED"], found["PASSED"]
