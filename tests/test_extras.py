"""What an optional library is missing for names the extra that brings it, and that extra exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])

#: What is asked for, while these libraries can't be imported, and the extra that the message must name.
ASKED = {
    "browser": (
        ("playwright", "greenlet"),
        "from django_journey._drivers.browser.session import BrowserSession, Launch; BrowserSession(Launch())",
    ),
    "http": (
        ("httpx",),
        "from django_journey._drivers.http import HttpDriver; HttpDriver('http://127.0.0.1')",
    ),
    "clock": (("time_machine",), "from django_journey._world.clock import Clock; Clock().travel(days=1)"),
    "files": (("PIL",), "from django_journey._world.files.images import image; image()"),
    "data": (("faker",), "from django_journey._routes.fake_values import FakeValues; FakeValues().faker"),
    "asgi": (
        ("uvicorn",),
        "from django_journey._world.server.asgi import AsgiServer; AsgiServer('127.0.0.1', None)",
    ),
}


@pytest.mark.parametrize("extra", ASKED)
def test_a_missing_library_is_told_with_the_command_that_installs_it(extra: str) -> None:
    libraries, code = ASKED[extra]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({libraries!r})); "
    done = subprocess.run([sys.executable, "-c", blocked + code], capture_output=True, text=True, check=False)
    assert f'python -m pip install "django-journey[{extra}]"' in done.stderr, done.stderr


def test_extras_that_messages_and_documents_name_exist() -> None:
    named: dict[str, str] = {}
    for file in (ROOT / "src").rglob("*.py"):
        named |= dict.fromkeys(re.findall(r'extra="(\w+)"', file.read_text()), file.name)
    for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *(ROOT / "src").rglob("*.py")]:
        for group in re.findall(r"django-journey\[([\w,]+)\]", file.read_text()):
            named |= dict.fromkeys(group.split(","), file.name)
    assert named
    assert {name: place for name, place in named.items() if name not in EXTRAS} == {}


def test_the_readme_names_every_extra() -> None:
    table = (ROOT / "README.md").read_text().partition("| extra |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= EXTRAS
