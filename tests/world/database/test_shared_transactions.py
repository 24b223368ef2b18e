"""Every thread of a story works as with a connection of its own, and all of it is rolled back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, connections, transaction

from django_journey._trace.record.events import Event, Noted, StoredSnapshot
from django_journey._trace.record.recorder import PageSnapshot, Recorder
from django_journey._world.database.transactions import SharedTransactions, shared_transactions
from django_journey.errors import ConfigurationError, SharedDatabaseError


@pytest.fixture
def shared(alias: str) -> Iterator[SharedTransactions]:
    with shared_transactions([alias], timeout=120) as opened:
        yield opened


def elsewhere(call: Callable[[], Any]) -> Any:
    """Run a call in another thread, and close its connections as the end of a request does."""

    def run() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=120)


def names(alias: str) -> set[str]:
    return set(Group.objects.using(alias).values_list("name", flat=True))


def add(alias: str, name: str) -> Group:
    return Group.objects.using(alias).create(name=name)


def test_another_thread_sees_what_the_test_wrote_and_the_test_what_it_wrote(alias: str) -> None:
    with shared_transactions([alias]):
        add(alias, "written here")
        assert elsewhere(lambda: names(alias)) == {"written here"}
        elsewhere(lambda: add(alias, "written there"))
        assert names(alias) == {"written here", "written there"}
    assert names(alias) == set()


def test_each_thread_has_a_wrapper_of_its_own(alias: str, shared: SharedTransactions) -> None:
    here = connections[alias]
    there = elsewhere(lambda: connections[alias])
    assert there is not here


def test_outside_atomic_no_transaction_is_open_as_in_production(
    alias: str, shared: SharedTransactions
) -> None:
    connection = connections[alias]
    assert not connection.in_atomic_block
    assert connection.get_autocommit()
    if connection.features.has_select_for_update:
        with pytest.raises(transaction.TransactionManagementError):
            list(Group.objects.using(alias).select_for_update())


def test_an_outermost_atomic_may_be_durable_and_a_nested_one_may_not(
    alias: str, shared: SharedTransactions
) -> None:
    with transaction.atomic(using=alias, durable=True):
        add(alias, "durable")
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic(using=alias, durable=True):
            pass
    assert names(alias) == {"durable"}


def test_on_commit_runs_at_the_outermost_commit_in_order_and_outside_of_it(
    alias: str, shared: SharedTransactions
) -> None:
    ran: list[tuple[str, bool]] = []

    def note(what: str) -> Callable[[], None]:
        return lambda: ran.append((what, connections[alias].in_atomic_block))

    with transaction.atomic(using=alias):
        transaction.on_commit(note("first"), using=alias)
        with transaction.atomic(using=alias):
            transaction.on_commit(note("second"), using=alias)
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
            transaction.on_commit(note("rolled back"), using=alias)
            raise ZeroDivisionError
        assert ran == []
    assert ran == [("first", False), ("second", False)]
    transaction.on_commit(note("at once"), using=alias)
    assert ran[-1] == ("at once", False)


def test_callbacks_after_a_commit_are_noted_on_the_step(alias: str, shared: SharedTransactions) -> None:
    class Kept(list[Event]):
        write = list.append

        def store_page(self, page: PageSnapshot) -> StoredSnapshot:
            raise AssertionError("no page is looked at")

    def sends_a_mail() -> None: ...

    events = Kept()
    recorder = Recorder(events)
    with recorder.entered(recorder.start_test("the test", name="the test")), transaction.atomic(using=alias):
        transaction.on_commit(sends_a_mail, using=alias)
    (noted,) = [event for event in events if isinstance(event, Noted)]
    assert (noted.topic, noted.data["alias"]) == ("on_commit", alias)
    assert noted.data["callbacks"][0].endswith("sends_a_mail")


def test_on_commit_of_a_rolled_back_transaction_never_runs(alias: str, shared: SharedTransactions) -> None:
    ran: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
        add(alias, "gone")
        transaction.on_commit(lambda: ran.append("no"), using=alias)
        raise ZeroDivisionError
    with transaction.atomic(using=alias):
        add(alias, "kept")
    assert ran == []
    assert names(alias) == {"kept"}


def test_after_an_integrity_error_outside_atomic_the_next_query_works(
    alias: str, shared: SharedTransactions
) -> None:
    add(alias, "once")
    with pytest.raises(IntegrityError):
        add(alias, "once")
    assert names(alias) == {"once"}
    add(alias, "twice")
    with pytest.raises(DatabaseError), connections[alias].cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    assert names(alias) == {"once", "twice"}


def test_an_integrity_error_inside_atomic_undoes_the_transaction_alone(
    alias: str, shared: SharedTransactions
) -> None:
    add(alias, "before")
    with pytest.raises(IntegrityError), transaction.atomic(using=alias):
        add(alias, "inside")
        add(alias, "before")
    assert names(alias) == {"before"}


def test_an_inner_atomic_that_fails_leaves_the_outer_one_whole(
    alias: str, shared: SharedTransactions
) -> None:
    with transaction.atomic(using=alias):
        add(alias, "outer")
        with pytest.raises(IntegrityError), transaction.atomic(using=alias):
            add(alias, "inner")
            add(alias, "outer")
        add(alias, "after")
    assert names(alias) == {"outer", "after"}


def test_what_is_not_committed_is_not_seen_by_another_thread(alias: str, shared: SharedTransactions) -> None:
    inside, seen = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(using=alias):
            add(alias, "pending")
            inside.set()
            # The other thread's query waits for the end of this transaction: it can't be seen in between.
            assert not seen.wait(0.2)
            transaction.set_rollback(True, using=alias)

    def read() -> set[str]:
        inside.wait(60)
        found = names(alias)
        seen.set()
        return found

    with ThreadPoolExecutor(2) as pool:
        writing, reading = pool.submit(write), pool.submit(read)
        writing.result(timeout=120)
        assert reading.result(timeout=120) == set()


def test_sixty_concurrent_transactions_on_sixteen_threads_half_of_them_rolled_back(
    alias: str, shared: SharedTransactions
) -> None:
    committed: list[int] = []

    def work(number: int) -> None:
        try:
            with transaction.atomic(using=alias):
                add(alias, f"group {number}")
                transaction.on_commit(lambda: committed.append(number), using=alias)
                assert Group.objects.using(alias).filter(name=f"group {number}").exists()
                with transaction.atomic(using=alias):
                    add(alias, f"inner {number}")
                if number % 2:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(60)))
    even = range(0, 60, 2)
    assert names(alias) == {f"group {n}" for n in even} | {f"inner {n}" for n in even}
    assert sorted(committed) == list(even)


def test_a_broken_deferred_key_is_refused_at_the_commit_as_in_production(
    alias: str, shared: SharedTransactions
) -> None:
    def broken() -> None:
        Permission.objects.using(alias).create(name="nobody's", codename="nobody", content_type_id=987_654)

    with pytest.raises(IntegrityError), transaction.atomic(using=alias):
        broken()
    with pytest.raises(IntegrityError):
        broken()
    assert not Permission.objects.using(alias).filter(codename="nobody").exists()


@pytest.mark.parametrize("made", ["memory", "file", "postgresql"], indirect=True)  # MariaDB defers nothing
def test_a_key_may_be_broken_for_a_while_where_it_is_deferred(alias: str, shared: SharedTransactions) -> None:
    with transaction.atomic(using=alias):
        Permission.objects.using(alias).create(name="early", codename="early", content_type_id=987_654)
        ContentType.objects.using(alias).create(pk=987_654, app_label="late", model="late")
    assert Permission.objects.using(alias).get(codename="early").content_type.model == "late"


def test_deleting_what_others_refer_to_is_refused_at_the_commit(
    alias: str, shared: SharedTransactions
) -> None:
    kind = ContentType.objects.using(alias).create(app_label="parent", model="parent")
    Permission.objects.using(alias).create(name="child", codename="child", content_type=kind)
    with pytest.raises(IntegrityError), transaction.atomic(using=alias):
        ContentType.objects.using(alias).filter(pk=kind.pk)._raw_delete(alias)
    assert ContentType.objects.using(alias).filter(pk=kind.pk).exists()


def test_rows_can_be_locked_in_a_transaction(alias: str, shared: SharedTransactions) -> None:
    add(alias, "locked")
    with transaction.atomic(using=alias):
        assert Group.objects.using(alias).select_for_update().get().name == "locked"


def test_closing_the_connection_keeps_the_story_and_drops_what_was_open(
    alias: str, shared: SharedTransactions
) -> None:
    add(alias, "kept")
    connections[alias].close()
    connections.close_all()
    assert names(alias) == {"kept"}
    if connections[alias].vendor == "sqlite" and connections[alias].is_in_memory_db():
        return  # Django doesn't close those
    with pytest.raises(DatabaseError), transaction.atomic(using=alias):
        add(alias, "lost")
        connections[alias].close()
        names(alias)
    assert names(alias) == {"kept"}


def test_manual_transactions_are_committed_and_rolled_back(alias: str, shared: SharedTransactions) -> None:
    transaction.set_autocommit(False, using=alias)
    try:
        add(alias, "committed")
        transaction.commit(using=alias)
        add(alias, "rolled back")
        transaction.rollback(using=alias)
        add(alias, "committed too")
        transaction.commit(using=alias)
    finally:
        transaction.set_autocommit(True, using=alias)
    assert elsewhere(lambda: names(alias)) == {"committed", "committed too"}


def test_rows_that_are_read_piece_by_piece_survive_what_others_do(
    alias: str, shared: SharedTransactions
) -> None:
    Group.objects.using(alias).bulk_create(Group(name=f"{number:03}") for number in range(120))
    reading = (
        Group.objects.using(alias).order_by("name").values_list("name", flat=True).iterator(chunk_size=10)
    )
    first = [next(reading) for _ in range(5)]
    with pytest.raises(IntegrityError):
        add(alias, "000")
    elsewhere(lambda: add(alias, "000 new"))
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
        Group.objects.using(alias).all().delete()
        raise ZeroDivisionError
    assert first + list(reading) == [f"{number:03}" for number in range(120)]


def test_a_thread_that_waits_too_long_gets_an_error_that_names_the_holder_and_its_stack(alias: str) -> None:
    with shared_transactions([alias], timeout=0.4), transaction.atomic(using=alias):
        add(alias, "held")
        with pytest.raises(SharedDatabaseError) as refused:
            elsewhere(lambda: names(alias))
    message = str(refused.value)
    assert "waited 0.4 s" in message
    assert "test_a_thread_that_waits_too_long" in message
    assert "committed=True" in message


def test_waiting_for_a_request_inside_atomic_is_refused_at_once(
    alias: str, shared: SharedTransactions
) -> None:
    shared.refuse_inside_atomic("GET /")
    with transaction.atomic(using=alias):
        shared.refuse_inside_atomic("GET /")
        names(alias)
        with pytest.raises(SharedDatabaseError, match="GET /"):
            shared.refuse_inside_atomic("GET /")
    shared.refuse_inside_atomic("GET /")


def test_what_a_dead_thread_left_open_is_undone_for_the_next(alias: str, shared: SharedTransactions) -> None:
    def leave_open() -> None:
        transaction.set_autocommit(False, using=alias)
        add(alias, "never committed")

    thread = threading.Thread(target=leave_open)
    thread.start()
    thread.join()
    assert names(alias) == set()


def test_a_transaction_that_is_open_at_the_end_is_waited_for_or_named(alias: str) -> None:
    go_on, inside = threading.Event(), threading.Event()

    def hang_about() -> None:
        try:
            with transaction.atomic(using=alias):
                add(alias, "late")
                inside.set()
                go_on.wait(60)
                names(alias)
        except SharedDatabaseError as error:
            late.append(error)
        finally:
            connections.close_all()

    late: list[SharedDatabaseError] = []
    thread = threading.Thread(target=hang_about)
    with pytest.raises(SharedDatabaseError, match="ended while a transaction") as named:  # noqa: SIM117
        with shared_transactions([alias], timeout=0.3):
            thread.start()
            assert inside.wait(60)
    go_on.set()
    thread.join(60)
    assert "hang_about" in str(named.value)
    assert "over" in str(late[0])
    assert names(alias) == set()


def test_a_second_connection_to_a_shared_database_is_refused(alias: str, shared: SharedTransactions) -> None:
    with pytest.raises(SharedDatabaseError, match="second connection"):
        connections[alias].copy().cursor()
    assert names(alias) == set()


def test_raw_commits_and_begins_are_refused(alias: str, shared: SharedTransactions) -> None:
    add(alias, "kept apart")
    for sql in ("COMMIT", "begin", "  ROLLBACK", "/* now */ COMMIT"):
        with (
            connections[alias].cursor() as cursor,
            pytest.raises(SharedDatabaseError, match="committed=True"),
        ):
            cursor.execute(sql)


def test_sharing_twice_is_refused(alias: str, shared: SharedTransactions) -> None:
    with pytest.raises(ConfigurationError, match="already"), shared_transactions([alias]):
        pass


def test_an_unknown_database_is_refused_with_the_nearest_name(alias: str) -> None:
    with pytest.raises(ConfigurationError, match=alias), shared_transactions([alias + "s"]):
        pass


def test_what_was_written_in_an_atomic_around_it_is_seen_and_stays(alias: str) -> None:
    ran: list[str] = []
    with transaction.atomic(using=alias):
        add(alias, "of the class")
        transaction.on_commit(lambda: ran.append("of the class"), using=alias)
        with transaction.atomic(using=alias):
            add(alias, "of the test")
            with shared_transactions([alias]):
                assert not connections[alias].in_atomic_block
                assert elsewhere(lambda: names(alias)) == {"of the class", "of the test"}
                with transaction.atomic(using=alias, durable=True):
                    add(alias, "of the story")
                elsewhere(lambda: Group.objects.using(alias).filter(name="of the class").delete())
            assert connections[alias].in_atomic_block
            assert names(alias) == {"of the class", "of the test"}
        transaction.set_rollback(True, using=alias)
    assert ran == []
    assert names(alias) == set()


def test_a_wrapper_that_outlives_the_story_is_refused(alias: str) -> None:
    kept: list[Any] = []
    with shared_transactions([alias]):
        elsewhere(lambda: kept.append(connections[alias]))
    kept[0].inc_thread_sharing()
    with pytest.raises(SharedDatabaseError, match="over"):
        kept[0].cursor().execute("SELECT 1")


@pytest.mark.parametrize("made", ["file"], indirect=True)
def test_a_story_writes_nothing_to_the_files_of_sqlite(alias: str) -> None:
    connections[alias].ensure_connection()
    database = Path(connections[alias].settings_dict["NAME"])
    before = database.read_bytes()
    with shared_transactions([alias]):
        for number in range(60):  # more than the page cache takes
            Group.objects.using(alias).bulk_create(
                Group(name=f"{number}-{row:0100}") for row in range(number * 400, number * 400 + 400)
            )
        assert database.read_bytes() == before
        assert not list(database.parent.glob(f"{database.name}-*"))
    assert names(alias) == set()
    assert pragma(alias, "journal_mode") == "delete"


@pytest.mark.parametrize("made", ["file"], indirect=True)
def test_another_journal_of_sqlite_is_left_alone(alias: str) -> None:
    connections[alias].ensure_connection()
    assert pragma(alias, "journal_mode = WAL") == "wal"
    try:
        with shared_transactions([alias]):
            add(alias, "logged ahead")
            assert pragma(alias, "journal_mode") == "wal"
        assert names(alias) == set()
        assert pragma(alias, "journal_mode") == "wal"
    finally:
        assert pragma(alias, "journal_mode = DELETE") == "delete"


def pragma(alias: str, what: str) -> Any:
    return connections[alias].connection.execute(f"PRAGMA {what}").fetchone()[0]
