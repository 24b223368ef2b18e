"""A part of a story that is undone, on every database."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from django_journey._world.database.transactions import shared_transactions
from django_journey._world.database.undo import undone


def names(alias: str) -> list[str]:
    return sorted(Group.objects.using(alias).values_list("name", flat=True))


def test_what_was_committed_inside_is_undone_and_what_was_before_stays(alias: str) -> None:
    with shared_transactions([alias]) as shared:
        groups = Group.objects.using(alias)
        groups.create(name="before")
        for _ in range(2):
            hooks = []
            with undone(shared):
                with transaction.atomic(using=alias):
                    groups.create(name="inside")
                    transaction.on_commit(lambda: hooks.append(1), using=alias)  # noqa: B023 - runs at once
                groups.filter(name="before").delete()
                assert names(alias) == ["inside"]
                assert hooks == [1]
            assert names(alias) == ["before"]
        groups.create(name="after")
        assert names(alias) == ["after", "before"]


def test_an_error_or_an_open_transaction_inside_leaves_the_story_whole(alias: str) -> None:
    with shared_transactions([alias]) as shared:
        groups = Group.objects.using(alias)
        groups.create(name="one")
        with pytest.raises(IntegrityError), undone(shared):
            groups.create(name="one")
        with undone(shared):
            transaction.set_autocommit(False, using=alias)
            groups.create(name="two")
        assert names(alias) == ["one"]
