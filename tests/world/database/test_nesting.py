"""A story inside the transactions of TestCase and of pytest-django's ``db`` sees what stands in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.test import TestCase

from django_journey._world.database.cleanup import committed_transactions
from django_journey._world.database.transactions import shared_transactions
from django_journey.errors import ConfigurationError


def elsewhere(call: Any) -> Any:
    def run() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=120)


def names() -> list[str]:
    # Besides the groups that a migration of the site makes.
    return sorted(
        name for name in Group.objects.values_list("name", flat=True) if name.islower() or " " in name
    )


class InsideATestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.group = Group.objects.create(name="of the class")

    def setUp(self) -> None:
        Group.objects.create(name="of setUp")

    def story(self) -> None:
        assert names() == ["of setUp", "of the class"]
        with shared_transactions(["default"]):
            assert elsewhere(names) == ["of setUp", "of the class"]
            elsewhere(lambda: Group.objects.filter(pk=self.group.pk).update(name="changed"))
            self.group.refresh_from_db()
            assert self.group.name == "changed"
            assert not connection.in_atomic_block
        assert connection.in_atomic_block
        assert names() == ["of setUp", "of the class"]

    def test_the_data_of_the_class_is_seen_by_threads_and_restored(self) -> None:
        self.story()

    def test_it_is_as_it_was_for_the_next_test_of_the_class(self) -> None:
        self.story()

    def test_callbacks_run_though_the_test_is_in_a_transaction(self) -> None:
        ran: list[str] = []
        with shared_transactions(["default"]):
            with transaction.atomic():
                transaction.on_commit(lambda: ran.append("ran"))
            assert ran == ["ran"]

    def test_a_query_counts_as_in_production(self) -> None:
        with shared_transactions(["default"]), self.assertNumQueries(4) as seen:
            names()
            with transaction.atomic():
                names()
        # Django logs the transaction's own statements; savepoints of this library are never logged.
        assert [query["sql"] for query in seen.captured_queries][1::2] == ["BEGIN", "COMMIT"]


@pytest.mark.django_db
def test_a_story_begins_inside_the_fixture_db() -> None:
    Group.objects.create(name="of the fixture")
    with shared_transactions(["default"]):
        assert elsewhere(names) == ["of the fixture"]
        elsewhere(lambda: Group.objects.create(name="of a thread"))
        assert names() == ["of a thread", "of the fixture"]
    assert names() == ["of the fixture"]


@pytest.mark.django_db
def test_committing_for_real_inside_the_fixture_db_is_refused() -> None:
    with (
        pytest.raises(ConfigurationError, match="leave out the fixture"),
        committed_transactions(["default"]),
    ):
        pass


@pytest.mark.django_db
def test_an_error_in_the_story_leaves_the_test_a_working_transaction() -> None:
    Group.objects.create(name="before")
    with pytest.raises(ZeroDivisionError), shared_transactions(["default"]), transaction.atomic():
        Group.objects.create(name="inside")
        raise ZeroDivisionError
    Group.objects.create(name="after")
    assert names() == ["after", "before"]
