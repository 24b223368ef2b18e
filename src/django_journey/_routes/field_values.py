"""Chooses a default for every field of a form or a serializer, and tries the defaults on the whole form."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django_journey._routes.fake_values import FakeValues
from django_journey._routes.recipes import fitting, kinds_of, recipe, recipe_by_name, sample

__all__ = ["of_form", "of_names", "of_serializer"]

_MANY = frozenset({"ModelMultipleChoiceField", "ManyRelatedField"})
_REFERENCES = frozenset({"ModelChoiceField", "RelatedField", *_MANY})
_FILES = frozenset({"FileField", "ImageField"})
# How many times refused values are replaced, and how many forms are tried each time.
_ROUNDS = 16
_SAMPLES = 12


def of_form(form: Any, *, partial: bool = False) -> tuple[dict[str, str], tuple[str, ...], bool]:
    """Return the defaults of the fields that a form requires, its other fields, and whether it takes files.

    Args:
        form: The form's class.
        partial: Whether no field is required, as in a PATCH.
    """
    fields = _form_fields(form)
    model = getattr(getattr(form, "_meta", None), "model", None)
    unique = _unique(model)
    choices: dict[str, Iterator[str]] = {}
    sources: dict[str, str] = {}
    optional: list[str] = []
    for name, item in fields.items():
        if partial or not item.required:
            optional.append(name)
        elif parts := _parts(name, item):
            sources.update(parts)
        elif kinds_of(item) & _REFERENCES:
            sources[name] = _reference(item)
        else:
            choices[name] = fitting(name, item, *_behind(model, name), unique=name in unique)
            sources[name] = next(choices[name], "needed")
    _agree(lambda data: form(data=data).errors, fields, choices, sources)
    files = any(kinds_of(item) & _FILES for item in fields.values())
    return sources, tuple(name for name in optional if name not in sources), files


def of_serializer(serializer: Any, *, partial: bool = False) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the defaults of the fields that a serializer requires, and its other fields.

    Args:
        serializer: The serializer's class.
        partial: Whether no field is required, as in a PATCH.
    """
    try:
        fields = serializer().fields
    except Exception:  # it can't be created without its view: the guess stays empty
        return {}, ()
    fields = {name: item for name, item in fields.items() if not item.read_only}
    choices: dict[str, Iterator[str]] = {}
    sources: dict[str, str] = {}
    for name, item in fields.items():
        if item.required and not partial:
            choices[name] = _serialized(name, item)
            sources[name] = next(choices[name], "needed")

    def errors(data: dict[str, Any]) -> Any:
        made = serializer(data=data)
        made.is_valid()
        return made.errors

    if not partial:
        _agree(errors, fields, choices, sources)
    return sources, tuple(name for name in fields if name not in sources)


def of_names(names: Iterable[str], behind: Mapping[str, Any]) -> dict[str, str]:
    """Return defaults for fields that a view reads by name.

    Args:
        names: The names.
        behind: The model's field for those that have one.
    """
    found: dict[str, str] = {}
    for name in names:
        own = behind.get(name)
        if own is not None and own.related_model is not None:
            found[name] = _existing(own.related_model)
        elif own is not None and (item := own.formfield()) is not None:
            found[name] = recipe(name, item, own, unique=own.unique)
        else:
            found[name] = recipe_by_name(name)
    return found


def _agree(
    validate: Callable[[dict[str, Any]], Any],
    fields: Mapping[str, Any],
    choices: dict[str, Iterator[str]],
    sources: dict[str, str],
) -> None:
    """Try the values on the whole form or serializer, whose ``clean`` methods and model check more than its fields.

    A refused value is replaced by the field's next one; a field that turns out to be required is added.
    """
    for _ in range(_ROUNDS):
        errors = _errors(validate, sources)
        wrong = [name for name in errors if name in choices]
        missing = [
            name
            for name in errors
            if name in fields and name not in sources and not _parts(name, fields[name])
        ]
        if not wrong and not missing:
            return
        for name in missing:
            item = fields[name]
            if kinds_of(item) & _REFERENCES:
                choices[name] = iter([_reference(item)])
            else:
                choices[name] = fitting(name, item)
            sources[name] = next(choices[name], "needed")
        for name in wrong:
            sources[name] = next(choices[name], "needed")


