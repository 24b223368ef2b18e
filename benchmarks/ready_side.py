"""What it costs to have a migrated test database: by its migrations, and from the one that was kept.

Run by ``benchmarks.ready``, once for each database and number of tables; prints milliseconds as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import tables
from benchmarks.rounds import turns

_FIELDS = {
    "name": "models.CharField(max_length=100)",
    "slug": "models.SlugField(unique=True)",
    "count": "models.IntegerField(default=0, db_index=True)",
    "made": "models.DateTimeField(auto_now_add=True)",
}
_LATER = "models.TextField(blank=True, default='')"


def make_app(folder: Path, number: int) -> None:
    """Write an app of that many tables; two migrations for each two of them, as most projects have them."""
    package = folder / "shops"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "migrations/__init__.py").write_text("")
    lines = ["from django.db import models"]
    for at in range(number):
        fields = [f"    {name} = {field}" for name, field in _fields(at).items()]
        lines += ["", f"class Thing{at}(models.Model):", *fields, f"    notes = {_LATER}"]
    (package / "models.py").write_text("\n".join(lines) + "\n")
    before, count = "", 0
    for at in range(0, number, 2):
        pair = range(at, min(at + 2, number))
        for operations in (
            [f"migrations.CreateModel('Thing{each}', [{_listed(each)}])" for each in pair],
            [f"migrations.AddField('thing{each}', 'notes', {_LATER})" for each in pair],
        ):
            count += 1
            name = f"{count:04}_thing{at}"
            needs = f"[('shops', '{before}')]" if before else "[]"
            body = [
                "from django.db import migrations, models",
                "class Migration(migrations.Migration):",
                f"    dependencies = {needs}",
                f"    operations = [{', '.join(operations)}]",
            ]
            (package / "migrations" / f"{name}.py").write_text("\n".join(body) + "\n")
            before = name


def _fields(at: int) -> dict[str, str]:
    related = (
        {"before": f"models.ForeignKey('shops.Thing{at - 1}', models.CASCADE, null=True)"} if at % 2 else {}
    )
    return {**_FIELDS, **related}


def _listed(at: int) -> str:
    key = {"id": "models.BigAutoField(primary_key=True, auto_created=True, serialize=False)"}
    return ", ".join(f"('{name}', {field})" for name, field in {**key, **_fields(at)}.items())


def measure(rounds: int, kept: Path) -> dict[str, float]:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_journey._world.snapshots.ready import install

    found = 0

    def made() -> float:
        nonlocal found
        began = time.perf_counter()
        with tables.database():
            took = time.perf_counter() - began
            found = len(connection.introspection.table_names())
        BaseDatabaseWrapper.close(connection)  # SQLite's own leaves a database in memory open
        return took

    def ready() -> float:
        uninstall = install(kept)
        try:
            return made()
        finally:
            uninstall()

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = None  # in memory, as by default
    ready()  # keeps the database
    ways: dict[str, Callable[[], float]] = {"migrate": made, "ready": ready}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _, name in turns(list(ways), rounds):
        times[name].append(ways[name]() * 1000)
    return {**{name: statistics.median(some) for name, some in times.items()}, "tables": found}


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp(prefix="benchmark"))
    make_app(place, int(sys.argv[2]) - tables.OF_DJANGO)
    sys.path.insert(0, str(place))
    tables.configure(sys.argv[1], tables.OF_DJANGO, apps=("shops",))
    found = measure(int(sys.argv[3]), place / "kept")
    json.dump(found, sys.stdout)
