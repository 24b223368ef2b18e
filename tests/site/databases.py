"""The databases that the tests of shared transactions use: own ones, made once and dropped at the end."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django
from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIASES = ("memory", "file", "postgresql", "mariadb")

# The argument is deprecated where not to serialize is the default.
_NOT_SERIALIZED: dict[str, Any] = {"serialize": False} if django.VERSION < (6, 0) else {}

_URLS = {
    "postgresql": ("JOURNEY_TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("JOURNEY_TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/test"),
}

_DRIVERS = {"postgresql": "psycopg", "mariadb": "MySQLdb"}


def unanswered(alias: str) -> str:
    """Say that no such server answers here, or return an empty string."""
    if alias not in _URLS:
        return ""
    variable, default = _URLS[alias]
    place = urlsplit(os.environ.get(variable, default))
    try:
        socket.create_connection((place.hostname, place.port), timeout=2).close()
    except OSError as error:
        return f"no {alias} server answers at {place.hostname}:{place.port} ({error}); set {variable}"
    return ""


def driverless(alias: str) -> str:
    """Say that the library for such a database is not installed, or return an empty string."""
    driver = _DRIVERS.get(alias, "")
    if driver and find_spec(driver) is None:
        return f"{alias} answers, but {driver} is not installed: python -m pip install --group {alias}"
    return ""


def settings_of(alias: str, folder: Path, unique: str) -> dict[str, Any]:
    """Return the settings of one of the databases, under a name that no other process uses."""
    if alias == "memory":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    if alias == "file":
        name = str(folder / "journey.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "TEST": {"NAME": name, "MIGRATE": False},
        }
    variable, default = _URLS[alias]
    found: dict[str, Any] = dict(dj_database_url.parse(os.environ.get(variable, default)))
    return {**found, "TEST": {"NAME": f"journey_db_{unique}", "MIGRATE": False}}


def make(alias: str, settings: dict[str, Any]) -> None:
    """Make the database with the tables of all installed apps, under an alias that nothing else uses."""
    assert alias not in connections.settings, f"another fixture keeps a database of the alias {alias!r}"
    settings.setdefault("TEST", {})["MIGRATE"] = False
    connections.settings[alias] = settings
    connections.settings = connections.configure_settings(connections.settings)
    connections[alias].creation.create_test_db(verbosity=0, autoclobber=True, **_NOT_SERIALIZED)
    # The demo's newsroom makes its group of editors with the tables: these tests count their own groups.
    apps.get_model("auth", "Group").objects.using(alias).all().delete()


def drop(alias: str) -> None:
    """Drop it again, and forget its alias."""
    connection = connections[alias]
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    BaseDatabaseWrapper.close(connection)  # SQLite's own close leaves in-memory databases open
    del connections[alias]
    del connections.settings[alias]
