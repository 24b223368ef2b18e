"""Undoes a part of a story: everything that the site did in it, also what it committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_journey._world.database.transactions import SharedTransactions

__all__ = ["undone"]

_BEGIN = 'SAVEPOINT "journey_part"'
_END = ('ROLLBACK TO SAVEPOINT "journey_part"', 'RELEASE SAVEPOINT "journey_part"')


@contextmanager
def undone(shared: SharedTransactions) -> Iterator[None]:
    """Undo at the end what happens inside, on every database of a story.

    The site sees nothing of it: it begins and commits its transactions as it does elsewhere, and its commit hooks
    run. Sequences of PostgreSQL and MariaDB are not put back.

    Args:
        shared: The story's databases; no transaction of this thread may be open.
    """
    connections = shared.connections()
    for connection in connections:
        dialect = connection.dialect
        _run(dialect.vendor, connection.driver, _BEGIN)
        if dialect.vendor == "postgresql":
            # The standing savepoint is renewed at each commit, which would release this one with it.
            _run(dialect.vendor, connection.driver, 'SAVEPOINT "journey_standing"')
    try:
        yield
    finally:
        shared.expire()
        for connection in connections:
            if not connection.over:
                for statement in _END:
                    _run(connection.dialect.vendor, connection.driver, statement)
                connection.dialect.forget()


def _run(vendor: str, driver: Any, statement: str) -> None:
    if vendor == "sqlite":
        driver.execute(statement)
    elif vendor == "postgresql":
        driver.pgconn.exec_(statement.encode())
    else:
        driver.query(statement.replace('"', "").encode())
