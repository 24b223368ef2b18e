"""Notes common pitfalls of Django's tests on a failure: stale model instances, and ``on_commit`` hooks that never ran.

Nothing is checked while a test runs. When it has failed, the model instances in its frames are compared with their
rows, over connections that are already open; an error in the check leaves the failure unchanged.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_journey._trace.record.recorder import SecretFilter, TestScope, current
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import is_a, plain_text, variables

__all__ = ["count_executed_hooks", "note_pitfalls"]

_MOST_INSTANCES = 20
_MOST_FIELDS = 4
_MOST_HOOKS = 4
_LONGEST = 60
_LIBRARIES = (*{sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")},)


def note_pitfalls(error: BaseException, scope: TestScope, secrets: SecretFilter) -> None:
    """Add possible reasons to an exception's notes, before the test's connections change.

    Args:
        error: What the test failed with, with its traceback.
        scope: The test.
        secrets: Knows the names of secrets.
    """
    if "django.db" not in sys.modules:
        return
    before = scope.queries, scope.query_seconds, scope.row_changes.copy()
    try:
        for line in (*_stale(error, scope, secrets), *([] if scope.story else _hooks_that_never_ran(scope))):
            if line not in variables(error).get("__notes__", ()):
                BaseException.add_note(error, line)
    finally:
        scope.queries, scope.query_seconds, scope.row_changes = (
            before  # the check's own SQL is not the test's
        )


def _stale(error: BaseException, scope: TestScope, secrets: SecretFilter) -> Iterator[str]:
    if not scope.row_changes:
        return  # no row has changed
    for name, instance in _instances(error):
        writer = _last_writer(instance, scope)
        if writer is None:
            continue
        row = _row_of(instance)
        if row is None:
            continue
        if not row:
            yield f"{name} is not in the database any more, since {writer}"
            continue
        changed = list(_changed(instance, row, secrets))
        if changed:
            fields = "\n".join(f"  {line}" for line in changed[:_MOST_FIELDS])
            yield (
                f"{name} is not as its row in the database, since {writer}:\n{fields}\n"
                f"  {name}.refresh_from_db() reads it again"
            )


def _instances(error: BaseException) -> Iterator[tuple[str, Any]]:
    """Yield the saved model instances in the frames of the test, each once, with the name that it has there."""
    from django.db.models import Model

    seen: set[int] = set()
    for local in _locals(error):
        for name, value in local:
            if is_a(value, Model) and id(value) not in seen and len(seen) < _MOST_INSTANCES:
                seen.add(id(value))
                state = variables(value).get("_state")
                if state is not None and not state.adding and state.db:
                    yield name, value


def _locals(error: BaseException) -> Iterator[Iterator[tuple[str, Any]]]:
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if not frame.f_code.co_filename.startswith(_LIBRARIES):
            found = dict(frame.f_locals)
            yield ((name, value) for name, value in found.items() if name != "self")
            if "self" in found:
                yield ((f"self.{name}", value) for name, value in variables(found["self"]).items())
        trace = trace.tb_next


def _last_writer(instance: Any, scope: TestScope) -> str | None:
    """Return the last request or SQL that may have written to the instance's row, or ``None``."""
    meta = type(instance)._meta
    who: str
    for who, sql, parameters in reversed(scope.row_changes):
        if not any(f"{quote}{meta.db_table}{quote}" in sql for quote in '"`'):
            continue
        by_key = any(
            f"{quote}{meta.pk.column}{quote} {how}" in sql for quote in '"`' for how in ("= ", "IN ")
        )
        if not by_key or _holds(parameters, instance.pk):
            return who
    return None


def _holds(parameters: Any, key: Any) -> bool:
    return type(parameters) in (tuple, list) and any(
        type(each) is type(key) and each == key for each in parameters
    )


def _row_of(instance: Any) -> dict[str, Any] | None:
    """Return an instance's row, empty if it was deleted; ``None`` without an open connection."""
    from django.db import connections
    from django.db.models.query import QuerySet

    model = type(instance)
    alias = instance._state.db
    open_now = {each.alias: each for each in connections.all(initialized_only=True)}
    connection = open_now.get(alias)
    if connection is None or connection.connection is None or connection.needs_rollback:
        return None
    names = [field.attname for field in model._meta.concrete_fields if field.attname in variables(instance)]
    found: Any = QuerySet(model=model, using=alias).filter(pk=instance.pk).values(*names)[:1]
    return next(iter(found), {})


def _changed(instance: Any, row: dict[str, Any], secrets: SecretFilter) -> Iterator[str]:
    held = variables(instance)
    for field in type(instance)._meta.concrete_fields:
        here: Any = held.get(field.attname)
        there = row.get(field.attname)
        if field.attname not in row or hasattr(type(here), "resolve_expression"):
            continue
        if hasattr(type(here), "storage") or hasattr(here, "storage"):
            here = here.name or ""  # a file is its name
        if here == there or field.to_python(here) == there:
            continue
        if secrets.is_secret(field.attname):
            yield f"{field.attname}: has changed"
        else:
            yield f"{field.attname}: {_shown(here)} here, {_shown(there)} in the database"


def _shown(value: Any) -> str:
    text = repr(value) if is_a(value, str) else plain_text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _hooks_that_never_ran(scope: TestScope) -> Iterator[str]:
    from django.db import connections

    executed = scope.executed_hooks.copy()
    waiting = []
    for connection in connections.all(initialized_only=True):
        for _, function, *_ in connection.run_on_commit if connection.in_atomic_block else ():
            if executed[id(function)]:
                executed[id(function)] -= 1
            else:
                waiting.append(function)
    if waiting:
        names = [_name_of(function) for function in waiting]
        more = f", and {len(names) - _MOST_HOOKS} more" if len(names) > _MOST_HOOKS else ""
        hooks = "1 on_commit hook" if len(names) == 1 else f"{len(names)} on_commit hooks"
        yield (
            f"{hooks} never ran, since the test's transaction is never committed: "
            f"{', '.join(names[:_MOST_HOOKS])}{more}\n"
            "  with self.captureOnCommitCallbacks(execute=True): … runs them; "
            "in a JourneyTestCase they run as on the site"
        )


def _name_of(function: Any) -> str:
    while hasattr(type(function), "func") and hasattr(function, "func"):
        function = function.func  # functools.partial
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    return f"{module}.{name}".strip(".") or plain_text(function)


def count_executed_hooks(patches: Patches) -> None:
    """See which hooks ``captureOnCommitCallbacks`` runs: Django leaves them on the connection's list."""
    from django.test import TestCase

    patches.wrap(TestCase, "captureOnCommitCallbacks", _counted)


def _counted(original: Any) -> Any:
    @contextmanager
    def capture(cls: Any, **options: Any) -> Iterator[list[Any]]:
        callbacks: list[Any] = []
        try:
            with original(cls, **options) as callbacks:
                yield callbacks
        finally:
            scope = current()
            if scope is not None and options.get("execute"):
                scope.executed_hooks.update(map(id, callbacks))

    return capture
