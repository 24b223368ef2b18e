"""A test database is the kept one only while all that decides it is as it was."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import management
from django.core.cache import cache
from django.db import connections
from django.db.models.signals import post_migrate

from django_journey._adapters.django import content_types_in_memory
from django_journey._world.snapshots import ready
from django_journey._world.snapshots.copies import _SQLiteCopies
from django_journey._world.snapshots.store import Store
from tests.world.snapshots.conftest import FIRST, MODELS, NOT_SERIALIZED, SECOND, Shop


def test_the_second_database_is_a_copy_with_the_same_rows(shop: Shop) -> None:
    assert shop.make().startswith("migrated (none was kept before) and kept in")
    migrated = shop.contents
    assert shop.make().startswith("copied from")
    assert shop.contents == migrated
    assert shop.countries == {"Nepal", "first", "Chile", "Kenya", "none"}


@pytest.mark.parametrize("alias", ["file", "postgresql", "mariadb"])
def test_on_every_backend_the_schema_is_the_same_too(shop: Shop) -> None:
    shop.dumps = True
    shop.make()
    migrated, dump = shop.contents, shop.dump
    assert "shop_country" in dump
    assert shop.make().startswith("copied from")
    assert (shop.contents, shop.dump) == (migrated, dump)


CHANGES: dict[str, tuple[Callable[[Shop], object], str]] = {
    "a migration": (
        lambda shop: shop.write("migrations/0001_first.py", FIRST.replace("50", "60")),
        "0001_first.py has changed",
    ),
    "a new migration": (
        lambda shop: shop.write("migrations/0003_third.py", SECOND.replace("0001_first", "0002_second")),
        "the migrations of shop changed",
    ),
    "a function that a migration calls": (
        lambda shop: shop.write("countries.py", "EXTRA = []\n\ndef names():\n    return ['Peru']\n"),
        "countries.py has changed",
    ),
    "a constant that a migration's import imports": (
        lambda shop: shop.write("constants.py", "EXTRA = ['Malta']\n"),
        "constants.py has changed",
    ),
    "a file that a migration reads": (
        lambda shop: shop.write("countries.txt", "Samoa\n"),
        "countries.txt has changed",
    ),
    "a file in a folder that a migration lists": (
        lambda shop: shop.write("more/second.csv", ""),
        "more has changed",
    ),
    "the options of a model": (
        lambda shop: shop.write(
            "models.py", MODELS + "    class Meta:\n        permissions = [('see', 'See')]\n"
        ),
        "the models have changed",
    ),
    "a field of a model": (
        lambda shop: shop.write("models.py", MODELS.replace("50", "60")),
        "the models have changed",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_decides_the_contents_is_seen_when_it_changes(shop: Shop, change: str) -> None:
    do, said = CHANGES[change]
    shop.make()
    do(shop)
    assert said in shop.make()
    changed = shop.contents
    assert shop.make().startswith("copied from")
    assert shop.contents == changed


def test_what_does_not_decide_them_may_change(shop: Shop) -> None:
    shop.make()
    shop.write("views.py", "def index(request): ...\n")
    shop.write("models.py", MODELS + "    def __str__(self):\n        return self.name\n")
    assert shop.make().startswith("copied from")


def test_a_variable_of_the_environment_that_a_migration_reads(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.make()
    monkeypatch.setenv("ANOTHER_COUNTRY", "Fiji")
    assert shop.make().startswith("copied from")
    monkeypatch.setenv("SHOP_COUNTRY", "Fiji")
    assert "the variable SHOP_COUNTRY has changed" in shop.make()
    assert "Fiji" in shop.countries


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"LANGUAGE_CODE": "de"}, "the setting LANGUAGE_CODE changed"),
        ({"SHOP_REGIONS": {"eu": ["CH"]}}, "the setting SHOP_REGIONS changed"),
        (
            {"DATABASE_ROUTERS": ["tests.world.snapshots.routers.Router"]},
            "the setting DATABASE_ROUTERS changed",
        ),
        ({"MIGRATION_MODULES": {"contenttypes": None}}, "the setting MIGRATION_MODULES"),
    ],
)
def test_settings(shop: Shop, settings: dict[str, Any], said: str) -> None:
    shop.make()
    assert said in shop.make(**settings)
    assert shop.make(**settings).startswith("copied from")
    assert shop.make().startswith("copied from"), "databases for several settings are kept side by side"


def test_settings_of_the_test_database(shop: Shop) -> None:
    shop.make()
    connections[shop.alias].settings_dict["TEST"]["MIGRATE"] = False
    assert "DATABASES['kept_memory'] changed" in shop.make()
    assert shop.contents["shop_country"] == []


def test_a_receiver_that_migrations_call(shop: Shop) -> None:
    def receiver(**facts: Any) -> None: ...

    shop.make()
    post_migrate.connect(receiver)
    try:
        assert "the receivers of signals changed" in shop.make()
    finally:
        post_migrate.disconnect(receiver)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Path(__file__).with_name('made.txt').write_text('')", "write to"),
        ("__import__('django.core.cache').core.cache.cache.set('rows', 1)", "the cache"),
        ("__import__('subprocess').run(['true'])", "start a process"),
        ("with __import__('socket').socket() as made: made.connect_ex(('127.0.0.1', 9))", "connect to"),
    ],
)
def test_nothing_is_kept_if_migrations_leave_something_elsewhere(
    shop: Shop, statement: str, said: str
) -> None:
    shop.write("migrations/0002_second.py", SECOND.replace("    rows = (", f"    {statement}\n    rows = ("))
    try:
        assert said in shop.make()
    finally:
        cache.clear()
    again = shop.make()
    assert again.startswith("migrated: ")
    assert said in again, "the second run does not watch again, and says why"
    assert not list(shop.kept.glob("*.sqlite3"))
    cache.clear()


def test_a_half_made_database_is_not_used(shop: Shop) -> None:
    shop.make()
    (manifest,) = shop.kept.glob("*.json")
    manifest.write_text(manifest.read_text()[:-20])  # as after a crash
    assert shop.make().startswith("migrated (")
    (database,) = shop.kept.glob("*.sqlite3")
    database.unlink()
    assert "the kept database is gone" in shop.make()


def test_a_kept_database_that_can_not_be_read_is_not_used(shop: Shop) -> None:
    shop.make()
    migrated = shop.contents
    (database,) = shop.kept.glob("*.sqlite3")
    database.write_bytes(b"no database" * 1000)
    assert shop.make().startswith("migrated: ")
    assert shop.contents == migrated


def test_a_full_disk_stops_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(self: object, name: str) -> str:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(_SQLiteCopies, "keep", keep)
    assert shop.make() == "migrated and not kept: database or disk is full."
    assert shop.make() == "migrated: database or disk is full."
    assert "Kenya" in shop.countries


def test_a_migration_that_fails_keeps_nothing(shop: Shop) -> None:
    shop.write("migrations/0002_second.py", SECOND + "\nraise RuntimeError('broken')\n")
    with pytest.raises(RuntimeError, match="broken"):
        shop.make()
    assert not list(shop.kept.glob("*.json"))
    shop.write("migrations/0002_second.py", SECOND)
    assert "and kept in" in shop.make()


def test_the_process_is_left_as_after_migrating(shop: Shop) -> None:
    def look_up(sender: Any, using: str, **facts: Any) -> None:
        if sender.label == "shop":
            ContentType.objects.db_manager(using).get_for_model(sender.get_model("Country"))

    post_migrate.connect(look_up)
    try:
        shop.make()
        assert content_types_in_memory(shop.alias) == [("shop", "country")]
        ContentType.objects.clear_cache()
        assert shop.make().startswith("copied from")
    finally:
        post_migrate.disconnect(look_up)
    assert content_types_in_memory(shop.alias) == [("shop", "country")]


def test_a_database_that_its_user_keeps_is_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(management, "call_command", lambda name, **options: ran.append(name))
    connections[shop.alias].creation.create_test_db(keepdb=True, **NOT_SERIALIZED)
    assert ran == ["migrate", "createcachetable"]
    assert not shop.kept.exists()


def test_old_ones_and_what_crashes_left_are_cleaned(shop: Shop) -> None:
    shop.make()
    (old,) = shop.kept.glob("*.json")
    os.utime(old, (1, 1))
    left = shop.kept / f"{Store(shop.kept).name_of('0123')}.sqlite3"
    left.write_bytes(b"")
    shop.make(LANGUAGE_CODE="de")
    assert not old.exists()
    assert not left.exists()
    assert len(list(shop.kept.glob("*.sqlite3"))) == 1


def test_what_another_run_uses_is_not_cleaned(shop: Shop) -> None:
    shop.make()
    (old,) = shop.kept.glob("*.json")
    os.utime(old, (1, 1))
    with Store(shop.kept).locked(old.stem, exclusive=False):
        shop.make(LANGUAGE_CODE="de")
    assert old.exists()


def test_secrets_can_not_be_read_from_the_manifest(shop: Shop) -> None:
    shop.make(SECRET_KEY="correct horse battery")
    (manifest,) = shop.kept.glob("*.json")
    found = json.loads(manifest.read_text())
    assert "correct horse" not in manifest.read_text()
    assert all(len(part) <= 6 for part in found["parts"].values())


def test_undone_nothing_is_replaced(tmp_path: Path) -> None:
    from django.db.backends.base.creation import BaseDatabaseCreation

    before = BaseDatabaseCreation.__dict__["create_test_db"]
    undo = ready.install(tmp_path)
    assert BaseDatabaseCreation.__dict__["create_test_db"] is not before
    undo()
    assert BaseDatabaseCreation.__dict__["create_test_db"] is before
