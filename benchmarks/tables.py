"""A Django project of a chosen number of tables on a chosen database, for measuring what a reset costs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import dj_database_url
import django
from django.apps import AppConfig
from django.conf import settings

OF_DJANGO = 9  # content types, users, groups, permissions (6), sessions, migrations

# The argument is deprecated where not to serialize is the default.
_NOT_SERIALIZED: dict[str, Any] = {"serialize": False} if django.VERSION < (6, 0) else {}

URLS = {
    "postgresql": ("JOURNEY_TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("JOURNEY_TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/test"),
}


class Config(AppConfig):
    """The app whose models are made here."""

    name = "benchmarks.tables"
    label = "tables"
    path = str(Path(__file__).parent)

    def import_models(self) -> None:
        from django.db import models

        module = ModuleType("benchmarks.tables.models")
        sys.modules[module.__name__] = module
        for number in range(int(os.environ["JOURNEY_BENCHMARK_TABLES"]) - OF_DJANGO):
            fields: dict[str, Any] = {
                "__module__": module.__name__,
                "name": models.CharField(max_length=100),
            }
            if number % 2:
                before = getattr(module, f"Thing{number - 1}")
                fields["before"] = models.ForeignKey(before, models.CASCADE, null=True)
            setattr(module, f"Thing{number}", type(f"Thing{number}", (models.Model,), fields))
        super().import_models()
        self.models_module = module


def configure(database: str, tables: int, apps: tuple[str, ...] = (), **more: Any) -> None:
    """Set Django up on that database (``sqlite``, ``postgresql`` or ``mariadb``), with that many tables.

    The apps are others that have no tables.
    """
    os.environ["JOURNEY_BENCHMARK_TABLES"] = str(tables)
    if database == "sqlite":
        file = str(Path(tempfile.mkdtemp()) / "benchmark.sqlite3")
        place: dict[str, Any] = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "TEST": {"NAME": file},
        }
    else:
        variable, default = URLS[database]
        place = dict(dj_database_url.parse(os.environ.get(variable, default)))
        place["TEST"] = {"NAME": f"journey_benchmark_{os.getpid()}"}
    settings.configure(
        SECRET_KEY="a benchmark's",
        DATABASES={"default": place},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "benchmarks.tables.Config",
            *apps,
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        ALLOWED_HOSTS=["*"],
        **more,
    )
    django.setup()


@contextmanager
def database() -> Iterator[Any]:
    """Make the test database and drop it afterwards."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, **_NOT_SERIALIZED)
    try:
        yield connection
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
