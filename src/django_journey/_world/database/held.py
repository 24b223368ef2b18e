"""Transactions that stay open around several stories, so that each story begins with what was done in them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, connections

from django_journey._adapters.django import within_test
from django_journey._world.database.aliases import chosen_aliases, separate_databases

__all__ = ["HeldTransactions"]


class HeldTransactions:
    """A transaction on each database of a story, or a savepoint where one is open; they begin here.

    Args:
        databases: The aliases, or ``"__all__"``.
    """

    def __init__(self, databases: Iterable[str] | str) -> None:
        self._held: list[tuple[Any, Any, Any, list[Any]]] = []
        try:
            for alias in separate_databases(chosen_aliases(databases)):
                wrapper = connections[alias]
                wrapper.ensure_connection()
                atomic = within_test(alias)
                atomic.__enter__()
                self._held.append((wrapper, wrapper.connection, atomic, list(wrapper.savepoint_ids)))
        except BaseException:
            self.roll_back()
            raise

    @property
    def are_open(self) -> bool:
        """Whether each of them is still open, on the connection on which it began."""
        return all(
            connections[wrapper.alias] is wrapper
            and wrapper.connection is driver
            and wrapper.in_atomic_block
            and not wrapper.needs_rollback
            and wrapper.savepoint_ids[: len(ids)] == ids
            and _is_inside(wrapper)
            for wrapper, driver, _, ids in self._held
        )

    def roll_back(self) -> None:
        """Undo what was done in them; one that was lost already is only forgotten."""
        while self._held:
            wrapper, _, atomic, _ = self._held.pop()
            connections[wrapper.alias] = wrapper
            wrapper.needs_rollback = True
            with suppress(DatabaseError):
                atomic.__exit__(None, None, None)


def _is_inside(wrapper: Any) -> bool:
    """Return whether a transaction is open, as far as the driver knows."""
    driver = wrapper.connection
    if wrapper.vendor == "sqlite":
        return bool(driver.in_transaction)
    if wrapper.vendor == "postgresql":
        from psycopg import pq

        return bool(driver.pgconn.transaction_status == pq.TransactionStatus.INTRANS)
    return True
