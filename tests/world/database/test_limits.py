"""What one transaction for all threads can't do is refused with the way out, before any harm is done."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connections, models, transaction

from django_journey._world.database.transactions import shared_transactions
from django_journey.errors import ConfigurationError, SharedDatabaseError


def run(alias: str, sql: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
def test_postgresql_statements_outside_of_transactions_are_refused_and_the_story_goes_on(alias: str) -> None:
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="before")
        for sql in ("VACUUM", "LISTEN news", "CREATE INDEX CONCURRENTLY i ON auth_group (name)"):
            with pytest.raises(SharedDatabaseError, match=r"committed=True"):
                run(alias, sql)
        assert Group.objects.using(alias).get().name == "before"


@pytest.mark.parametrize("made", ["mariadb"], indirect=True)
def test_mariadbs_schema_changes_are_refused_before_they_commit(alias: str) -> None:
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="before")
        with pytest.raises(SharedDatabaseError, match="commits the real transaction"):
            run(alias, "ALTER TABLE auth_group ADD COLUMN colour varchar(10)")
    assert not Group.objects.using(alias).exists()


@pytest.mark.parametrize("made", ["memory", "file"], indirect=True)
def test_a_script_of_sqlite_is_refused_because_it_commits_first(alias: str) -> None:
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="before")
        with connections[alias].cursor() as cursor, pytest.raises(SharedDatabaseError, match="COMMIT"):
            cursor.executescript("DELETE FROM auth_group;")
        assert Group.objects.using(alias).exists()
    assert not Group.objects.using(alias).exists()


@pytest.mark.parametrize("made", ["postgresql", "mariadb"], indirect=True)
def test_skipping_locked_rows_is_refused_only_where_another_thread_holds_some(alias: str) -> None:
    held, tried = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(using=alias):
            list(Group.objects.using(alias).select_for_update())
            held.set()
            tried.wait(60)
        connections.close_all()

    def skip() -> list[str]:
        with transaction.atomic(using=alias):
            return [group.name for group in Group.objects.using(alias).select_for_update(skip_locked=True)]

    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="row")
        assert skip() == ["row"]
        with ThreadPoolExecutor(1) as pool:
            holding = pool.submit(hold)
            assert held.wait(60)
            try:
                with pytest.raises(SharedDatabaseError, match="SKIP LOCKED"):
                    skip()
            finally:
                tried.set()
            holding.result(timeout=60)
        assert skip() == ["row"]


@pytest.mark.parametrize("made", ["memory", "file"], indirect=True)
def test_a_statement_that_ends_the_real_transaction_is_reported_at_once(alias: str) -> None:
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="taken")
        with pytest.raises(SharedDatabaseError, match="ended the real transaction"):
            run(alias, "INSERT OR ROLLBACK INTO auth_group (name) VALUES ('taken')")
        with pytest.raises(SharedDatabaseError, match="an earlier statement"):
            Group.objects.using(alias).exists()
    assert not Group.objects.using(alias).exists()


KILLING = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend(%s)"),
    "mysql": ("SELECT CONNECTION_ID()", "KILL %s"),
}


@pytest.mark.parametrize("made", ["postgresql", "mariadb"], indirect=True)
def test_a_database_that_has_gone_away_is_called_that(alias: str) -> None:
    wrapper = connections[alias]
    asked, kill = KILLING[wrapper.vendor]
    other = wrapper.Database.connect(**wrapper.get_connection_params())
    with closing(other), shared_transactions([alias]):
        Group.objects.using(alias).create(name="lost")
        with connections[alias].cursor() as cursor:
            cursor.execute(asked)
            number = cursor.fetchone()[0]
        killer = other.cursor()
        killer.execute(kill, (number,))
        killer.close()
        for _ in range(2):
            with pytest.raises(SharedDatabaseError, match="has gone away"):
                Group.objects.using(alias).exists()


def test_a_database_without_autocommit_is_refused(alias: str) -> None:
    place = connections[alias].settings_dict
    place["AUTOCOMMIT"] = False
    try:
        with pytest.raises(ConfigurationError, match="AUTOCOMMIT"), shared_transactions([alias]):
            pass
    finally:
        place["AUTOCOMMIT"] = True


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
def test_an_initially_immediate_constraint_stays_immediate_after_a_commit(alias: str) -> None:
    with connections[alias].schema_editor() as editor:
        editor.execute(
            "CREATE TABLE seat (number int CONSTRAINT one_each UNIQUE DEFERRABLE INITIALLY IMMEDIATE)"
        )
    try:
        with shared_transactions([alias]):
            with transaction.atomic(using=alias):
                run(alias, "INSERT INTO seat VALUES (1)")
            with transaction.atomic(using=alias):
                with pytest.raises(IntegrityError), transaction.atomic(using=alias):
                    run(alias, "INSERT INTO seat VALUES (1)")
                run(alias, "INSERT INTO seat VALUES (2)")
    finally:
        run(alias, "DROP TABLE seat")


@pytest.mark.parametrize("made", ["memory", "file"], indirect=True)
def test_a_key_that_raw_sql_or_a_trigger_breaks_is_found_on_sqlite(alias: str) -> None:
    broken = "INSERT INTO auth_permission (name, codename, content_type_id) VALUES ('x', 'x', 987654)"
    with shared_transactions([alias]):
        with pytest.raises(IntegrityError):
            run(alias, broken)
        run(alias, f"CREATE TRIGGER breaks AFTER INSERT ON auth_group BEGIN {broken}; END")
        with pytest.raises(IntegrityError), transaction.atomic(using=alias):
            Group.objects.using(alias).create(name="pulls the trigger")
        assert not Group.objects.using(alias).exists()


@pytest.mark.parametrize("made", ["memory", "file"], indirect=True)
def test_what_broke_no_key_before_is_looked_at_again_when_the_schema_has_changed_on_sqlite(
    alias: str,
) -> None:
    trigger = (
        "CREATE TRIGGER breaks AFTER INSERT ON auth_group BEGIN "
        "INSERT INTO auth_permission (name, codename, content_type_id) VALUES ('x', 'x', 987654); END"
    )
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="first")
        Group.objects.using(alias).create(name="second")
        run(alias, trigger)
        with pytest.raises(IntegrityError):
            Group.objects.using(alias).create(name="pulls the trigger")
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
            run(alias, "DROP TRIGGER breaks")
            Group.objects.using(alias).create(name="third")
            raise ZeroDivisionError
        with pytest.raises(IntegrityError):
            Group.objects.using(alias).create(name="pulls it again")
        with (
            transaction.atomic(using=alias),
            pytest.raises(ZeroDivisionError),
            transaction.atomic(using=alias),
        ):
            run(alias, "DROP TRIGGER breaks")
            Group.objects.using(alias).create(name="fourth")
            raise ZeroDivisionError
        with pytest.raises(IntegrityError):
            Group.objects.using(alias).create(name="pulls it once more")
        assert Group.objects.using(alias).count() == 2


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
def test_a_function_that_writes_keeps_what_it_wrote_when_a_later_statement_fails(alias: str) -> None:
    with shared_transactions([alias]):
        run(
            alias,
            "CREATE FUNCTION add_a_group() RETURNS bigint LANGUAGE sql AS "
            "$$ INSERT INTO auth_group (name) VALUES ('by a function') RETURNING id $$",
        )
        run(alias, "SELECT add_a_group()")
        with pytest.raises(IntegrityError):
            run(alias, "INSERT INTO auth_group (name) VALUES ('by a function')")
        assert Group.objects.using(alias).get().name == "by a function"


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
def test_rows_are_copied_in_and_out(alias: str) -> None:
    with shared_transactions([alias]):
        with connections[alias].cursor() as cursor:
            with cursor.copy("COPY auth_group (name) FROM STDIN") as copying:
                copying.write_row(["copied"])
            with cursor.copy("COPY auth_group (name) TO STDOUT") as copying:
                assert b"".join(copying) == b"copied\n"
        assert Group.objects.using(alias).get().name == "copied"
        taken = connections[alias].Database.IntegrityError
        with pytest.raises(taken), connections[alias].cursor() as cursor:  # noqa: SIM117
            with cursor.copy("COPY auth_group (name) FROM STDIN") as copying:
                copying.write_row(["copied"])
        assert Group.objects.using(alias).count() == 1


def test_database_functions_still_work_in_queries(alias: str) -> None:
    with shared_transactions([alias]):
        Group.objects.using(alias).create(name="Name")
        lower = models.functions.Lower("name")
        assert Group.objects.using(alias).annotate(lower=lower).get(lower="name").name == "Name"
