"""A walk that is ended in the middle keeps what it found, and leaves the project's own database as it was."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.explore.planted import plant
from tests.explore.test_planted_bugs import UNHURRIED, environment


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(database)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    connection.close()
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plant(tmp_path_factory.mktemp("site"), ["a link", "an image"])
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=folder, env=environment(), check=True)
    return folder


def files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def _hear_ctrl_c() -> None:
    """Undo what a shell does to its background jobs: they ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_its_findings_stay_and_no_row_does(site: Path, tmp_path: Path, how: signal.Signals) -> None:
    before, there = rows(site / "db.sqlite3"), files(site)
    kept = tmp_path / "findings.json"
    command = [sys.executable, "manage.py", "journey", "explore", "--on-this-database", UNHURRIED]
    with subprocess.Popen(
        [*command, f"--json={kept}"],
        cwd=site,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,
    ) as walk:
        assert walk.stderr is not None
        assert next(line for line in walk.stderr if line.startswith("found:"))
        walk.send_signal(how)
        said, _ = walk.communicate()
    assert json.loads(kept.read_text())["findings"]
    assert rows(site / "db.sqlite3") == before
    assert files(site) == there
    if how is signal.SIGINT:
        assert walk.returncode == 1
        assert "interrupted" in said


def test_a_database_that_can_not_be_rolled_back_is_refused(site: Path) -> None:
    settings = site / "config" / "no_rollback.py"
    settings.write_text(
        'from config.settings import *\nDATABASES["old"] = {"ENGINE": "django.db.backends.dummy"}\n'
    )
    walk = subprocess.run(
        [sys.executable, "manage.py", "journey", "explore", "--on-this-database"],
        cwd=site,
        env={**environment(), "DJANGO_SETTINGS_MODULE": "config.no_rollback"},
        capture_output=True,
        text=True,
        check=False,
    )
    settings.unlink()
    assert walk.returncode == 2
    assert "can't promise to roll everything back" in walk.stderr
