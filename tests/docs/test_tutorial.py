"""The tutorial, step by step, in an empty folder: files are written, commands run, their output is compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.blocks import Block, blocks
from tests import needs

PAGE = Path(__file__).parent.parent.parent / "docs" / "tutorial.md"

#: The first line of a block that is a file: ``# a/file.py``, ``{# a/template.html #}``, ``# a/file.py, at the end``.
FILE = re.compile(r"(?:# |\{# )(?P<path>[\w./]+)(?P<added>, at the end)?(?: #\})?\n")
#: The plugins that a reader of the tutorial has, of all that are here.
PLUGINS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "-p django -p django_journey -p no:cacheprovider",
}
#: A reader's passwords are hashed as new projects do it, which takes longer than all else in these stories.
HASHING = '\nPASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'
#: What a reader needs and the test environment has.
INSTALLING = re.compile(r"python -m (venv|pip|playwright) |\. \.venv")


def test_a_reader_gets_what_the_tutorial_says(tmp_path: Path) -> None:
    with needs.a_browser():
        from django_journey._drivers.browser.session import Launch, session_for

        session_for(Launch())
    ran = 0
    for block in blocks(PAGE.read_text()):
        if block.language == "console":
            ran += run(block, tmp_path)
        else:
            write(block, tmp_path)
    assert ran == 8


def write(block: Block, folder: Path) -> None:
    """Write the file that a block is."""
    first = FILE.match(block.code)
    assert first, f"the block at line {block.line} is no file"
    path = folder / first["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    added = bool(first["added"])
    with path.open("a" if added else "w") as file:
        file.write(block.code.partition("\n")[2] if added else block.code)


def run(block: Block, folder: Path) -> int:
    """Run the commands of a block; return how many there were."""
    commands = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block.code, re.MULTILINE)
    assert commands
    done = 0
    for command, expected in commands:
        if INSTALLING.match(command):
            assert not expected
            continue
        output = subprocess.run(
            command, shell=True, cwd=folder, env=environment(), capture_output=True, text=True, check=False
        )
        said = output.stdout + output.stderr
        assert fits(expected, said), f"line {block.line}: $ {command}\n{said}"
        done += 1
        if "startproject" in command:
            with (folder / "shop" / "settings.py").open("a") as settings:
                settings.write(HASHING)
    return done


def environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "JOURNEY_", "DJANGO_", "COVERAGE_")) and name != "PYTHONPATH"
    }
    programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | PLUGINS | {"PATH": programs}


def fits(expected: str, output: str) -> bool:
    """Tell whether an output is as expected, where ``…`` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None if expected else True


@pytest.mark.parametrize(
    ("expected", "output", "fit"),
    [
        ("1 passed in …\n", "1 passed in 0.1s\n", True),
        ("…\n2 passed…", ".. [100%]\n1 passed in 0.1s", False),
        ("one\n…\nthree\n", "one\ntwo\nthree\n", True),
        ("one\n", "one\ntwo\n", False),
    ],
)
def test_an_output_is_compared(expected: str, output: str, fit: bool) -> None:
    assert fits(expected, output) is fit
