"""Rows for a site without data: a few of each of the project's models, tied to each other and to its people."""

from __future__ import annotations

import datetime
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any

from django_journey.errors import MissingExtra

__all__ = ["Made", "make_rows", "models_of_project", "profiles_of", "same_uuids"]

_EACH = 3
#: Apps whose rows belong to Django's machinery, or to that of a library.
_MACHINERY = frozenset(
    (
        *(
            "admin",
            "auth",
            "contenttypes",
            "sessions",
            "sites",
            "authtoken",
            "account",
            "socialaccount",
            "mfa",
        ),
        *(
            "axes",
            "silk",
            "migrations",
            "reversion",
            "django_celery_beat",
            "django_celery_results",
            "django_q",
        ),
        *("easy_thumbnails", "oauth2_provider", "dbsettings", "django_tasks_database", "token_blacklist"),
    )
)
_SHOWN = ("active", "public", "publish", "visible", "enabled", "approved", "open", "available")
_PUBLISHED = ("published", "public", "active", "open", "approved", "live")


class Made:
    """What was made.

    Attributes:
        left_out: Why no row of a model was made, by the model's label.
        number: How many rows were made.
        texts: What was written into their texts, which may mean nothing to the project.
    """

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}
        self.number = 0
        self.texts: set[str] = set()


def make_rows(people: Mapping[str, Any], *, each: int = _EACH) -> Made:
    """Make rows of each model that has none, until list and detail pages have something to show.

    Args:
        people: The users to whom the rows belong in turn.
        each: How many rows a model gets.

    Raises:
        MissingExtra: model_bakery is not installed.
    """
    try:
        from model_bakery import baker
    except ImportError:
        raise MissingExtra("made-up rows", extra="explore", library="model_bakery") from None
    made = Made()
    for model in _ordered(models_of_project()):
        if model._default_manager.count() >= each:
            continue
        for number in range(each):
            problem = _one(baker, model, number, list(people.values()), made.texts)
            if problem:
                made.left_out[model._meta.label] = problem
            else:
                made.number += 1
        if model._default_manager.exists():
            made.left_out.pop(model._meta.label, None)
    return made


@contextmanager
def same_uuids() -> Iterator[None]:
    """Give the rows that are made here the same random UUIDs each time, since the stories of findings name them."""
    random = Random(0)
    before, uuid.os = uuid.os, SimpleNamespace(**{**vars(os), "urandom": random.randbytes})  # type: ignore[attr-defined]
    try:
        yield
    finally:
        uuid.os = before  # type: ignore[attr-defined]


def models_of_project() -> list[Any]:
    """Return the models whose rows a site shows: those of its own apps and of the apps that it uses."""
    from django.apps import apps
    from django.contrib.auth import get_user_model

    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and not model._meta.proxy
        and not model._meta.auto_created
        and model._meta.app_label not in _MACHINERY
        and model is not get_user_model()
    ]


def profiles_of(user: Any) -> Iterator[Any]:
    """Yield the rows of which a user has one: a profile, an account."""
    for model in models_of_project():
        for field in model._meta.concrete_fields:
            if field.one_to_one and field.related_model is type(user):
                yield from model._default_manager.filter(**{field.name: user})


def _ordered(models: Sequence[Any]) -> list[Any]:
    """Put models after those that they refer to."""
    done: dict[Any, None] = {}
    wanted = set(models)

    def visit(model: Any, trail: frozenset[Any]) -> None:
        if model in done or model in trail:
            return
        for field in model._meta.concrete_fields:
            other = field.related_model
            if other in wanted and other is not model and not field.null:
                visit(other, trail | {model})
        done[model] = None

    for model in models:
        visit(model, frozenset())
    return list(done)


