"""Runs a measuring module in a process of its own, on a database that answers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.tables import URLS

DRIVERS = {"postgresql": "psycopg", "mariadb": "MySQLdb"}


def answers(database: str) -> bool:
    """Tell whether the database can be used here; says so where it can't."""
    if database not in URLS:
        return True
    if find_spec(DRIVERS[database]) is None:
        print(
            f"{database}: {DRIVERS[database]} is not installed; left out "
            f"(python -m pip install --group {database})",
            file=sys.stderr,
        )
        return False
    variable, default = URLS[database]
    place = urlsplit(os.environ.get(variable, default))
    try:
        socket.create_connection((place.hostname or "", place.port or 0), timeout=2).close()
    except OSError:
        print(f"{database}: no server answers; left out", file=sys.stderr)
        return False
    return True


def measured(module: str, *arguments: object) -> dict[str, float]:
    """Run ``python -m module`` (Django's apps are set up once in a process) and read what it prints."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found
