"""A small project of one app with migrations, installed in this process beside the demo's settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate
from django.test import override_settings

from django_journey._world.snapshots import ready
from tests import needs
from tests.site.databases import driverless, settings_of, unanswered

NOT_SERIALIZED: dict[str, Any] = {"serialize": False} if django.VERSION < (6, 0) else {}

MODELS = """
from django.db import models

class Country(models.Model):
    name = models.CharField(max_length=50)
"""

FIRST = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("Country", [
        ("id", models.BigAutoField(primary_key=True, auto_created=True, serialize=False)),
        ("name", models.CharField(max_length=50)),
    ])]
"""

SECOND = """
import os
from pathlib import Path

from django.db import migrations

from shop.countries import EXTRA, names

def add(apps, schema_editor):
    rows = (Path(__file__).parents[1] / "countries.txt").read_text().split()
    rows += [name.stem for name in sorted((Path(__file__).parents[1] / "more").glob("*.csv"))]
    rows += [*names(), *EXTRA, os.environ.get("SHOP_COUNTRY", "none")]
    country = apps.get_model("shop", "Country")
    country.objects.using(schema_editor.connection.alias).bulk_create([country(name=row) for row in rows])

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_first")]
    operations = [migrations.RunPython(add)]
"""

FILES = {
    "__init__.py": "",
    "models.py": MODELS,
    "migrations/__init__.py": "",
    "migrations/0001_first.py": FIRST,
    "migrations/0002_second.py": SECOND,
    "countries.py": "from shop.constants import EXTRA\n\ndef names():\n    return ['Chile']\n",
    "constants.py": "EXTRA = ['Kenya']\n",
    "countries.txt": "Nepal\n",
    "more/first.csv": "",
    "views.py": "",
}


@dataclass
class Shop:
    """The project: its files, and its test database as any runner makes it."""

    folder: Path
    kept: Path
    alias: str
    said: Callable[[], str]
    dumps: bool = False

    def write(self, name: str, text: str) -> None:
        file = self.folder / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def make(self, **more: Any) -> str:
        """Make the test database in a process that imports the project anew; return what is said of it."""
        self.forget()
        with (
            _receivers_as_before(),
            override_settings(INSTALLED_APPS=["django.contrib.contenttypes", "shop"], **more),
        ):
            connections[self.alias].creation.create_test_db(verbosity=1, autoclobber=True, **NOT_SERIALIZED)
            self.contents, self.dump = self._contents(), self.schema() if self.dumps else ""
            BaseDatabaseWrapper.close(
                connections[self.alias]
            )  # SQLite's own leaves a database in memory open
        lines = [
            line for line in self.said().splitlines() if line.startswith(f"Test database '{self.alias}': ")
        ]
        assert len(lines) == 1, lines
        return lines[0].partition(": ")[2]

    def forget(self) -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
            del sys.modules[name]
        apps.all_models.pop("shop", None)
        apps.clear_cache()

    def schema(self) -> str:
        """Return the dump of the schema by the backend's own means."""
        connection = connections[self.alias]
        place = connection.settings_dict
        if connection.vendor == "postgresql":
            dump = needs.program("pg_dump", package="postgresql-client")
            server = [f"--host={place['HOST']}", f"--port={place['PORT']}", f"--username={place['USER']}"]
            environment = {**os.environ, "PGPASSWORD": place["PASSWORD"]}
            done = subprocess.run(
                [dump, "--schema-only", *server, place["NAME"]],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            return re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout)  # newer ones write a random word
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT sql FROM sqlite_master ORDER BY rowid")
                return "\n".join(str(sql) for (sql,) in cursor.fetchall())
            texts = []
            for table in sorted(connection.introspection.table_names()):
                cursor.execute(f"SHOW CREATE TABLE {table}")
                texts.append(cursor.fetchone()[1])
            return "\n".join(texts)

    def _contents(self) -> dict[str, list[Any]]:
        """Return the rows of all tables, but for the times of migrations."""
        found: dict[str, list[Any]] = {}
        with connections[self.alias].cursor() as cursor:
            for table in sorted(connections[self.alias].introspection.table_names()):
                columns = "app, name" if table == "django_migrations" else "*"
                cursor.execute(f"SELECT {columns} FROM {table}")
                found[table] = sorted(cursor.fetchall())
        return found

    @property
    def countries(self) -> set[str]:
        return {row[1] for row in self.contents["shop_country"]}


@contextmanager
def _receivers_as_before() -> Iterator[None]:
    """Forget the receivers that app configs connect, which a process has once."""
    before = {signal: signal.receivers[:] for signal in (pre_migrate, post_migrate)}
    try:
        yield
    finally:
        for signal, receivers in before.items():
            signal.receivers[:] = receivers
            signal.sender_receivers_cache.clear()


@pytest.fixture
def alias() -> str:
    return "memory"


@pytest.fixture
def shop(
    alias: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    django_db_blocker: Any,
) -> Iterator[Shop]:
    if reason := unanswered(alias) or driverless(alias):
        needs.lacking(reason)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    unique = f"ready_{tmp_path.name[-20:]}"
    settings = settings_of(alias, tmp_path, unique)
    settings.setdefault("TEST", {}).pop("MIGRATE", None)
    name = f"kept_{alias}"  # other tests have databases of these aliases
    connections.settings[name] = settings
    connections.settings = connections.configure_settings(connections.settings)
    shop = Shop(tmp_path, tmp_path / "kept", name, lambda: capsys.readouterr().err)
    for file, text in FILES.items():
        shop.write(file, text)
    undo = ready.install(shop.kept)
    try:
        with django_db_blocker.unblock():
            yield shop
            _drop(shop, unique)
    finally:
        undo()
        shop.forget()
        BaseDatabaseWrapper.close(connections[name])  # SQLite's own leaves a database in memory open
        del connections[name]
        del connections.settings[name]


def _drop(shop: Shop, unique: str) -> None:
    connection = connections[shop.alias]
    if connection.vendor == "sqlite":
        return
    connection.close()
    from django_journey._world.snapshots.store import Store

    copies = ready.copies_of(connection, shop.kept)
    assert copies is not None
    for name in [*copies.names(Store(shop.kept).name_of("")), f"journey_db_{unique}"]:
        copies.drop(name)
