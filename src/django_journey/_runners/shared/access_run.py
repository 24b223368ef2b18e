"""Collects who may do what while a suite runs, and compares it with the reviewed file at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_journey.errors import visible

if TYPE_CHECKING:
    from django_journey._explore.access.suite import SuiteAccess

__all__ = ["AccessRun"]


class AccessRun:
    """The access matrix of one process.

    Args:
        path: The reviewed file.
        accept: Whether it is written anew.
    """

    def __init__(self, path: Path, *, accept: bool) -> None:
        self._path = path.absolute()
        self._accept = accept
        self._suite: SuiteAccess | None = None

    def begin_test(self) -> None:
        """Hook into the site, once its settings are there, and forget the last test."""
        conf = sys.modules.get("django.conf")
        if self._suite is None and conf is not None and conf.settings.configured:
            from django_journey._explore.access.suite import SuiteAccess

            self._suite = SuiteAccess()
        if self._suite is not None:
            self._suite.install()
            self._suite.begin_test()

    @property
    def data(self) -> dict[str, Any]:
        """What was found, as plain data for another process."""
        return self._suite.access.as_data() if self._suite is not None else {}

    def add(self, data: dict[str, Any]) -> None:
        """Take what another process found."""
        from django_journey._explore.access.suite import SuiteAccess

        self._suite = self._suite or SuiteAccess()
        if data:
            self._suite.access.add_data(data)

    def finish(self, write: Callable[[str], object]) -> bool:
        """Unhook, show what looks wrong and what has changed, and tell whether something has changed.

        Args:
            write: Writes a line for the user.
        """
        from django_journey._explore.access.matrix import compare, written
        from django_journey._explore.access.suspicious import suspicious

        if self._suite is None:
            write("no request of a test could be replayed")
            return False
        self._suite.remove()
        access, dropped = self._suite.access, self._suite.dropped
        found = suspicious(access, ("user",), ("visitor",))
        for cell in found:
            write(visible(f"looks wrong: {cell.method} {cell.pattern} as {cell.role}: {cell.why}"))
        if dropped.count:
            write(visible(f"{dropped.count} requests could not be replayed: {dropped.first}"))
        return compare(self._path, written(access.rows(access.roles), found), write, accept=self._accept)
