"""With ``committed=True`` a story really commits, and only what it touched is cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction

from django_journey._world.database.cleanup import Baseline, committed_transactions
from django_journey._world.database.table_snapshots import (
    MySQLSnapshots,
    PostgreSQLSnapshots,
    snapshots_of,
)
from django_journey._world.server.live import LiveServer
from django_journey.errors import ConfigurationError


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer() as running:
        yield running


def everything(alias: str) -> dict[str, list[Any]]:
    with connections[alias].cursor() as cursor:
        found = {}
        for table in connections[alias].introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connections[alias].ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def test_what_a_story_committed_is_gone_afterwards_and_all_else_stays(alias: str) -> None:
    before = everything(alias)
    assert any("permission" in row for row in before["django_content_type"])
    with committed_transactions([alias]):
        group = Group.objects.using(alias).create(name="committed")
        group.permissions.set(Permission.objects.using(alias).all()[:3])
    assert everything(alias) == before


def test_rows_of_migrations_that_a_story_changed_or_deleted_are_restored(alias: str) -> None:
    before = everything(alias)
    with committed_transactions([alias]):
        Permission.objects.using(alias).update(name="renamed")
        kind = ContentType.objects.using(alias).get(app_label="sessions")
        Permission.objects.using(alias).filter(content_type=kind).delete()
        kind.delete()
        ContentType.objects.using(alias).create(app_label="new", model="new")
    assert everything(alias) == before


def test_a_table_that_a_story_emptied_gets_its_rows_back(alias: str) -> None:
    before = everything(alias)
    with committed_transactions([alias]):
        Permission.objects.using(alias).all().delete()
    assert everything(alias) == before


def test_only_touched_tables_are_cleaned(alias: str) -> None:
    baseline = Baseline()
    wrapper = connections[alias]
    wrapper.ensure_connection()
    snapshots = snapshots_of(wrapper)
    assert snapshots is not None
    baseline.store(alias, snapshots)
    assert baseline.restore(alias, snapshots) == []
    Group.objects.using(alias).create(name="touched")
    assert [table.strip('"') for table in baseline.restore(alias, snapshots)] == ["auth_group"]
    assert baseline.restore(alias, snapshots) == []


def test_a_baseline_serves_story_after_story(alias: str) -> None:
    before = everything(alias)
    baseline = Baseline()
    for number in range(3):
        with committed_transactions([alias], baseline=baseline):
            Group.objects.using(alias).create(name=f"story {number}")
            Permission.objects.using(alias).filter(codename__startswith="add").update(name=f"{number}")
        assert everything(alias) == before


def test_what_fails_inside_is_cleaned_too(alias: str) -> None:
    before = everything(alias)
    with pytest.raises(ZeroDivisionError), committed_transactions([alias]):
        Group.objects.using(alias).create(name="left")
        raise ZeroDivisionError
    assert everything(alias) == before


def test_requests_really_commit(alias: str, server: LiveServer, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.groups"
    settings.MIDDLEWARE = []
    before = everything(alias)
    with (
        committed_transactions([alias]) as database,
        server.serving(database) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        Group.objects.using(alias).create(name="by the test")
        assert client.post(f"/{alias}/try/by-a-request/").text == "committed"
        assert client.get(f"/{alias}/fail/").status_code == 500
        assert client.get(f"/{alias}/list/").json() == ["by the test", "by-a-request"]
        if database is None:
            # Another session sees it: it is committed indeed.
            other = connections[alias].copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM auth_group")
                assert cursor.fetchone() == (2,)
            other.close()
    assert everything(alias) == before


def test_a_transaction_around_it_is_refused(alias: str) -> None:
    with (
        transaction.atomic(using=alias),
        pytest.raises(ConfigurationError, match="would not commit"),
        committed_transactions([alias]),
    ):
        pass


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
def test_without_the_privilege_to_switch_triggers_off_tables_are_cleaned_children_first(alias: str) -> None:
    before = everything(alias)
    connections[alias].ensure_connection()
    snapshots = PostgreSQLSnapshots(connections[alias].connection, privileged=False)
    baseline = Baseline()
    baseline.store(alias, snapshots)
    group = Group.objects.using(alias).create(name="committed")
    group.permissions.set(Permission.objects.using(alias).all()[:3])
    Permission.objects.using(alias).filter(codename="add_group").delete()
    touched = baseline.restore(alias, snapshots)
    assert {"auth_group", "auth_group_permissions", "auth_permission"} <= set(touched)
    assert everything(alias) == before


@pytest.mark.parametrize("made", ["mariadb", "file"], indirect=True)
def test_what_a_trigger_writes_while_tables_are_cleaned_is_cleaned_too(alias: str) -> None:
    before = everything(alias)
    insert = "INSERT INTO django_content_type (app_label, model) VALUES (OLD.name, 'gone')"
    body = insert if connections[alias].vendor == "mysql" else f"BEGIN {insert}; END"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER tells AFTER DELETE ON auth_group FOR EACH ROW {body}")
    try:
        with committed_transactions([alias]):
            Group.objects.using(alias).create(name="told of")
        assert everything(alias) == before
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("DROP TRIGGER tells")


@pytest.mark.parametrize("made", ["mariadb"], indirect=True)
def test_where_one_statement_a_message_is_allowed_they_are_sent_one_by_one(alias: str) -> None:
    before = everything(alias)
    connections[alias].ensure_connection()
    snapshots = MySQLSnapshots(connections[alias].connection, together=False)
    baseline = Baseline()
    baseline.store(alias, snapshots)
    Group.objects.using(alias).create(name="committed")
    Permission.objects.using(alias).all().delete()
    assert {"auth_group", "auth_permission"} <= set(baseline.restore(alias, snapshots))
    assert everything(alias) == before


@pytest.mark.parametrize("made", ["memory", "file"], indirect=True)
def test_a_table_that_the_story_makes_on_sqlite_is_emptied(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        try:
            with committed_transactions([alias]):
                cursor.execute("CREATE TABLE later (name text)")
                cursor.execute("INSERT INTO later VALUES ('left')")
            cursor.execute("SELECT count(*) FROM later")
            assert cursor.fetchone() == (0,)
        finally:
            cursor.execute("DROP TABLE IF EXISTS later")
