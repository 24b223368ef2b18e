"""Several databases, mirrors of them, and databases that a story may not use."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction

from django_journey._world.database.transactions import shared_transactions
from django_journey.errors import SharedDatabaseError


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, made: str, django_db_blocker: Any) -> Iterator[str]:
    from tests.site import databases

    with django_db_blocker.unblock():
        databases.make("another", databases.settings_of("file", tmp_path_factory.mktemp("another"), ""))
        yield "another"
        databases.drop("another")


@pytest.fixture
def mirror(alias: str) -> Iterator[str]:
    place = connections[alias].settings_dict
    connections.settings["mirror"] = {**place, "TEST": {**place["TEST"], "MIRROR": alias}}
    yield "mirror"
    connections["mirror"].close()
    del connections["mirror"]
    del connections.settings["mirror"]


def elsewhere(call: Any) -> Any:
    def run() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)


def names(alias: str) -> list[str]:
    return sorted(Group.objects.using(alias).values_list("name", flat=True))


def test_two_databases_are_shared_and_rolled_back_together(alias: str, other: str) -> None:
    ran: list[str] = []
    with shared_transactions([alias, other]):
        with transaction.atomic(using=alias), transaction.atomic(using=other):
            transaction.on_commit(lambda: ran.append(alias), using=alias)
            Group.objects.using(alias).create(name="one")
            Group.objects.using(other).create(name="two")
        assert ran == [alias]
        assert elsewhere(lambda: (names(alias), names(other))) == (["one"], ["two"])
    assert (names(alias), names(other)) == ([], [])


def test_a_mirror_shows_what_its_primary_has(alias: str, mirror: str) -> None:
    with shared_transactions([mirror, alias]):
        Group.objects.using(alias).create(name="written to the primary")
        assert names(mirror) == ["written to the primary"]
        assert elsewhere(lambda: names(mirror)) == ["written to the primary"]
    assert names(alias) == []


def test_savepoints_of_a_mirror_leave_those_before_the_story_alone(alias: str, mirror: str) -> None:
    """In MySQL a savepoint replaces an older one of the same name."""
    with transaction.atomic(using=alias):
        with transaction.atomic(using=alias):
            Group.objects.using(alias).create(name="before")
            with (
                shared_transactions([alias, mirror]),
                transaction.atomic(using=mirror),
                transaction.atomic(using=mirror),
            ):
                Group.objects.using(mirror).create(name="within")
            transaction.set_rollback(True, using=alias)
        assert names(alias) == []
        transaction.set_rollback(True, using=alias)


def test_a_database_that_the_story_may_not_use_is_refused_in_other_threads(alias: str, other: str) -> None:
    connections[other].close()
    with shared_transactions([alias]), pytest.raises(SharedDatabaseError, match="may not use"):
        elsewhere(lambda: names(other))
    assert elsewhere(lambda: names(other)) == []
