"""Tests that commit, without a flush: only the tables that they changed are cleaned up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django_journey._adapters.django_tests import replaced_fixtures
from django_journey._runners.shared.journey_setup import baseline, committed_database

__all__ = ["cleaning_instead_of_flushing", "open_committed"]


def open_committed(databases: Any) -> ExitStack:
    """Open the databases for commits; closing the stack cleans up the changed tables.

    Args:
        databases: The aliases, or ``"__all__"``.
    """
    from django_journey._world.database.cleanup import committed_transactions

    with ExitStack() as opening:
        shared = opening.enter_context(committed_transactions(databases, baseline=baseline()))
        token = committed_database.set((shared,))
        opening.callback(committed_database.reset, token)
        return opening.pop_all()


@contextmanager
def cleaning_instead_of_flushing() -> Iterator[None]:
    """Let every ``TransactionTestCase`` in this context, pytest-django's too, clean up as a committing story does."""
    closing = ExitStack()

    def open_databases(cls: Any) -> None:
        closing.push(open_committed(cls.databases))

    with replaced_fixtures(open_databases, closing.close), closing:
        yield
