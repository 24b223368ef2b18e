"""Lets tests really commit without a flush: what they touched is cleaned, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django_journey.runners.opening import baseline, committed_database

__all__ = ["cleaning_instead_of_flushing", "open_committed"]


def open_committed(databases: Any) -> ExitStack:
    """Open the databases for real commits; closing the stack cleans what was touched.

    Args:
        databases: The aliases, or ``"__all__"``.
    """
    from django_journey.world.committed import committed_transactions

    with ExitStack() as opening:
        shared = opening.enter_context(committed_transactions(databases, baseline=baseline()))
        token = committed_database.set((shared,))
        opening.callback(committed_database.reset, token)
        return opening.pop_all()


@contextmanager
def cleaning_instead_of_flushing() -> Iterator[None]:
    """Let every ``TransactionTestCase`` meanwhile, pytest-django's own too, clean up as a committing story does."""
    from django.test import TransactionTestCase

    set_up = TransactionTestCase.__dict__["_fixture_setup"].__func__
    closing = ExitStack()

    def fixture_setup(cls: Any) -> None:
        closing.push(open_committed(cls.databases))
        set_up(cls)

    def fixture_teardown(case: Any) -> None:
        closing.close()

    with (
        mock.patch.object(TransactionTestCase, "_fixture_setup", classmethod(fixture_setup)),
        mock.patch.object(TransactionTestCase, "_fixture_teardown", fixture_teardown),
        closing,
    ):
        yield
