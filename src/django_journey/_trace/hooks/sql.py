"""Times the SQL of the current test at the cursor, and counts the rows that it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.utils import CursorWrapper

from django_journey._adapters.django import EXECUTE, EXECUTE_MANY
from django_journey._trace.hooks.active_request import active_request
from django_journey._trace.hooks.project_line import project_line
from django_journey._trace.record.query_shapes import WRITING, rows_written
from django_journey._trace.record.recorder import TestScope
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.real_functions import real

__all__ = ["SqlHooks"]


class SqlHooks:
    """Wraps the innermost calls of Django's cursor, which every executed query passes.

    Args:
        find: Returns the test that the calling context belongs to, or ``None``.
        dropped: Counts what could not be recorded.
    """

    def __init__(self, find: Callable[[], TestScope | None], dropped: DroppedEvents) -> None:
        self.dropped = dropped
        self._find = find

    def install(self, patches: Patches) -> None:
        """Wrap them."""
        patches.wrap(CursorWrapper, EXECUTE, self._timed)
        patches.wrap(CursorWrapper, EXECUTE_MANY, self._timed)

    def _timed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        clock, active_now, note = real.perf_counter, active_request.get, self._note_statement
        count = self._count_rows

        def run(cursor: Any, sql: Any, *arguments: Any) -> Any:
            __tracebackhide__ = True
            began = clock()
            ok = False
            try:
                done = original(cursor, sql, *arguments)
                ok = True
                return done
            finally:
                seconds = clock() - began
                active = active_now()
                rows = (count(cursor, sql) if ok else 0) or 0
                if active is not None:
                    active.queries.append((cursor.db.alias, sql, seconds))
                    if active.scope.details is not None:
                        given = arguments[0] if arguments else None
                        active.executions.append((given, rows, project_line()))
                    if type(sql) is str and sql.startswith(WRITING):
                        active.writes.append((sql, arguments[0] if arguments else None))
                else:
                    note(cursor, sql, seconds, arguments, rows)

        return run

    @guarded
    def _note_statement(
        self, cursor: Any, sql: Any, seconds: float, arguments: tuple[Any, ...], rows: int
    ) -> None:
        scope = self._find()
        if scope is not None and scope.test:
            given = arguments[0] if arguments else None
            detailed = scope.details is not None and scope.open is not None
            scope.add_query(
                (cursor.db.alias, sql, seconds), (given, rows, project_line()) if detailed else None
            )
            if type(sql) is str and sql.startswith(WRITING):
                scope.row_changes.append(("SQL outside of requests", sql, given))

    @guarded
    def _count_rows(self, cursor: Any, sql: Any) -> int:
        rows = rows_written(sql, cursor.cursor)
        if rows and (scope := self._find()) is not None:
            scope.rows += rows
        return rows
