"""Both columns of "Coming from Django's tests" run: every block of that page, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "coming_from_django.md").read_text()
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_every_block_of_the_page_passes(tmp_path: Path) -> None:
    preamble, *blocks = BLOCK.findall(PAGE)
    imports = "from django.test import TestCase\nfrom django_journey import JourneyTestCase\n"
    for number, block in enumerate(blocks, 1):
        (tmp_path / f"test_block_{number:02}.py").write_text(f"{preamble}{imports}{block}")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JOURNEY_"))
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            str(ROOT / "pyproject.toml"),
            f"--rootdir={ROOT}",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--import-mode=importlib",
            str(tmp_path),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tests = sum(len(re.findall(r"^ *def test_", block, re.MULTILINE)) for block in blocks)
    assert f"{tests} passed" in done.stdout


def test_each_section_has_both_columns() -> None:
    for section in PAGE.split("\n## ")[1:]:
        plain, *stories = BLOCK.findall(section)
        assert "TestCase)" in plain, section
        assert stories, section
        assert any("journey" in story for story in stories), section
