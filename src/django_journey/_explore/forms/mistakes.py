"""The mistakes that users make with a form, in the order in which they make them; rare ones come last."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django_journey._explore.forms.page_form import PageForm, kind_of

__all__ = ["Mistake", "mistakes"]

#: From here on a request is one that no page sends by itself.
RARE = 80


@dataclass(frozen=True, slots=True)
class Mistake:
    """One field with another value.

    Args:
        name: The field's name.
        value: What it sends; ``None`` where it is left out.
        what: The mistake in words, e.g. ``empty``.
        rank: How seldom it is made: the smaller, the oftener.
    """

    name: str
    value: str | None
    what: str
    rank: int


def mistakes(form: PageForm) -> list[Mistake]:
    """Return one mistake after the other, those that users make most often first."""
    found: dict[tuple[str, str | None], Mistake] = {}
    for el in form.controls:
        name = el.attr("name")
        if name == "csrfmiddlewaretoken":
            continue
        for value, what, rank in _wrong(el, kind_of(el), form.fields.get(name)):
            found.setdefault((name, value), Mistake(name, value, what, rank))
    return sorted(found.values(), key=lambda mistake: mistake.rank)


def _wrong(el: Any, kind: str, field: Any) -> Iterator[tuple[str | None, str, int]]:
    name = (el.attr("name") or "").lower()
    if kind == "file":
        ending = (
            "png" if type(field).__name__ == "ImageField" or "image" in (el.attr("accept") or "") else "csv"
        )
        yield from (("", "no file", 8), (f"empty.{ending}", "an empty file", 32))
        yield f"broken.{ending}", "a wrong file", 33
    elif kind in ("select", "radio", "hidden") or name.endswith(("_id", "id")):
        yield from (("", "empty", 10), (None, "missing", 11), ("999999", "an object that is gone", 14))
        if (foreign := _foreign(field)) is not None:
            yield foreign, "an object that is not offered", 15
        yield "no-such-choice", "a choice that has gone", 16
        if kind == "hidden":
            yield "-1", "negative", 60
    elif kind == "checkbox":
        yield from (
            ("999999", "an object that is gone", 24),
            ("no-such-choice", "a choice that has gone", 26),
        )
    else:
        yield from (("", "empty", 8), (None, "missing", 12))
        yield from _texts(kind, name)


def _foreign(field: Any) -> str | None:
    """Return the key of a row that the choices of a field leave out, e.g. one of another user's."""
    queryset = getattr(field, "queryset", None)
    if queryset is None:
        return None
    name = getattr(field, "to_field_name", None) or "pk"
    try:
        others = queryset.model._default_manager.exclude(pk__in=queryset.values("pk")).order_by("pk")
        return next((str(value) for value in others.values_list(name, flat=True)[:1]), None)
    except Exception:  # a queryset of several parts can't be excluded
        return None


def _texts(kind: str, name: str) -> Iterator[tuple[str, str, int]]:
    today = datetime.date.today()
    yield "x" * 5000, "too long", 18
    if kind in ("number", "range") or any(word in name for word in ("number", "amount", "price", "count")):
        yield from (("abc", "not a number", 20), ("-1", "negative", 22), ("0", "zero", 23))
        yield "99999999999999999999", "huge", 24
    if kind in ("date", "datetime-local") or "date" in name:
        yield "31.02.2024", "no such day", 20
        for days, what, rank in ((1, "tomorrow", 26), (-1, "yesterday", 26), (-80000, "long ago", 40)):
            yield str(today + datetime.timedelta(days=days)), what, rank
    yield "Zoë ☃ “quoted” <b>", "other characters", 28
    yield "   ", "white space", 30
    yield "%", "a percent sign", 34
    yield "a\x00b", "a NUL byte", RARE
    yield "1e400", "a number beyond all bounds", RARE + 1