def _one(baker: Any, model: Any, number: int, people: Sequence[Any], texts: set[str]) -> str:
    """Make one row, or return why its own validation or the database does not take it."""
    from django.core.exceptions import ValidationError
    from django.db import transaction

    problem = ""
    for optional, choices in _ATTEMPTS:
        try:
            with transaction.atomic():
                row = baker.make(
                    model, **dict(_values(model, number, people, optional=optional, choices=choices))
                )
                row.full_clean(validate_unique=False, validate_constraints=False)
                _relate(row, number)
        except ValidationError as error:
            problem = f"its validation refuses made-up values: {'; '.join(error.messages)}"
        except Exception as error:  # a model's own save() may want anything
            problem = f"{type(error).__name__}: {error}"
        else:
            texts.update(value for value in vars(row).values() if isinstance(value, str) and value)
            return ""
    return problem


def _relate(row: Any, number: int) -> None:
    for field in row._meta.local_many_to_many:
        if field.remote_field.through._meta.auto_created:
            related = field.related_model._default_manager.order_by("pk")[: number + 1]
            getattr(row, field.name).set(related)


#: Whether optional dates and numbers are given, and whether choices are: a published row may need its date.
_ATTEMPTS = ((False, True), (True, True), (False, False))


def _values(
    model: Any, number: int, people: Sequence[Any], *, optional: bool, choices: bool
) -> Iterator[tuple[str, Any]]:
    from django.contrib.contenttypes.fields import GenericForeignKey

    for private in model._meta.private_fields:
        if isinstance(private, GenericForeignKey):
            yield private.name, people[number % len(people)]
    for field in model._meta.concrete_fields:
        if field.primary_key and not field.remote_field:
            continue
        if field.related_model is not None:
            row = _related(field, number, people)
            if row is not None:
                yield field.name, row
            continue
        if field.choices and not choices:
            continue
        value = _plain(field, model, number, optional)
        if value is not None:
            yield field.name, value


def _related(field: Any, number: int, people: Sequence[Any]) -> Any:
    model = field.related_model
    if any(type(person) is model or isinstance(person, model) for person in people):
        taken: set[Any] = set()
        if field.unique:
            taken = set(field.model._default_manager.values_list(field.attname, flat=True))
        free = [person for person in people if person.pk not in taken]
        return free[number % len(free)] if free and not field.unique else next(iter(free), None)
    if field.null and model is field.model:
        return None
    rows = model._default_manager.order_by("pk")
    if field.unique:
        rows = rows.exclude(pk__in=field.model._default_manager.values(field.attname))
    rows = list(rows[: number + 1])
    return rows[-1] if rows else None


def _plain(field: Any, model: Any, number: int, optional: bool) -> Any:
    """Return a value that a person might have typed, or ``None`` where the field has a better one itself."""
    kind = field.get_internal_type()
    if kind == "BooleanField":
        shown = any(word in field.name for word in _SHOWN)
        return True if shown else (None if field.has_default() else False)
    if field.choices:
        return _chosen(field, number)
    if field.has_default() or getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return None
    if not optional and not field.editable and (field.blank or field.null):
        return None
    from django.utils import timezone

    today = datetime.date.today()
    name = f"{model._meta.verbose_name} {number + 1}".capitalize()
    if kind in ("CharField", "TextField") and type(field).__name__ in ("CharField", "TextField"):
        if field.blank and field.null:
            return None
        return name[: field.max_length or 200]
    simple = {
        "SlugField": f"{model._meta.model_name}-{number + 1}"[: field.max_length or 50],
        "EmailField": f"{model._meta.model_name}{number + 1}@example.com",
        "URLField": f"https://example.com/{model._meta.model_name}/{number + 1}/",
        "DateTimeField": timezone.now() - datetime.timedelta(days=number, hours=1),
        "DateField": today - datetime.timedelta(days=number),
        "PositiveIntegerField": number + 1,
        "PositiveSmallIntegerField": number + 1,
        "IntegerField": number + 1,
        "SmallIntegerField": number + 1,
        "FloatField": number + 1.5,
    }
    return simple.get(kind) if optional or not (field.null and field.blank) or kind == "SlugField" else None


def _chosen(field: Any, number: int) -> Any:
    flat = [value for value, _ in field.flatchoices if value not in ("", None)]
    if not flat:
        return None
    if number == 0:  # one at least is to be seen by everybody
        return next((value for value in flat if str(value).lower() in _PUBLISHED), flat[0])
    return None if field.has_default() else flat[number % len(flat)]
