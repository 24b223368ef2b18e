"""Finds N+1 queries by growth: the same page with a few rows, and with ten more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django_journey._adapters.django import fetched_rows
from django_journey._explore.findings.query_log import QueryLog

__all__ = ["MORE", "Growth", "grown", "listed_rows", "more_rows"]

#: How many rows are added.
MORE = 10
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Growth:
    """A statement that is run once more for each row.

    Args:
        model: The label of the model whose rows were added.
        sql: The statement.
        place: The line that asks for it.
        before: How often it was run with few rows.
        after: How often it was run with ten more.
    """

    model: str
    sql: str
    place: str
    before: int
    after: int


def grown(visit: Callable[[], object], model: Any, like: Any) -> list[Growth]:
    """Return the statements that are run more often once a model has more rows.

    Args:
        visit: Asks for the page.
        model: The model; rows are added, and it is the caller who undoes that.
        like: The primary key of a row that the page lists; those that are added are like it.
    """
    visit()  # what is cached at the first time is no growth
    before, _ = _counted(visit)
    added = more_rows(model, like)
    if not added:
        return []
    after, places = _counted(visit)
    return [
        Growth(model._meta.label, sql, places.get(sql, ""), before[sql], number)
        for sql, number in after.items()
        if number - before[sql] >= max(2, added * _LEAST)
    ]


def listed_rows(layers: Iterable[Iterable[Mapping[str, Any]]]) -> dict[Any, Any]:
    """Return the models of which a page lists rows, each with the key of one, by what its templates were given."""
    found: dict[Any, Any] = {}
    for context in layers:
        for layer in context:
            for value in list(layer.values()):
                for row in _rows_of(value):
                    found.setdefault(type(row), row.pk)
    return found


def more_rows(model: Any, like: Any, number: int = MORE) -> int:
    """Copy a row of a model several times, with other values where they have to differ.

    Returns:
        How many were made.
    """
    from django.db import transaction

    made = 0
    for count in range(number):
        try:
            with transaction.atomic():
                row = model._default_manager.get(pk=like)
                row.pk = None
                row._state.adding = True
                for field in model._meta.concrete_fields:
                    if (
                        field.unique
                        and not field.primary_key
                        and (value := _another(row, field, count)) is not None
                    ):
                        setattr(row, field.attname, value)
                row.save(force_insert=True)
        except Exception:  # its constraints want more than other values
            continue
        made += 1
    return made


def _another(row: Any, field: Any, number: int) -> Any:
    value = getattr(row, field.attname)
    if field.get_internal_type() == "UUIDField":
        return field.get_default()
    if isinstance(value, str):
        ending = f"-{number + 1}"
        name, at, host = value.partition("@")
        return f"{name[: (field.max_length or 200) - len(ending) - len(at + host)]}{ending}{at}{host}"
    return value + 1000 + number if isinstance(value, int) and field.related_model is None else None


def _counted(visit: Callable[[], object]) -> tuple[Counter[str], dict[str, str]]:
    with QueryLog(places=True) as log:
        visit()
    return Counter(log.statements), dict(zip(log.statements, log.places, strict=True))


def _rows_of(value: Any) -> Iterator[Any]:
    from django.core.paginator import Page
    from django.db.models import Model, QuerySet

    if isinstance(value, QuerySet):
        yield from _rows_of(fetched_rows(value))  # what was not evaluated is not listed
    elif isinstance(value, Page):
        yield from _rows_of(value.object_list)
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Model):
        yield value[0]