def _errors(validate: Callable[[dict[str, Any]], Any], sources: Mapping[str, str]) -> set[str]:
    fake_values = FakeValues(2, who="recipes")
    sampled = {
        name: source
        for name, source in sources.items()
        if not source.startswith(("existing(", "[existing(", "needed", "{"))
    }
    try:
        with _rolled_back():
            errors: set[str] = set()
            for _ in range(_SAMPLES):
                errors |= set(
                    validate({name: sample(source, fake_values) for name, source in sampled.items()})
                )
    except Exception:  # it needs its view, a request, or a database that does not exist
        return set()
    return errors - (set(sources) - set(sampled))


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Roll the database back, and do not log missing tables."""
    from django.db import transaction

    log = logging.getLogger("django.db.models")
    quiet, log.disabled = log.disabled, True
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        log.disabled = quiet


def _form_fields(form: Any) -> dict[str, Any]:
    try:
        # Some forms decide in ``__init__`` what is required.
        return dict(form().fields)
    except Exception:  # it can't be created without its view: the class declares the fields
        return dict(form.base_fields)


def _parts(name: str, item: Any) -> dict[str, str]:
    """Return the names and values that a field with several controls sends."""
    widget = getattr(item, "widget", None)
    suffixes, fields = getattr(widget, "widgets_names", None), getattr(item, "fields", None)
    if suffixes and fields and len(suffixes) == len(fields):
        return {name + suffix: recipe(name, part) for suffix, part in zip(suffixes, fields, strict=True)}
    years = list(getattr(widget, "years", None) or ())
    if not years:
        return {}
    middle = years[len(years) // 2]
    return {f"{name}_year": f'"{middle}"', f"{name}_month": '"6"', f"{name}_day": '"15"'}


def _serialized(name: str, item: Any) -> Iterator[str]:
    kinds = kinds_of(item)
    if kinds & _REFERENCES:
        yield _reference(item)
    elif "ListSerializer" in kinds or ("ListField" in kinds and not getattr(item, "allow_empty", True)):
        yield from (f"[{source}]" for source in _serialized(name, item.child))
    elif "BaseSerializer" in kinds:
        inner = {key: each for key, each in item.fields.items() if not each.read_only and each.required}
        pairs = [f'"{key}": {next(_serialized(key, each), "needed")}' for key, each in inner.items()]
        yield f"{{{', '.join(pairs)}}}"
    else:
        validators = [type(each).__name__ for each in getattr(item, "validators", ())]
        yield from fitting(name, item, unique="UniqueValidator" in validators)


def _reference(item: Any) -> str:
    many = bool(kinds_of(item) & _MANY)
    relation = getattr(item, "child_relation", item)
    queryset = getattr(relation, "queryset", None)
    if queryset is None or "HyperlinkedRelatedField" in kinds_of(relation):
        return "needed"
    attribute = getattr(relation, "slug_field", None) or getattr(relation, "to_field_name", None) or "pk"
    source = _existing(queryset.model, attribute)
    return f"[{source}]" if many else source


def _existing(model: Any, attribute: str = "pk") -> str:
    more = "" if attribute == "pk" else f', "{attribute}"'
    return f'existing("{model._meta.label}"{more})'


def _behind(model: Any, name: str) -> list[Any]:
    """Return the model's field, whose validators only the whole form runs."""
    from django.core.exceptions import FieldDoesNotExist

    with suppress(FieldDoesNotExist, AttributeError):
        found = model._meta.get_field(name)
        if getattr(found, "related_model", None) is None and hasattr(found, "clean"):
            return [found]
    return []


def _unique(model: Any) -> set[str]:
    """Return the unique fields, also those that are unique together with references only."""
    if model is None:
        return set()
    meta = model._meta
    names = {each.name for each in meta.concrete_fields if each.unique}
    groups = [tuple(getattr(each, "fields", ())) for each in meta.constraints]
    groups += [tuple(group) for group in meta.unique_together]
    plain = {each.name for each in meta.concrete_fields if each.related_model is None}
    return names | {own[0] for group in groups if len(own := [name for name in group if name in plain]) == 1}
